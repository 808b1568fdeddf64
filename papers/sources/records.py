"""The one shape in which every source answers, and the errors by what the caller can do."""

import dataclasses
import datetime
import unicodedata
from dataclasses import dataclass
from typing import Any

from papers.identifiers import PaperId
from papers.names import without_others
from papers.sources.json_values import printable


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an arXiv paper, as OAI-PMH's arXivRaw and the snapshot list them."""

    number: int  # from 1
    submitted_on: datetime.date | None = None
    is_withdrawn: bool = False  # a version without full text


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One paper as a source describes it, before it becomes a Paper row."""

    source: str  # a key of papers.sources.SOURCES, "bibtex" or "by-hand"
    title: str  # plain text, TeX math kept, white space collapsed
    authors: tuple[str, ...] = ()  # byline order, "Given Family"
    has_more_authors: bool = False  # the source says so: "Ashish Vaswani and others"
    abstract: str = ""  # plain text, TeX math kept
    year: int | None = None  # of publication; None when the source does not say
    published_on: datetime.date | None = None
    venue: str = ""  # as the source calls it
    venue_kind: str = ""  # conference, journal, preprint, other; "" when the source does not say
    volume: str = ""
    number: str = ""
    pages: str = ""
    publisher: str = ""
    kind: str = "article"  # BibTeX entry type in lower case
    identifiers: tuple[PaperId, ...] = ()  # all names that the source tells
    categories: tuple[str, ...] = ()  # arXiv categories, the primary one first
    arxiv_version: int | None = None  # the newest one that the source knows
    versions: tuple[Version, ...] = ()  # oldest first; () when the source does not list them
    licence: str = ""  # address of the licence of the newest version
    url: str = ""
    code_url: str = ""  # the authors' programs
    data_url: str = ""  # the authors' data
    is_withdrawn: bool = False  # taken back by its authors
    is_retracted: bool = False  # taken back by its publisher
    issn: tuple[str, ...] = ()


def clean(record: Record) -> Record:
    """The record without letters that no page and no database should hold, in Unicode's NFC.

    Catalogues and files are not trusted to have done so.
    """
    values = {f.name: _clean(getattr(record, f.name)) for f in dataclasses.fields(record)}
    authors, is_cut = without_others(values["authors"])
    values["authors"] = tuple(authors)
    values["has_more_authors"] |= is_cut
    return Record(**values)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", printable(value))
    if isinstance(value, tuple):
        return tuple(_clean(item) for item in value)
    if isinstance(value, PaperId):
        return PaperId(value.scheme, _clean(value.value))
    return value


def record_to_json(record: Record) -> dict[str, object]:
    """A record as plain JSON; `record_from_json` reads it back."""
    data = dataclasses.asdict(record)
    data["published_on"] = _iso(record.published_on)
    if not record.has_more_authors:
        # Most have none to add: what older releases stored stays equal to what comes in.
        del data["has_more_authors"]
    data["versions"] = [
        {**version, "submitted_on": _iso(version["submitted_on"])} for version in data["versions"]
    ]
    # Lists instead of tuples, so that it equals what comes back from the database.
    return {key: list(value) if isinstance(value, tuple) else value for key, value in data.items()}


def record_from_json(data: dict[str, Any]) -> Record:
    """Also reads what an older release wrote: what it did not know yet is empty."""
    known = {field.name for field in dataclasses.fields(Record)}
    values = {key: value for key, value in data.items() if key in known}
    values |= {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    values["identifiers"] = tuple(PaperId(**name) for name in data["identifiers"])
    values["published_on"] = _date(data.get("published_on"))
    values["versions"] = tuple(
        Version(**{**version, "submitted_on": _date(version["submitted_on"])})
        for version in data.get("versions", ())
    )
    return Record(**values)


def _iso(date: datetime.date | None) -> str | None:
    return date.isoformat() if date else None


def _date(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


class SourceError(Exception):
    """What went wrong, in words for the person who asked."""


class SourceUnavailableError(SourceError):
    """Timeout, refused connection or 5xx: worth trying again later."""

    def __init__(self, message: str, *, retry_after_seconds: float | None = None):
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class RecordNotFoundError(SourceError):
    """The source answers and does not know the paper."""


class SourceRefusedError(SourceError):
    """The source will not answer this, however often it is asked."""


class SourceParseError(SourceError):
    """The answer cannot be read."""
