"""The library's part of a person's export."""

import json
from collections.abc import Iterator

from accounts.models import User
from library.models import SavedPaper
from papers.citations import formats
from papers.models import Paper
from papers.serializers import paper_reference


def files(user: User) -> Iterator[tuple[str, bytes]]:
    """Yield `library.json` with folders and reading states, and the papers as `library.bib`.

    Both are missing when nothing is saved.
    """
    rows = SavedPaper.objects.filter(user=user).select_related("paper", "folder")
    payload = [
        {
            "paper": paper["citation_key"],
            "title": paper["title"],
            "folder": saved.folder.name if saved.folder else None,
            "state": saved.state,
            "saved_at": saved.saved_at.isoformat(),
        }
        for saved in rows.order_by("saved_at", "pk")
        for paper in [paper_reference(saved.paper)]
    ]
    if not payload:
        return
    yield "library.json", json.dumps(payload, ensure_ascii=False, indent=2).encode()
    papers = Paper.objects.for_lists().filter(saved_by__user=user).order_by("citation_key")
    yield "library.bib", "\n".join(formats.bibtex(paper) for paper in papers).encode()
