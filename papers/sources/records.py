"""The common shape of every source's data, and the errors, by what the caller can do."""

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
    """One version of an arXiv paper, as listed by OAI-PMH's arXivRaw and by the snapshot."""

    number: int  # from 1
    submitted_on: datetime.date | None = None
    is_withdrawn: bool = False  # a version without full text


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One paper as a source describes it, before it becomes a Paper row."""

    source: str  # a key of papers.sources.SOURCES, "bibtex" or "by-hand"
    title: str  # plain text, TeX math kept, white space collapsed
    authors: tuple[str, ...] = ()  # byline order, "Given Family"
    has_more_authors: bool = False  # as in "Ashish Vaswani and others"
    abstract: str = ""  # plain text, TeX math kept
    year: int | None = None  # of publication; None when unknown
    published_on: datetime.date | None = None
    venue: str = ""  # its name in the source
    venue_kind: str = ""  # conference, journal, preprint, other; "" when unknown
    volume: str = ""
    number: str = ""
    pages: str = ""
    publisher: str = ""
    kind: str = "article"  # BibTeX entry type in lower case
    identifiers: tuple[PaperId, ...] = ()  # all that the source lists
    categories: tuple[str, ...] = ()  # arXiv categories, the primary one first
    arxiv_version: int | None = None  # the newest that the source has
    versions: tuple[Version, ...] = ()  # the oldest first; () when not listed
    licence: str = ""  # address of the licence of the newest version
    url: str = ""
    code_url: str = ""  # the authors' programs
    data_url: str = ""  # the authors' data
    is_withdrawn: bool = False  # by its authors
    is_retracted: bool = False  # by its publisher
    issn: tuple[str, ...] = ()


def clean(record: Record) -> Record:
    """Return the record without unprintable characters, in Unicode normal form C.

    The data of catalogues and files is not trusted to be clean. "and others" at the end of the
    authors becomes `has_more_authors`.
    """
    values = {
        field.name: _clean(getattr(record, field.name)) for field in dataclasses.fields(record)
    }
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
    """Return a record as a JSON object; `record_from_json` reads it back."""
    data = dataclasses.asdict(record)
    data["published_on"] = _iso(record.published_on)
    if not record.has_more_authors:
        # False is left out, so that records of older releases equal new ones.
        del data["has_more_authors"]
    data["versions"] = [
        {**version, "submitted_on": _iso(version["submitted_on"])} for version in data["versions"]
    ]
    # Lists instead of tuples, so that it equals the value from the database.
    return {key: list(value) if isinstance(value, tuple) else value for key, value in data.items()}


def record_from_json(data: dict[str, Any]) -> Record:
    """Return the record of a JSON object, also of an older release; missing fields are empty."""
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
    """A request to a source failed; the message is for the user who made it."""


class SourceUnavailableError(SourceError):
    """Timeout, refused connection or 5xx: worth trying again later."""

    def __init__(self, message: str, *, retry_after_seconds: float | None = None):
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class RecordNotFoundError(SourceError):
    """The source answered that it does not have the paper."""


class SourceRefusedError(SourceError):
    """The source rejects this request, and will reject it again."""


class SourceParseError(SourceError):
    """The answer is not in the expected format."""
