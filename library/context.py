"""What the Save buttons of every page need to know."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from library.models import SavedPaper


def library(request: HttpRequest) -> dict[str, object]:
    """Add `saved_papers`, the primary keys of the reader's saved papers, queried on first use."""
    return {"saved_papers": SimpleLazyObject(lambda: _saved_by(request))}


def _saved_by(request: HttpRequest) -> frozenset[int]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frozenset()
    return frozenset(SavedPaper.objects.filter(user=user).values_list("paper_id", flat=True))
