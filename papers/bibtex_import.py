"""Bring a BibTeX file in, entry by entry: a broken one loses only itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from papers.bibtex import BrokenEntry, read_bibtex
from papers.importing import import_record
from papers.models import Paper


@dataclass(frozen=True)
class EntryOutcome:
    """What came of one entry: "added", "completed", "known", or "broken" with a reason and the
    entry as it was written."""

    line: int
    key: str
    outcome: str
    paper: Paper | None = None
    reason: str = ""
    text: str = ""


def import_bibtex(data: str | bytes) -> Iterator[EntryOutcome]:
    """Import every entry of a BibTeX text or file, one outcome an entry, as they come."""
    for entry in read_bibtex(data):
        if isinstance(entry, BrokenEntry):
            yield EntryOutcome(
                entry.line, entry.key, "broken", reason=entry.reason, text=entry.text
            )
            continue
        try:
            imported = import_record(entry.record)
        except ValueError as error:
            yield EntryOutcome(entry.line, entry.key, "broken", reason=str(error))
            continue
        yield EntryOutcome(entry.line, entry.key, imported.outcome, paper=imported.paper)
