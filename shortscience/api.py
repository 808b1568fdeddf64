"""The API for programs, described by OpenAPI at /api/v1/openapi.json."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.shortcuts import get_object_or_404
from ninja import Field, NinjaAPI, Schema

from common.http.ratelimit import client_ip, hit, too_many_message, too_many_requests
from common.http.urls import site_address
from common.text.shorten import shorten
from papers.models import Paper
from papers.serializers import paper_reference
from summaries.citations import papers_by_key
from summaries.models import Summary
from summaries.serializers import SummaryData, serialize_summary

MAX_IDENTIFIERS = 500
LOOKUPS_PER_HOUR = 600

# Open to pages of other sites and the browser extension: these views ignore cookies.
FOR_OTHER_SITES = {"lookup", "summaries"}
PREFLIGHT_SECONDS = 86_400
EXCERPT_LETTERS = 240


class _Api(NinjaAPI):
    """The API, with CORS headers for pages of other sites."""

    def create_response(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().create_response(request, *args, **kwargs)
        if request.resolver_match and request.resolver_match.url_name in FOR_OTHER_SITES:
            # https://fetch.spec.whatwg.org/#http-cors-protocol; also for errors, so that scripts
            # can read them.
            response["Access-Control-Allow-Origin"] = "*"
        return response


# Swagger's page loads scripts from other hosts, so only the OpenAPI document is served.
api = _Api(title="ShortScience", version="1", docs_url=None, urls_namespace="api-1")


@api.exception_handler(RawPostDataException)
def no_form(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return 415 for a form with files, whose body was read before and holds no JSON."""
    return api.create_response(request, {"message": "Send JSON."}, status=415)


class Lookup(Schema):
    """Identifiers to look up: arXiv identifiers, DOIs, citation keys or addresses of papers."""

    identifiers: list[str] = Field(max_length=MAX_IDENTIFIERS)


class Found(Schema):
    """A paper, with its number of public summaries."""

    id: int
    title: str
    url: str
    write_url: str
    summary_count: int


class Answer(Schema):
    """The papers of a lookup, by identifier as spelled in the request, and the unknown ones."""

    papers: dict[str, Found]
    unknown: list[str]


class Problem(Schema):
    """An error message for people."""

    message: str


@api.post("/lookup", response={200: Answer, 429: Problem})
def lookup(request: HttpRequest, query: Lookup) -> Answer | HttpResponse:
    """Return which papers exist here, and how many summaries they have.

    Accepts arXiv identifiers, DOIs, citation keys and addresses of papers. The response has public
    data only, and requests are not stored.
    """
    wait_seconds = hit(f"lookup:{client_ip(request)}", LOOKUPS_PER_HOUR, 3600)
    if wait_seconds:
        problem = {"message": too_many_message(wait_seconds)}
        return too_many_requests(wait_seconds, api.create_response(request, problem, status=429))
    identifiers = list(dict.fromkeys(text[:500] for text in query.identifiers))
    papers = papers_by_key(identifiers)
    return Answer(
        papers={text: describe(papers[text]) for text in identifiers if text in papers},
        unknown=[text for text in identifiers if text not in papers],
    )


@api.api_operation(["OPTIONS"], "/lookup", include_in_schema=False, url_name="lookup-preflight")
def may_look_up(request: HttpRequest) -> HttpResponse:
    """Answer the CORS preflight request, which browsers send because the body is JSON."""
    response = HttpResponse(status=204)
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "POST"
    response["Access-Control-Allow-Headers"] = "Content-Type"
    response["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response


@api.get("/papers/{int:paper_id}", response=Found)
def paper(request: HttpRequest, paper_id: int) -> Found:
    """Return one paper, with its number of summaries."""
    return describe(get_object_or_404(Paper, pk=paper_id))


class Written(Schema):
    """A public summary."""

    id: int
    url: str
    author: str  # the byline
    published_at: str
    score: int
    excerpt: str  # plain text
    markdown: str
    html: str
    licence: str  # an SPDX identifier: "CC-BY-4.0"
    licence_url: str
    paper_version: int | None  # the arXiv version it is about


@api.get("/papers/{int:paper_id}/summaries", response=list[Written])
def summaries(request: HttpRequest, paper_id: int) -> list[Written]:
    """Return the public summaries of a paper, the best first."""
    paper = get_object_or_404(Paper, pk=paper_id)
    rows = Summary.objects.published().filter(paper=paper).select_related("author").ranked()
    return [_written(serialize_summary(row)) for row in rows]


def _written(row: SummaryData) -> Written:
    assert row["published_at"]  # Every published summary has it.
    return Written(
        id=row["id"],
        url=row["address"],
        author=row["byline"]["name"],
        published_at=row["published_at"].isoformat(),
        score=row["score"],
        excerpt=shorten(row["plain_text"], EXCERPT_LETTERS),
        markdown=row["text"],
        html=row["html"],
        licence=row["licence"],
        licence_url=row["licence_address"],
        paper_version=row["paper_version"],
    )


def describe(paper: Paper) -> Found:
    """Return the public data of one paper."""
    reference = paper_reference(paper)
    return Found(
        id=reference["id"],
        title=reference["title"],
        url=reference["address"],
        write_url=site_address(f"/paper/{reference['id']}/write"),
        summary_count=reference["summary_count"],
    )
