"""What is new in what a person follows: public summaries, selected when the page is requested."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from common.db.keyset_pagination import Page, keyset_page
from following.models import Follow, SavedSearchMatch
from papers.models import Authorship, Field
from summaries.models import Summary

Kind = Follow.Kind


def news_page(user, *, cursor: str = "", size: int) -> Page:
    """Return public summaries by others on what the person follows, the newest first.

    Each kind of subject is queried for its own newest by the index that fits, and only the newest
    of all are loaded: the number of queries does not grow with what a person follows.
    """
    candidates: set[int] = set()
    for part in _parts(user):
        # One more, so that a part which alone fills the page shows that there is a next page.
        newest = keyset_page(
            part.exclude(author=user).only("published_at"),
            order="-published_at",
            cursor=cursor,
            size=size + 1,
        )
        candidates.update(summary.pk for summary in newest.items)
    rows = Summary.objects.published().filter(pk__in=candidates)
    return keyset_page(rows.for_lists().with_vote_of(user), order="-published_at", size=size)


def _parts(user) -> Iterator[QuerySet[Summary]]:
    """Yield the published summaries for each kind that is followed.

    For a person these are the signed ones. Matches of searches were stored when the summaries
    appeared; those that may depend on the name are left out once a summary is anonymous.
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
    if field_ids := targets.get(Kind.FIELD):
        fields = Field.objects.filter(Q(pk__in=field_ids) | Q(parent__in=field_ids))
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
