"""A paper as data: the one place that says what programs and files may learn of it.

The API, the feeds, the export of one's own data, schema.org and oEmbed choose from these facts and
write them in their own format. Keys are named after the field they come from; addresses are
absolute. A field that is in none of them has its reason in tests/papers/test_serializers.py.
"""

import datetime
from typing import TypedDict

from common.http.urls import site_address
from papers.citations import formats
from papers.citations.entry_types import entry_type
from papers.identifiers import PaperId, paper_id_url
from papers.models import Paper


class VenueData(TypedDict):
    name: str
    kind: str  # a value of Venue.Kind
    address: str


class IdentifierData(TypedDict):
    scheme: str  # "arxiv", "doi", …
    value: str
    address: str  # where it leads, or ""


class PaperReference(TypedDict):
    """What names a paper. It costs no query."""

    id: int
    address: str
    citation_key: str
    title: str
    authors: list[str]  # "Given Family", in byline order
    year: int | None
    summary_count: int


class PaperData(PaperReference):
    """All that everyone may read of a paper.

    It costs no query for papers read with `venue`, `field` and `identifiers`.
    """

    abstract: str
    abstract_source: str
    published_on: datetime.date | None
    venue: VenueData | None
    field: str  # its English name, or ""
    kind: str  # as the catalogue has it
    entry_type: str  # as citations have it
    volume: str
    number: str
    pages: str
    publisher: str
    url: str  # of the work itself
    categories: list[str]
    code_url: str
    data_url: str
    licence: str  # an address
    arxiv_version: int | None
    is_withdrawn: bool
    is_retracted: bool
    is_preprint: bool
    wish_count: int
    identifiers: list[IdentifierData]
    created_at: datetime.datetime
    updated_at: datetime.datetime


def paper_reference(paper: Paper) -> PaperReference:
    return {
        "id": paper.pk,
        "address": site_address(paper.get_absolute_url()),
        "citation_key": paper.citation_key,
        "title": paper.title,
        "authors": formats.authors(paper),
        "year": paper.year,
        "summary_count": paper.summary_count,
    }


def serialize_paper(paper: Paper) -> PaperData:
    venue = paper.venue
    return {
        **paper_reference(paper),
        "abstract": paper.abstract,
        "abstract_source": paper.abstract_source,
        "published_on": paper.published_on,
        "venue": venue
        and {
            "name": venue.name,
            "kind": venue.kind,
            "address": site_address(venue.get_absolute_url()),
        },
        "field": str(paper.field) if paper.field else "",
        "kind": paper.kind,
        "entry_type": entry_type(paper),
        "volume": paper.volume,
        "number": paper.number,
        "pages": paper.pages,
        "publisher": paper.publisher,
        "url": paper.url,
        "categories": list(paper.categories),
        "code_url": paper.code_url,
        "data_url": paper.data_url,
        "licence": paper.licence,
        "arxiv_version": paper.arxiv_version,
        "is_withdrawn": paper.is_withdrawn,
        "is_retracted": paper.is_retracted,
        "is_preprint": paper.is_preprint,
        "wish_count": paper.wish_count,
        "identifiers": [
            {
                "scheme": row.scheme,
                "value": row.value,
                "address": paper_id_url(PaperId(row.scheme, row.value)) or "",
            }
            for row in paper.identifiers.all()
        ],
        "created_at": paper.created_at,
        "updated_at": paper.updated_at,
    }


def identifier_of(paper: PaperData, scheme: str) -> IdentifierData | None:
    """The paper's first name in a scheme."""
    return next((name for name in paper["identifiers"] if name["scheme"] == scheme), None)
