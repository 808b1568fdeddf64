"""What a reader takes along from the library."""

import json
from collections.abc import Iterator

from accounts.models import User
from library.models import SavedPaper
from papers.citations import formats
from papers.models import Paper
from papers.serializers import paper_reference


def files(user: User) -> Iterator[tuple[str, bytes]]:
    """`library.json` with folders and how far each paper is read, and the same as BibTeX."""
    kept = SavedPaper.objects.filter(user=user).select_related("paper", "folder")
    told = [
        {
            "paper": paper["citation_key"],
            "title": paper["title"],
            "folder": saved.folder.name if saved.folder else None,
            "state": saved.state,
            "saved_at": saved.saved_at.isoformat(),
        }
        for saved in kept.order_by("saved_at", "pk")
        for paper in [paper_reference(saved.paper)]
    ]
    if not told:
        return
    yield "library.json", json.dumps(told, ensure_ascii=False, indent=2).encode()
    papers = Paper.objects.for_lists().filter(saved_by__user=user).order_by("citation_key")
    yield "library.bib", "\n".join(formats.bibtex(paper) for paper in papers).encode()
