"""Everything that is known about a paper during an import, and how it is written to the rows."""

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

# The columns that come from records. The counts of a paper are maintained elsewhere.
COMPOSED_FIELDS = (
    *("title", "title_html", "abstract", "abstract_html", "abstract_source", "authors_text"),
    *("year", "published_on", "venue", "field", "kind", "volume", "number", "pages", "publisher"),
    *("url", "code_url", "data_url", "licence", "categories", "arxiv_version", "is_withdrawn"),
    *("is_retracted", "is_preprint", "citation_key", "title_key"),
)

# Columns that a claim fills with the unchanged value of its record.
GAP_COLUMNS = (
    *("abstract", "year", "volume", "number", "pages", "publisher", "url", "code_url", "data_url"),
)

# The source and name under which a record is stored: ("arxiv", "arxiv:1706.03762").
RecordKey = tuple[str, str]
# The arguments of a venue lookup, see `_venue`.
VenueKey = tuple[Any, ...]


@dataclasses.dataclass(eq=False)
class PaperBundle:
    """One paper with the stored records about it; `records` are JSON values of `record_to_json`.

    `new_names` and `new_records` hold what `write` has to add.
    """

    paper: Paper
    records: dict[RecordKey, dict[str, Any]] = dataclasses.field(default_factory=dict)
    names: set[PaperId] = dataclasses.field(default_factory=set)
    new_names: dict[PaperId, None] = dataclasses.field(default_factory=dict)
    new_records: set[RecordKey] = dataclasses.field(default_factory=set)

    @property
    def is_new(self) -> bool:
        """Return whether the paper has no row yet."""
        return self.paper.pk is None

    @property
    def is_changed(self) -> bool:
        """Return whether there is anything to write."""
        return bool(self.new_records or self.new_names)

    def as_records(self) -> list[Record]:
        """Return all records, the oldest first."""
        return [record_from_json(data) for data in self.records.values()]

    def believed(self) -> list[Record]:
        """Return the records of catalogues, and members' records from before claims existed."""
        return [record_from_json(data) for key, data in self.records.items() if not is_claim(*key)]

    def claims(self) -> list[Record]:
        """Return the claims of members, the oldest first."""
        return [record_from_json(data) for key, data in self.records.items() if is_claim(*key)]

    def witnesses(self) -> list[Record]:
        """Return the records that identify the work: claims only if no catalogue has a record."""
        return self.believed() or [claim for claim in self.claims() if claim.title]

    def description(self) -> Record:
        """Return a record of the paper's own columns, for a paper that was entered by hand."""
        authors = tuple(name for name in self.paper.authors_text.split("; ") if name)
        return Record(source="", title=self.paper.title, authors=authors)

    def add(self, key: RecordKey, record: Record, names: Iterable[PaperId]) -> bool:
        """Add a record, and return False when exactly this record was stored before."""
        data = record_to_json(record)
        if self.records.get(key) == data:
            return False
        self.records[key] = data
        self.new_records.add(key)
        self.new_names |= dict.fromkeys(name for name in names if name not in self.names)
        self.names.update(names)
        return True

    def take_over(self, other: "PaperBundle") -> None:
        """Add everything of another bundle whose paper has no row, or was merged into this one."""
        self.new_records |= set(other.records) - set(self.records)
        self.records |= other.records
        self.new_names |= other.new_names
        self.names |= other.names


def load_bundles(papers: Iterable[Paper]) -> list[PaperBundle]:
    """Return the bundles of papers whose `identifiers` and `source_records` are prefetched."""
    return [
        PaperBundle(
            paper=paper,
            # The oldest first, as the precedence among claims requires.
            records={
                (row.source, row.name): row.record
                for row in sorted(paper.source_records.all(), key=lambda row: row.pk)
            },
            names={identifier.as_paper_id() for identifier in paper.identifiers.all()},
        )
        for paper in papers
    ]


def rebuild_from_records(paper_ids: Iterable[int]) -> None:
    """Rewrite papers from their stored records, for example after a merge or a new text clean-up.

    Papers without a record that describes them are left unchanged. Call it inside a transaction.
    """
    papers = Paper.objects.filter(pk__in=paper_ids).prefetch_related(
        "identifiers", "source_records"
    )
    write([bundle for bundle in load_bundles(papers) if bundle.witnesses()])


def write(bundles: Sequence[PaperBundle]) -> None:
    """Update the rows of papers from their bundles, in a few queries for all of them.

    Call it inside the transaction that read them.
    """
    if not bundles:
        return
    composed = _compose_all(bundles)
    added = [bundle.paper for bundle in bundles if bundle.is_new]
    _update([bundle.paper for bundle in bundles if not bundle.is_new])
    Paper.objects.bulk_create(added)
    _keep_records(bundles)
    _add_names(bundles)
    write_bylines(
        {
            bundle.paper: values["authors"]
            for bundle, values in zip(bundles, composed, strict=True)
            if "authors" not in bundle.paper.corrected_fields
        }
    )
    write_versions(
        {
            bundle.paper: values["versions"]
            for bundle, values in zip(bundles, composed, strict=True)
            if values["versions"]
        }
    )
    _publish_changes(bundles)


def _publish_changes(bundles: Sequence[PaperBundle]) -> None:
    """Update the search index, and notify the apps that repeat what a paper says."""
    index_papers(bundle.paper for bundle in bundles)
    for bundle in bundles:
        if bundle.paper.summary_count:  # Only papers with summaries are repeated elsewhere.
            paper_changed.send(sender=Paper, paper=bundle.paper)


def write_gaps(gaps: Sequence[tuple[PaperBundle, RecordKey, Record]]) -> None:
    """Write the fields that claims fill, and store the claims; nothing else of the papers changes.

    The papers are not composed again, because a claim must not change anything else. Call it inside
    the transaction that locked them.
    """
    venues: dict[VenueKey, Venue | None] = {}
    bundles = list(dict.fromkeys(bundle for bundle, _, _ in gaps))
    for bundle in bundles:
        bundle.new_records, bundle.new_names = set(), {}
    bylines: dict[Paper, Iterable[str]] = {}
    for bundle, key, record in gaps:
        paper = bundle.paper
        values = {name: getattr(record, name) for name in GAP_COLUMNS if getattr(record, name)}
        if record.abstract:
            values["abstract_source"] = record.source
        if record.authors:
            values["authors_text"] = "; ".join(record.authors)
            bylines[paper] = record.authors
        if record.venue:
            venue_values = {
                "venue": record.venue,
                "venue_kind": record.venue_kind,
                "issn": record.issn,
            }
            venue = _venue(venue_values, set(), venues)
            values |= {"venue": venue, "is_preprint": is_preprint(record)}
            if venue and paper.field_id is None and not paper.categories:
                values["field"] = venue.field
        for field, value in values.items():
            if field not in paper.corrected_fields:
                setattr(paper, field, _fitted(field, value))
        typeset(paper)
        bundle.add(key, record, ())
    _update([bundle.paper for bundle in bundles])
    _keep_records(bundles)
    write_bylines(bylines)
    _publish_changes(bundles)


def _compose_all(bundles: Sequence[PaperBundle]) -> list[dict[str, Any]]:
    """Set the columns of all papers, and return the result of `compose` for each."""
    fields = {field.slug: field for field in Field.objects.all()}
    venues: dict[VenueKey, Venue | None] = {}
    composed = []
    for bundle in bundles:
        values = merge_records(bundle.believed(), bundle.claims())
        composed.append(values)
        values["venue"] = _venue(values, _known_identifiers(bundle), venues)
        slug = field_of_categories(values["categories"])
        venue = values["venue"]
        values["field"] = fields.get(slug) if slug else (venue.field if venue else None)
        values["authors_text"] = "; ".join(values["authors"])
        _set(bundle.paper, values)
    keys = CitationKeys(bundles)
    for bundle in bundles:
        bundle.paper.citation_key = keys.choose(bundle)
        key = PaperId("key", bundle.paper.citation_key)
        if key not in bundle.names:
            bundle.new_names[key] = None
    return composed


def _set(paper: Paper, values: dict[str, Any]) -> None:
    """Set all composed columns except the ones that a person corrected."""
    for field in COMPOSED_FIELDS:
        owner = "authors" if field == "authors_text" else field
        if field in values and owner not in paper.corrected_fields:
            setattr(paper, field, _fitted(field, values[field]))
    typeset(paper)


def _known_identifiers(bundle: PaperBundle) -> set[PaperId]:
    """Return the paper's identifiers, without those only claimed when a catalogue has a record."""
    believed = bundle.believed()
    if not believed:
        return bundle.names
    claimed = {name for record in bundle.claims() for name in record.identifiers}
    return bundle.names - (claimed - {name for record in believed for name in record.identifiers})


def _venue(
    values: dict[str, Any], names: set[PaperId], cache: dict[VenueKey, Venue | None]
) -> Venue | None:
    """Return the venue for composed values; each venue is looked up once per batch."""
    name = values["venue"] or (
        "arXiv" if any(identifier.scheme == "arxiv" for identifier in names) else ""
    )
    keys = tuple(
        sorted(
            (identifier for identifier in names if identifier.scheme == "dblp"),
            key=lambda identifier: identifier.value,
        )
    )
    lookup = {"name": name, "kind": values["venue_kind"], "names": keys, "issns": values["issn"]}
    cache_key = tuple(lookup.values())
    if cache_key not in cache:
        cache[cache_key] = find_venue(**lookup)
    return cache[cache_key]


def _fitted(field: str, value: Any) -> Any:
    """Return a text cut to its column's length: an overlong value must not stop an import."""
    limit = getattr(Paper._meta.get_field(field), "max_length", None)
    return value[:limit] if limit and isinstance(value, str) else value


def typeset(paper: Paper) -> None:
    """Update the stored HTML and the title key from title, abstract and byline."""
    paper.title_html = plain_to_html(paper.title)
    paper.abstract_html = plain_to_paragraphs(paper.abstract)
    paper.title_key = title_key(paper.title, paper.authors_text)


def _update(papers: Sequence[Paper]) -> None:
    now = timezone.now()
    for paper in papers:
        paper.updated_at = now
    Paper.objects.bulk_update(papers, [*COMPOSED_FIELDS, "updated_at"], batch_size=50)


def _keep_records(bundles: Sequence[PaperBundle]) -> None:
    SourceRecord.objects.bulk_create(
        [
            SourceRecord(paper=bundle.paper, source=source, name=name, record=record)
            for bundle in bundles
            for (source, name), record in bundle.records.items()
            if (source, name) in bundle.new_records
        ],
        update_conflicts=True,
        unique_fields=["source", "name"],
        update_fields=["paper", "record", "fetched_at"],
    )


def _add_names(bundles: Sequence[PaperBundle]) -> None:
    """Give each paper its new identifiers; one that another paper has meanwhile stays there."""
    Identifier.objects.bulk_create(
        [
            Identifier(paper=bundle.paper, scheme=name.scheme, value=name.value)
            for bundle in bundles
            for name in bundle.new_names
            if len(name.value) <= 300
        ],
        ignore_conflicts=True,
    )


def write_bylines(bylines: dict[Paper, Iterable[str]]) -> None:
    """Set the byline of each paper to the names given, "Given Family" in order."""
    stored: dict[int, list[str]] = {}
    rows = Authorship.objects.filter(paper__in=bylines).values_list("paper_id", "name")
    for paper_id, name in rows.order_by("paper_id", "position"):
        stored.setdefault(paper_id, []).append(name)
    new_bylines = {paper: [name[:200] for name in names] for paper, names in bylines.items()}
    changed = {
        paper: names for paper, names in new_bylines.items() if names != stored.get(paper.pk, [])
    }
    Authorship.objects.filter(
        paper_id__in=[paper.pk for paper in changed if paper.pk in stored]
    ).delete()
    Authorship.objects.bulk_create(
        [
            Authorship(paper=paper, position=position, name=name, name_slug=author_slug(name))
            for paper, names in changed.items()
            for position, name in enumerate(names, start=1)
        ]
    )


def write_versions(versions: dict[Paper, Iterable[Version]]) -> None:
    """Add or update the versions of papers; existing rows keep their key."""
    ArxivVersion.objects.bulk_create(
        [
            ArxivVersion(paper=paper, **dataclasses.asdict(version))
            for paper, paper_versions in versions.items()
            for version in paper_versions
        ],
        update_conflicts=True,
        unique_fields=["paper", "number"],
        update_fields=["submitted_on", "is_withdrawn"],
    )


def author_slug(name: str) -> str:
    """Return the last part of the address of an author's page.

    "Łukasz Kaiser" gives "lukasz-kaiser", a name without letters "unknown".
    """
    # NFKD does not decompose these letters, so slugify would drop them.
    plain = name.translate(str.maketrans("łŁøØđĐßæÆœŒı", "lLoOdDsaAoOi"))
    return slugify(plain)[:200] or slugify(name, allow_unicode=True)[:200] or "unknown"
