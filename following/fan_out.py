"""Notify people of a new summary: who requested it, and who follows its subject.

Publishing writes a row of PendingFanOut. A worker notifies the people and deletes the row; if it is
killed, the row remains and the next worker continues, because nobody is notified of one event
twice.
"""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from following.models import Follow, PendingFanOut, SavedSearchMatch
from notifications.models import Notification
from notifications.notify import notify_all
from search.index import parse, search_summaries
from summaries.models import Summary, SummaryRequest

Kind = Notification.Kind
# A worker has this long to begin.
PATIENCE = datetime.timedelta(minutes=1)
# A summary that was hidden for longer is no news when it is shown again.
OLDEST = datetime.timedelta(days=15)
AT_ONCE = 200


def fan_out(summary_id: int) -> int:
    """Notify everyone of one summary; return how many are notified for the first time.

    Safe to repeat. A summary that is not public at the moment is left for later.
    """
    if not PendingFanOut.objects.filter(summary=summary_id).exists():
        return 0
    summary = (
        Summary.objects.published().select_related("paper__field").filter(pk=summary_id).first()
    )
    if summary is None:
        return 0
    count = _notify_requesters(summary) + _notify_followers(summary)
    PendingFanOut.objects.filter(summary=summary_id).delete()
    return count


def retry_pending(now: datetime.datetime | None = None) -> int:
    """Notify of summaries whose message was lost or whose worker was killed.

    Returns the number of notifications written.
    """
    now = now or timezone.now()
    PendingFanOut.objects.filter(created_at__lt=now - OLDEST).delete()
    waiting = PendingFanOut.objects.filter(
        created_at__lte=now - PATIENCE, summary__in=Summary.objects.published()
    )
    pks = waiting.order_by("created_at").values_list("pk", flat=True)[:AT_ONCE]
    return sum(fan_out(pk) for pk in list(pks))


def _notify_requesters(summary: Summary) -> int:
    """Notify people who requested a summary of the paper; only the first one counts."""
    wishers = SummaryRequest.objects.filter(paper=summary.paper_id).exclude(user=summary.author_id)
    return notify_all(
        wishers.values_list("user", flat=True),
        Kind.WISH,
        f"wish:{summary.paper_id}",
        summary=summary,
    )


def _notify_followers(summary: Summary) -> int:
    """Notify each follower once, and nobody who was notified of the request."""
    already_notified = set(
        Notification.objects.filter(kind=Kind.WISH, summary=summary).values_list("user", flat=True)
    )
    already_notified.add(summary.author_id)
    by_subject = _followers_of_things(summary) - already_notified
    by_name = _followers_of_name(summary) - already_notified
    searching = _store_matches(summary) - already_notified
    event = f"summary:{summary.pk}"
    if summary.is_anonymous:
        # The search matched its text only.
        return notify_all(by_subject | searching, Kind.FOLLOWED, event, summary=summary)
    return notify_all(by_subject, Kind.FOLLOWED, event, summary=summary) + notify_all(
        (by_name | searching) - by_subject,
        Kind.FOLLOWED,
        event,
        summary=summary,
        rests_on_name=True,
    )


def _followers_of_things(summary: Summary) -> set[int]:
    """Return followers of the paper, its venue, its field and parent field, and its authors."""
    paper = summary.paper
    slugs = set(paper.authorships.values_list("name_slug", flat=True))
    about = Q(paper=paper) | Q(kind=Follow.Kind.AUTHOR, words__in=slugs)
    if paper.venue_id:
        about |= Q(venue=paper.venue_id)
    if paper.field:
        about |= Q(field__in={paper.field_id, paper.field.parent_id} - {None})
    return set(Follow.objects.filter(about).values_list("user", flat=True))


def _followers_of_name(summary: Summary) -> set[int]:
    if summary.byline is None:
        return set()
    return set(Follow.objects.filter(person=summary.byline).values_list("user", flat=True))


def _store_matches(summary: Summary) -> set[int]:
    """Match the summary against every followed search; store the matches, return the people.

    Searches with the same query cost one.
    """
    searches = Follow.objects.filter(kind=Follow.Kind.SEARCH)
    matching = []
    for query in searches.order_by("words").values_list("words", flat=True).distinct():
        results = search_summaries(parse(query), user=AnonymousUser())
        if results.order_by().filter(pk=summary.pk).exists():
            matching.append(query)
    hits = [
        SavedSearchMatch(follow=follow, summary=summary, was_signed=not summary.is_anonymous)
        for follow in searches.filter(words__in=matching).only("pk", "user_id")
    ]
    SavedSearchMatch.objects.bulk_create(hits, ignore_conflicts=True, batch_size=500)
    return {hit.follow.user_id for hit in hits}
