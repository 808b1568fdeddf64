"""Import a member's BibTeX file entry by entry, so that a broken entry affects no other one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accounts.models import User
from papers.citations.bibtex_reader import BrokenEntry, read_bibtex
from papers.importing.contributions import contribute
from papers.models import Paper


@dataclass(frozen=True)
class EntryOutcome:
    """The result for one entry of a BibTeX file.

    `outcome` is "added", "completed", "known" or "broken". A broken entry has a `reason`, and its
    `text` as it was typed. `line` counts from 1; `notes` are sentences for the member.
    """

    line: int
    key: str
    outcome: str
    paper: Paper | None = None
    reason: str = ""
    text: str = ""
    notes: Sequence[str] = ()


def import_bibtex(data: str | bytes, *, member: User | None = None) -> Iterator[EntryOutcome]:
    """Import every entry of a member's BibTeX text or file, and yield one outcome per entry.

    Each entry is imported when its outcome is requested. Without a `member`, differences from known
    papers are not proposed to the moderators.
    """
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
