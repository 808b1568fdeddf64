"""Bring a BibTeX file of a member in, entry by entry: a broken one loses only itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accounts.models import User
from papers.citations.bibtex_reader import BrokenEntry, read_bibtex
from papers.importing.contributions import contribute
from papers.models import Paper


@dataclass(frozen=True)
class EntryOutcome:
    """What came of one entry: "added", "completed", "known", or "broken" with a reason and the
    entry as it was written. `notes` are sentences for the member."""

    line: int
    key: str
    outcome: str
    paper: Paper | None = None
    reason: str = ""
    text: str = ""
    notes: Sequence[str] = ()


def import_bibtex(data: str | bytes, *, member: User | None = None) -> Iterator[EntryOutcome]:
    """Add every entry of a member's BibTeX text or file, one outcome an entry, as they come."""
    for entry in read_bibtex(data):
        if isinstance(entry, BrokenEntry):
            yield EntryOutcome(
                entry.line, entry.key, "broken", reason=entry.reason, text=entry.text
            )
            continue
        try:
            added = contribute(entry.record, member=member)
        except ValueError as error:
            yield EntryOutcome(entry.line, entry.key, "broken", reason=str(error), text=entry.text)
            continue
        yield EntryOutcome(
            entry.line, entry.key, added.outcome, paper=added.paper, notes=added.notes
        )
