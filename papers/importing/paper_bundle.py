"""All that is known of a paper while it is imported, and how that is written into its rows."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from common.text.tex_to_html import plain_to_html, plain_to_paragraphs
from papers.bibsonomy_hash import title_key
from papers.citations.citation_keys import CitationKeys
from papers.events import paper_changed
from papers.identifiers import PaperId
from papers.importing.claims import is_claim
from papers.importing.precedence import is_preprint, merge_records
from papers.models import ArxivVersion, Authorship, Field, Identifier, Paper, SourceRecord, Venue
from papers.search import index_papers
from papers.sources import Record, Version, record_from_json, record_to_json
from papers.subject_fields import field_of_categories
from papers.venues import find_venue

# The columns that records tell; a paper's counts belong to others and are never written here.
COMPOSED_FIELDS = (
    *("title", "title_html", "abstract", "abstract_html", "abstract_source", "authors_text"),
    *("year", "published_on", "venue", "field", "kind", "volume", "number", "pages", "publisher"),
    *("url", "code_url", "data_url", "licence", "categories", "arxiv_version", "is_withdrawn"),
    *("is_retracted", "is_preprint", "citation_key", "title_key"),
)

# Those that a claim may fill as they are.
GAP_COLUMNS = (
    *("abstract", "year", "volume", "number", "pages", "publisher", "url", "code_url", "data_url"),
)

# Under which source and name a record is kept: ("arxiv", "arxiv:1706.03762").
RecordKey = tuple[str, str]
# What a venue is looked up by, see `_venue`.
VenueKey = tuple[Any, ...]


@dataclasses.dataclass(eq=False)
class PaperBundle:
    """One paper with what every catalogue says of it; `records` are in the form of JSON."""

    paper: Paper
    records: dict[RecordKey, dict[str, Any]] = dataclasses.field(default_factory=dict)
    names: set[PaperId] = dataclasses.field(default_factory=set)
    new_names: dict[PaperId, None] = dataclasses.field(default_factory=dict)
    new_records: set[RecordKey] = dataclasses.field(default_factory=set)

    @property
    def is_new(self) -> bool:
        return self.paper.pk is None

    @property
    def is_changed(self) -> bool:
        return bool(self.new_records or self.new_names)

    def as_records(self) -> list[Record]:
        return [record_from_json(data) for data in self.records.values()]

    def believed(self) -> list[Record]:
        """What catalogues say, and what was believed like them before claims were kept apart."""
        return [record_from_json(d) for key, d in self.records.items() if not is_claim(*key)]

    def claims(self) -> list[Record]:
        """What members say, the oldest claim first."""
        return [record_from_json(d) for key, d in self.records.items() if is_claim(*key)]

    def witnesses(self) -> list[Record]:
        """Those who tell what work this is: members only where no catalogue does."""
        return self.believed() or [claim for claim in self.claims() if claim.title]

    def description(self) -> Record:
        """What the paper itself says, for one that was typed in and has no records."""
        authors = tuple(name for name in self.paper.authors_text.split("; ") if name)
        return Record(source="", title=self.paper.title, authors=authors)

    def add(self, key: RecordKey, record: Record, names: Iterable[PaperId]) -> bool:
        """Take in what a record says; False when all of it was said before."""
        data = record_to_json(record)
        if self.records.get(key) == data:
            return False
        self.records[key] = data
        self.new_records.add(key)
        self.new_names |= dict.fromkeys(name for name in names if name not in self.names)
        self.names.update(names)
        return True

    def take_over(self, other: "PaperBundle") -> None:
        """Add all of another dossier, whose paper was never written or is this one by now."""
        self.new_records |= set(other.records) - set(self.records)
        self.records |= other.records
        self.new_names |= other.new_names
        self.names |= other.names


def load_bundles(papers: Iterable[Paper]) -> list[PaperBundle]:
    """The dossiers of papers whose `identifiers` and `source_records` are prefetched."""
    return [
        PaperBundle(
            paper=paper,
            # In the order in which they came, for the sake of the claims among them.
            records={
                (row.source, row.name): row.record
                for row in sorted(paper.source_records.all(), key=lambda row: row.pk)
            },
            names={identifier.as_paper_id() for identifier in paper.identifiers.all()},
        )
        for paper in papers
    ]


def rebuild_from_records(numbers: Iterable[int]) -> None:
    """Write papers anew from their stored records, as after a merge or a change of the cleaning.

    Papers without a record that describes them stay as they are. Call it inside a transaction.
    """
    papers = Paper.objects.filter(pk__in=numbers).prefetch_related("identifiers", "source_records")
    write([dossier for dossier in load_bundles(papers) if dossier.witnesses()])


def write(dossiers: Sequence[PaperBundle]) -> None:
    """Bring the rows of papers in step with their dossiers; a handful of queries for all.

    Call it inside the transaction that read them.
    """
    if not dossiers:
        return
    told = _compose_all(dossiers)
    added = [dossier.paper for dossier in dossiers if dossier.is_new]
    _update([dossier.paper for dossier in dossiers if not dossier.is_new])
    Paper.objects.bulk_create(added)
    _keep_records(dossiers)
    _add_names(dossiers)
    write_bylines(
        {
            dossier.paper: values["authors"]
            for dossier, values in zip(dossiers, told, strict=True)
            if "authors" not in dossier.paper.corrected_fields
        }
    )
    write_versions(
        {
            dossier.paper: values["versions"]
            for dossier, values in zip(dossiers, told, strict=True)
            if values["versions"]
        }
    )
    _spread(dossiers)


def _spread(dossiers: Sequence[PaperBundle]) -> None:
    """Bring the search and higher apps in step."""
    index_papers(dossier.paper for dossier in dossiers)
    for dossier in dossiers:
        if dossier.paper.summary_count:  # Few are: nobody else repeats what a paper says.
            paper_changed.send(sender=Paper, paper=dossier.paper)


def write_gaps(gaps: Sequence[tuple[PaperBundle, RecordKey, Record]]) -> None:
    """Set what claims fill, and keep it as records; nothing else of the papers changes.

    They are not composed anew: a member's entry is no occasion to. Call it inside the transaction
    that locked them.
    """
    venues: dict[VenueKey, Venue | None] = {}
    dossiers = list(dict.fromkeys(dossier for dossier, _, _ in gaps))
    for dossier in dossiers:
        dossier.new_records, dossier.new_names = set(), {}
    bylines: dict[Paper, Iterable[str]] = {}
    for dossier, key, record in gaps:
        paper = dossier.paper
        values = {name: getattr(record, name) for name in GAP_COLUMNS if getattr(record, name)}
        if record.abstract:
            values["abstract_source"] = record.source
        if record.authors:
            values["authors_text"] = "; ".join(record.authors)
            bylines[paper] = record.authors
        if record.venue:
            told = {"venue": record.venue, "venue_kind": record.venue_kind, "issn": record.issn}
            venue = _venue(told, set(), venues)
            values |= {"venue": venue, "is_preprint": is_preprint(record)}
            if venue and paper.field_id is None and not paper.categories:
                values["field"] = venue.field
        for field, value in values.items():
            if field not in paper.corrected_fields:
                setattr(paper, field, _fitted(field, value))
        typeset(paper)
        dossier.add(key, record, ())
    _update([dossier.paper for dossier in dossiers])
    _keep_records(dossiers)
    write_bylines(bylines)
    _spread(dossiers)


def _compose_all(dossiers: Sequence[PaperBundle]) -> list[dict[str, Any]]:
    """Set the columns of all papers; returns what `compose` told of each."""
    fields = {field.slug: field for field in Field.objects.all()}
    venues: dict[VenueKey, Venue | None] = {}
    told = []
    for dossier in dossiers:
        values = merge_records(dossier.believed(), dossier.claims())
        told.append(values)
        values["venue"] = _venue(values, _known_identifiers(dossier), venues)
        slug = field_of_categories(values["categories"])
        venue = values["venue"]
        values["field"] = fields.get(slug) if slug else (venue.field if venue else None)
        values["authors_text"] = "; ".join(values["authors"])
        _set(dossier.paper, values)
    keys = CitationKeys(dossiers)
    for dossier in dossiers:
        dossier.paper.citation_key = keys.choose(dossier)
        key = PaperId("key", dossier.paper.citation_key)
        if key not in dossier.names:
            dossier.new_names[key] = None
    return told


def _set(paper: Paper, values: dict[str, Any]) -> None:
    """Everything but what a person corrected."""
    for field in COMPOSED_FIELDS:
        owner = "authors" if field == "authors_text" else field
        if field in values and owner not in paper.corrected_fields:
            setattr(paper, field, _fitted(field, values[field]))
    typeset(paper)


def _known_identifiers(dossier: PaperBundle) -> set[PaperId]:
    """The names of a paper; those that only members claim tell nothing once a catalogue speaks."""
    believed = dossier.believed()
    if not believed:
        return dossier.names
    claimed = {name for record in dossier.claims() for name in record.identifiers}
    return dossier.names - (claimed - {name for record in believed for name in record.identifiers})


def _venue(
    values: dict[str, Any], names: set[PaperId], known: dict[VenueKey, Venue | None]
) -> Venue | None:
    """The venue told; each is looked up once a batch."""
    name = values["venue"] or ("arXiv" if any(n.scheme == "arxiv" for n in names) else "")
    keys = tuple(sorted((n for n in names if n.scheme == "dblp"), key=lambda n: n.value))
    wanted = {"name": name, "kind": values["venue_kind"], "names": keys, "issns": values["issn"]}
    memory = tuple(wanted.values())
    if memory not in known:
        known[memory] = find_venue(**wanted)
    return known[memory]


def _fitted(field: str, value: Any) -> Any:
    """Cut text to what the column holds: a catalogue's slip must not stop an import."""
    limit = getattr(Paper._meta.get_field(field), "max_length", None)
    return value[:limit] if limit and isinstance(value, str) else value


def typeset(paper: Paper) -> None:
    """Bring the stored HTML and the key for duplicates in step with title, abstract and byline."""
    paper.title_html = plain_to_html(paper.title)
    paper.abstract_html = plain_to_paragraphs(paper.abstract)
    paper.title_key = title_key(paper.title, paper.authors_text)


def _update(papers: Sequence[Paper]) -> None:
    now = timezone.now()
    for paper in papers:
        paper.updated_at = now
    Paper.objects.bulk_update(papers, [*COMPOSED_FIELDS, "updated_at"], batch_size=50)


def _keep_records(dossiers: Sequence[PaperBundle]) -> None:
    SourceRecord.objects.bulk_create(
        [
            SourceRecord(paper=dossier.paper, source=source, name=name, record=record)
            for dossier in dossiers
            for (source, name), record in dossier.records.items()
            if (source, name) in dossier.new_records
        ],
        update_conflicts=True,
        unique_fields=["source", "name"],
        update_fields=["paper", "record", "fetched_at"],
    )


def _add_names(dossiers: Sequence[PaperBundle]) -> None:
    """Give each paper its names; one that another paper has meanwhile stays where it is."""
    Identifier.objects.bulk_create(
        [
            Identifier(paper=dossier.paper, scheme=name.scheme, value=name.value)
            for dossier in dossiers
            for name in dossier.new_names
            if len(name.value) <= 300
        ],
        ignore_conflicts=True,
    )


def write_bylines(bylines: dict[Paper, Iterable[str]]) -> None:
    """Make the byline of each paper be the names given, "Given Family" in order."""
    stored: dict[int, list[str]] = {}
    rows = Authorship.objects.filter(paper__in=bylines).values_list("paper_id", "name")
    for number, name in rows.order_by("paper_id", "position"):
        stored.setdefault(number, []).append(name)
    wanted = {paper: [name[:200] for name in names] for paper, names in bylines.items()}
    changed = {paper: names for paper, names in wanted.items() if names != stored.get(paper.pk, [])}
    Authorship.objects.filter(paper_id__in=[p.pk for p in changed if p.pk in stored]).delete()
    Authorship.objects.bulk_create(
        [
            Authorship(paper=paper, position=position, name=name, name_slug=author_slug(name))
            for paper, names in changed.items()
            for position, name in enumerate(names, start=1)
        ]
    )


def write_versions(versions: dict[Paper, Iterable[Version]]) -> None:
    """Add the versions of papers; one that is there already stays the same row."""
    ArxivVersion.objects.bulk_create(
        [
            ArxivVersion(paper=paper, **dataclasses.asdict(version))
            for paper, told in versions.items()
            for version in told
        ],
        update_conflicts=True,
        unique_fields=["paper", "number"],
        update_fields=["submitted_on", "is_withdrawn"],
    )


def author_slug(name: str) -> str:
    """The address of an author's page: "Łukasz Kaiser" gives "lukasz-kaiser"."""
    # NFKD leaves these letters whole, and slugify would drop them.
    plain = name.translate(str.maketrans("łŁøØđĐßæÆœŒı", "lLoOdDsaAoOi"))
    return slugify(plain)[:200] or slugify(name, allow_unicode=True)[:200] or "unknown"
