"""Tell all who should hear of a new summary: who asked for one, and who follows what it is about.

Publishing leaves a row of PendingFanOut. A worker tells the people and deletes it; one that is killed in
the middle leaves it, and the next one goes on, because nobody is told of one event twice.
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
# A worker had this long to begin.
PATIENCE = datetime.timedelta(minutes=1)
# What was hidden for longer is no news when it is shown again.
OLDEST = datetime.timedelta(days=15)
AT_ONCE = 200


def fan_out(summary_id: int) -> int:
    """Tell all of one summary; returns how many had not heard of it. Safe to repeat.

    A summary that is not public at the moment is left for later.
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
    """Tell what no worker has told, because its message was lost or it was killed."""
    now = now or timezone.now()
    PendingFanOut.objects.filter(created_at__lt=now - OLDEST).delete()
    waiting = PendingFanOut.objects.filter(
        created_at__lte=now - PATIENCE, summary__in=Summary.objects.published()
    )
    numbers = waiting.order_by("created_at").values_list("pk", flat=True)[:AT_ONCE]
    return sum(fan_out(number) for number in list(numbers))


def _notify_requesters(summary: Summary) -> int:
    """Those who asked for a summary of the paper hear of the first one."""
    wishers = SummaryRequest.objects.filter(paper=summary.paper_id).exclude(user=summary.author_id)
    return notify_all(
        wishers.values_list("user", flat=True),
        Kind.WISH,
        f"wish:{summary.paper_id}",
        summary=summary,
    )


def _notify_followers(summary: Summary) -> int:
    """Each hears of it once, for whatever reasons, and nobody twice who asked for it."""
    heard = set(
        Notification.objects.filter(kind=Kind.WISH, summary=summary).values_list("user", flat=True)
    )
    heard.add(summary.author_id)
    by_thing = _followers_of_things(summary) - heard
    by_name = _followers_of_name(summary) - heard
    searching = _store_matches(summary) - heard
    event = f"summary:{summary.pk}"
    if summary.is_anonymous:
        # Its words alone were found.
        return notify_all(by_thing | searching, Kind.FOLLOWED, event, summary=summary)
    return notify_all(by_thing, Kind.FOLLOWED, event, summary=summary) + notify_all(
        (by_name | searching) - by_thing,
        Kind.FOLLOWED,
        event,
        summary=summary,
        rests_on_name=True,
    )


def _followers_of_things(summary: Summary) -> set[int]:
    """Of the paper, its venue, its field or the field above, and its authors."""
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
    """Ask every followed question of this one summary; remembers the answers, returns the people.

    Two people with the same question cost one.
    """
    searches = Follow.objects.filter(kind=Follow.Kind.SEARCH)
    found = []
    for words in searches.order_by("words").values_list("words", flat=True).distinct():
        answers = search_summaries(parse(words), user=AnonymousUser())
        if answers.order_by().filter(pk=summary.pk).exists():
            found.append(words)
    hits = [
        SavedSearchMatch(follow=follow, summary=summary, was_signed=not summary.is_anonymous)
        for follow in searches.filter(words__in=found).only("pk", "user_id")
    ]
    SavedSearchMatch.objects.bulk_create(hits, ignore_conflicts=True, batch_size=500)
    return {hit.follow.user_id for hit in hits}
