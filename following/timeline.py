"""What is new in what somebody follows: public summaries, read when they are asked for."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from common.db.keyset_pagination import Page, keyset_page
from following.models import Follow, SavedSearchMatch
from papers.models import Authorship, Field
from summaries.models import Summary

Kind = Follow.Kind


def news_page(user, *, cursor: str = "", size: int) -> Page:
    """Public summaries by others of what the person follows, the newest first.

    Each kind of what is followed is asked for its own newest, by the index that fits it, and the
    newest of all are read in the end: the number of queries does not grow with what one follows.
    """
    candidates: set[int] = set()
    for part in _parts(user):
        # One more, so that a part which fills the page alone shows that another page follows.
        found = keyset_page(
            part.exclude(author=user).only("published_at"),
            order="-published_at",
            cursor=cursor,
            size=size + 1,
        )
        candidates.update(summary.pk for summary in found.items)
    rows = Summary.objects.published().filter(pk__in=candidates)
    return keyset_page(rows.for_lists().with_vote_of(user), order="-published_at", size=size)


def _parts(user) -> Iterator[QuerySet[Summary]]:
    """What is published of each kind that is followed.

    A person's are those that were signed, and stay so. Answers to searches were remembered when
    the summaries came; those that may rest on a name go with it.
    """
    targets: dict[str, list] = {}
    for row in Follow.objects.filter(user=user).order_by():
        targets.setdefault(row.kind, []).append(_target(row))
    public = Summary.objects.published()
    if people := targets.get(Kind.PERSON):
        yield public.filter(author__in=people, is_anonymous=False)
    if papers := targets.get(Kind.PAPER):
        yield public.filter(paper__in=papers)
    if venues := targets.get(Kind.VENUE):
        yield public.filter(paper__venue__in=venues)
    if numbers := targets.get(Kind.FIELD):
        fields = Field.objects.filter(Q(pk__in=numbers) | Q(parent__in=numbers))
        yield public.filter(paper__field__in=fields.order_by().values("pk"))
    if slugs := targets.get(Kind.AUTHOR):
        bylines = Authorship.objects.filter(name_slug__in=slugs)
        yield public.filter(paper__in=bylines.order_by().values("paper"))
    if searches := targets.get(Kind.SEARCH):
        hits = SavedSearchMatch.objects.filter(
            Q(was_signed=False) | Q(summary__is_anonymous=False), follow__in=searches
        )
        yield public.filter(pk__in=hits.values("summary"))


def _target(row: Follow) -> int | str:
    if row.kind == Kind.SEARCH:
        return row.pk
    return row.person_id or row.paper_id or row.venue_id or row.field_id or row.words
