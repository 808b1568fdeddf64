"""Papers as data: the only place that decides which fields programs and files contain.

The API, the feeds, the data export, schema.org and oEmbed select from this data and write it in
their own format. Keys have the name of the field; addresses are absolute. For a field that is left
out, tests/papers/test_serializers.py gives the reason.
"""

import datetime
from typing import TypedDict

from common.http.urls import site_address
from papers.citations import formats
from papers.citations.entry_types import entry_type
from papers.identifiers import PaperId, paper_id_url
from papers.models import Paper


class VenueData(TypedDict):
    """The venue of a paper."""

    name: str
    kind: str  # a value of Venue.Kind
    address: str


class IdentifierData(TypedDict):
    """An identifier of a paper."""

    scheme: str  # "arxiv", "doi", …
    value: str
    address: str  # its page on another site, or ""


class PaperReference(TypedDict):
    """The data that refers to a paper; needs no query."""

    id: int
    address: str
    citation_key: str
    title: str
    authors: list[str]  # "Given Family", in byline order
    year: int | None
    summary_count: int


class PaperData(PaperReference):
    """All public data of a paper; needs no query with `venue`, `field` and `identifiers` loaded."""

    abstract: str
    abstract_source: str
    published_on: datetime.date | None
    venue: VenueData | None
    field: str  # its English name, or ""
    kind: str  # from the catalogue
    entry_type: str  # for citations
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
    """Return the data that refers to a paper."""
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
    """Return all public data of a paper."""
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
    """Return the first identifier of a paper in a scheme."""
    return next((name for name in paper["identifiers"] if name["scheme"] == scheme), None)
