"""From what a catalogue says to one Paper, without duplicates."""

import dataclasses
import datetime
import logging
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from papers import sources
from papers.citation_keys import choose_citation_key
from papers.composing import compose, is_preprint
from papers.fields import field_of_categories
from papers.identifiers import Name, parse_identifier
from papers.interhash import interhashes
from papers.models import ArxivVersion, Authorship, Field, Identifier, Paper, SourceRecord
from papers.search import index_papers
from papers.sources import Record, Version
from papers.venues import find_venue
from shortscience.lib.plaintext import plain_to_html, plain_to_paragraphs

log = logging.getLogger(__name__)

# A citation key that somebody chose, "smith2019", names different papers in different files, so
# it never finds a paper during an import; all other names do, the surest first.
MATCHING_SCHEMES = (
    "arxiv",
    "doi",
    "dblp",
    "pmid",
    "pmc",
    "openreview",
    "acl",
    "openalex",
    "bibsonomy",
)


@dataclasses.dataclass(frozen=True)
class Imported:
    """`outcome` is "added", "completed" when an import told something new, or "known"."""

    paper: Paper
    outcome: str


class UnknownIdentifier(ValueError):
    """The text is no identifier that this site understands; the message says what is."""


def import_paper(*, identifier: str) -> Paper:
    """The paper that an identifier or address names, from the database or from its catalogue.

    Raises UnknownIdentifier, or a SourceError when the catalogue does not tell.
    """
    name = parse_identifier(identifier)
    if name is None:
        raise UnknownIdentifier(
            "This is no identifier we know. An arXiv identifier looks like 1706.03762, "
            "a DOI like 10.1038/nature14539."
        )
    known = find_paper(name)
    if known is not None:
        return known
    return import_record(sources.fetch(name)).paper


def find_paper(name: Name) -> Paper | None:
    """The paper with this name, None when there is none; a citation key may be of any scheme."""
    wanted = Identifier.objects.filter(value=name.value)
    if name.scheme != "key":
        wanted = wanted.filter(scheme=name.scheme)
    else:
        wanted = wanted.filter(scheme__in=["key", "dblp"])
    identifier = wanted.select_related("paper").first()
    return identifier.paper if identifier else None


def import_record(record: Record) -> Imported:
    """Make or complete the one Paper that a record describes; safe to run twice.

    A record without a title cannot become a paper: raises ValueError.
    """
    if not record.title.strip():
        raise ValueError("The record has no title.")
    try:
        with transaction.atomic():
            return _import_record(record)
    except IntegrityError:
        # Another process added the same paper a moment ago: now it is there to be found.
        with transaction.atomic():
            return _import_record(record)


def _import_record(record: Record) -> Imported:
    names = _all_names(record)
    paper = _paper_named(names) or _other_version(record)
    is_new = paper is None
    if is_new:
        paper = Paper(citation_key=choose_citation_key(record))
    elif not _is_news(paper, record, names):
        return Imported(paper, "known")
    _describe(paper, [record] if is_new else [*_records_of(paper, but=record), record], names)
    SourceRecord.objects.update_or_create(
        source=record.source,
        name=_record_name(record),
        defaults={"paper": paper, "record": record_to_json(record)},
    )
    _add_names(paper, names)
    index_papers([paper])
    return Imported(paper, "added" if is_new else "completed")


def _describe(paper: Paper, records: list[Record], names: list[Name]) -> None:
    """Write what the records say into the row, but for what a person corrected."""
    told = compose(records)
    authors, versions = told.pop("authors"), told.pop("versions")
    venue = find_venue(
        name=str(told.pop("venue")) or ("arXiv" if _is_on_arxiv(names) else ""),
        kind=str(told.pop("venue_kind")),
        names=tuple(names),
        issns=told.pop("issn"),
    )
    told["venue"] = venue
    told["field"] = _field(told["categories"], venue)
    for field, value in told.items():
        if field not in paper.corrected_fields:
            setattr(paper, field, _fitted(field, value))
    if "authors" not in paper.corrected_fields:
        paper.authors_text = "; ".join(authors)
    typeset(paper)
    paper.skip_history_when_saving = True
    paper.save()
    if "authors" not in paper.corrected_fields:
        write_authors(paper, authors)
    write_versions(paper, versions)


def typeset(paper: Paper) -> None:
    """Bring the stored HTML in step with title and abstract."""
    paper.title_html = plain_to_html(paper.title)
    paper.abstract_html = plain_to_paragraphs(paper.abstract)


def write_authors(paper: Paper, authors: Iterable[str]) -> None:
    """Make the byline be `authors`, "Given Family" in order; one batch, however many."""
    wanted = [name[:200] for name in authors]
    if wanted == list(paper.authorships.values_list("name", flat=True)):
        return
    paper.authorships.all().delete()
    Authorship.objects.bulk_create(
        Authorship(paper=paper, position=position, name=name, name_slug=author_slug(name))
        for position, name in enumerate(wanted, start=1)
    )


def write_versions(paper: Paper, versions: Iterable[Version]) -> None:
    """Make the rows be `versions`; a version that is there already stays the same row."""
    ArxivVersion.objects.bulk_create(
        (ArxivVersion(paper=paper, **dataclasses.asdict(version)) for version in versions),
        update_conflicts=True,
        unique_fields=["paper", "number"],
        update_fields=["submitted_on", "is_withdrawn"],
    )


def author_slug(name: str) -> str:
    """The address of an author's page: "Łukasz Kaiser" gives "lukasz-kaiser"."""
    # NFKD leaves these letters whole, and slugify would drop them.
    plain = name.translate(str.maketrans("łŁøØđĐßæÆœŒı", "lLoOdDsaAoOi"))
    return slugify(plain)[:200] or slugify(name, allow_unicode=True)[:200] or "unknown"


def record_to_json(record: Record) -> dict[str, object]:
    """A record as plain JSON; `record_from_json` reads it back."""
    data = dataclasses.asdict(record)
    data["published_on"] = _iso(record.published_on)
    data["versions"] = [
        {**version, "submitted_on": _iso(version["submitted_on"])} for version in data["versions"]
    ]
    # Lists instead of tuples, so that it equals what comes back from the database.
    data = {key: list(value) if isinstance(value, tuple) else value for key, value in data.items()}
    return data


def record_from_json(data: dict) -> Record:
    known = {field.name for field in dataclasses.fields(Record)}
    values = {key: value for key, value in data.items() if key in known}
    values |= {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    values["identifiers"] = tuple(Name(**name) for name in data["identifiers"])
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


def _all_names(record: Record) -> list[Name]:
    """What the record calls itself, and the hashes by which BibSonomy would know it."""
    hashes = interhashes(record.title, record.authors, record.year)
    return list(
        dict.fromkeys([*record.identifiers, *(Name("bibsonomy", value) for value in hashes)])
    )


def _paper_named(names: list[Name]) -> Paper | None:
    """The paper that has one of the names, by the surest one; locked until the commit."""
    values = {name.value for name in names}
    found = {
        Name(identifier.scheme, identifier.value): identifier.paper_id
        for identifier in Identifier.objects.filter(scheme__in=MATCHING_SCHEMES, value__in=values)
    }
    ranked = sorted(
        (name for name in names if name in found),
        key=lambda name: MATCHING_SCHEMES.index(name.scheme),
    )
    if not ranked:
        return None
    numbers = {found[name] for name in ranked}
    if len(numbers) > 1:
        log.warning("names of one record belong to papers %s; using the surest", sorted(numbers))
    return Paper.objects.select_for_update(of=("self",)).get(pk=found[ranked[0]])


def _other_version(record: Record) -> Paper | None:
    """The preprint of a published record or the other way round, when nothing else tells.

    Equal title and equal byline a year apart are one work if one is the preprint of the other,
    as arXiv 2014 and ICLR 2015; two publications of one title stay two papers.
    """
    if not record.year or not record.authors:
        return None
    hashes = [
        value
        for year in (record.year - 1, record.year + 1)
        for value in interhashes(record.title, record.authors, year)
    ]
    identifier = (
        Identifier.objects.filter(
            scheme="bibsonomy",
            value__in=hashes,
            paper__is_preprint=not is_preprint(record),
        )
        .order_by("paper_id")
        .first()
    )
    if identifier is None:
        return None
    return Paper.objects.select_for_update(of=("self",)).get(pk=identifier.paper_id)


def _is_news(paper: Paper, record: Record, names: list[Name]) -> bool:
    """False when this very record was read before, so that a second import changes nothing."""
    stored = SourceRecord.objects.filter(source=record.source, name=_record_name(record)).first()
    # A catalogue that answers with the same names and fields has nothing new to say.
    return stored is None or stored.paper_id != paper.pk or stored.record != record_to_json(record)


def _records_of(paper: Paper, *, but: Record) -> list[Record]:
    stored = paper.source_records.exclude(source=but.source, name=_record_name(but))
    return [record_from_json(row.record) for row in stored]


def _record_name(record: Record) -> str:
    """Under which name a record is kept: its surest one, else the hash of what it says."""
    ranked = [name for name in _all_names(record) if name.scheme in MATCHING_SCHEMES]
    ranked.sort(key=lambda name: MATCHING_SCHEMES.index(name.scheme))
    return f"{ranked[0].scheme}:{ranked[0].value}"[:320]


def _add_names(paper: Paper, names: list[Name]) -> None:
    """Give the paper the names that are still free; the citation key is one of them."""
    rows = [*names, Name("key", paper.citation_key)]
    Identifier.objects.bulk_create(
        (
            Identifier(paper=paper, scheme=name.scheme, value=name.value)
            for name in rows
            if len(name.value) <= 300
        ),
        ignore_conflicts=True,
    )


def _is_on_arxiv(names: list[Name]) -> bool:
    return any(name.scheme == "arxiv" for name in names)


def _field(categories: object, venue) -> Field | None:
    slug = field_of_categories(categories)
    if slug:
        return Field.objects.filter(slug=slug).first()
    return venue.field if venue else None


def _fitted(field: str, value):
    """Cut text to what the column holds: a catalogue's slip must not stop an import."""
    limit = getattr(Paper._meta.get_field(field), "max_length", None)
    return value[:limit] if limit and isinstance(value, str) else value
