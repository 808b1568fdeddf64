"""What is new in what somebody follows: public summaries, read when they are asked for."""

from django.db.models import Q, QuerySet

from following.models import Follow, SearchHit
from papers.models import Authorship
from summaries.models import Summary

Kind = Follow.Kind


def news_for(user) -> QuerySet[Summary]:
    """Public summaries by others of what the person follows; one query, whatever that is.

    A person's are those that were signed, and stay so. Each kind is looked up by an index of its
    own; answers to searches were remembered when the summaries came.
    """
    first, *others = (part.order_by().values("pk") for part in _parts(user))
    return Summary.objects.published().filter(pk__in=first.union(*others)).exclude(author=user)


def _parts(user) -> list[QuerySet[Summary]]:
    follows = Follow.objects.filter(user=user).order_by()

    def followed(kind: str, column: str) -> QuerySet:
        return follows.filter(kind=kind).values(column)

    fields = followed(Kind.FIELD, "field")
    papers = Authorship.objects.filter(name_slug__in=followed(Kind.AUTHOR, "words"))
    hits = SearchHit.objects.filter(follow__user=user)
    return [
        Summary.objects.filter(paper__in=followed(Kind.PAPER, "paper")),
        Summary.objects.filter(paper__venue__in=followed(Kind.VENUE, "venue")),
        Summary.objects.filter(
            Q(paper__field__in=fields) | Q(paper__field__parent__in=fields),
        ),
        Summary.objects.filter(author__in=followed(Kind.PERSON, "person"), is_anonymous=False),
        Summary.objects.filter(paper__in=papers.order_by().values("paper")),
        Summary.objects.filter(pk__in=hits.filter(was_signed=False).values("summary")),
        Summary.objects.filter(
            pk__in=hits.filter(was_signed=True).values("summary"), is_anonymous=False
        ),
    ]
