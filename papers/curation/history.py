"""The sources of a paper's record and its changes, for everyone to read.

No names are shown: only moderators know who changed a record.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.text.shorten import shorten
from papers.curation.corrections import CORRECTION, IMPORTED, LABELS, display_value
from papers.importing.claims import shown_name
from papers.models import Paper, SourceRecord, Venue
from papers.sources import SOURCES

# Sources that are not catalogues.
OTHER_SOURCES = {
    "bibtex": _("A BibTeX file"),
    "by-hand": _("Entered by a member"),
    "page": _("The publisher's page"),
}
CHANGES_SHOWN = 50
LONGEST_VALUE = 600

_COLUMNS = {"authors": "authors_text", "venue": "venue_id"}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A stored record of a source."""

    label: str
    name: str  # the identifier under which it is stored: "arxiv:1706.03762"
    fetched_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """A field with its values before and after a change, as text."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """One change of a record; `reason` includes what the row does not hold, such as identifiers."""

    at: datetime.datetime
    by: str  # "a moderator", "the catalogues", "" when unknown
    reason: str
    differences: list[Difference]


def sources_of(paper: Paper) -> list[SourceLine]:
    """Return the stored records of a paper, the newest first."""
    rows = SourceRecord.objects.filter(paper=paper).defer("record").order_by("-fetched_at", "-pk")
    return [
        SourceLine(_source_name(row.source), shown_name(row.name), row.fetched_at) for row in rows
    ]


def _source_name(key: str) -> str:
    source = SOURCES.get(key)
    return source.NAME if source else OTHER_SOURCES.get(key, key)


def changes_of(paper: Paper) -> list[ChangeEntry]:
    """Return the changes of the record, the newest first, in three queries."""
    rows = list(paper.history.all()[: CHANGES_SHOWN + 1])
    venues = dict(
        Venue.objects.filter(pk__in={row.venue_id for row in rows if row.venue_id}).values_list(
            "pk", "name"
        )
    )
    entries = []
    for newer, older in pairwise(rows):
        reason = newer.history_change_reason or ""
        entry = ChangeEntry(
            at=newer.history_date,
            by=_by(newer, reason),
            reason="" if reason == IMPORTED else reason,
            differences=_differences(older, newer, venues),
        )
        if entry.differences or entry.reason:
            entries.append(entry)
    return entries


def _by(row, reason: str) -> str:
    if reason == IMPORTED:
        return gettext("the catalogues")
    is_by_moderator = row.history_user_id or reason.startswith(CORRECTION)
    return gettext("a moderator") if is_by_moderator else ""


def _differences(older, newer, venues: dict[int, str]) -> Sequence[Difference]:
    differences = []
    for field, label in LABELS.items():
        if field == "identifiers":
            continue
        before, after = (_value(row, field, venues) for row in (older, newer))
        if before != after:
            differences.append(Difference(label, _shown(before), _shown(after)))
    return differences


def _value(row, field: str, venues: dict[int, str]) -> object:
    value = getattr(row, _COLUMNS.get(field, field))
    if field == "venue":
        return venues.get(value, gettext("a venue that no longer exists")) if value else ""
    return value


def _shown(value: object) -> str:
    return shorten(display_value(value), LONGEST_VALUE)
