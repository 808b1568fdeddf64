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

# What pages of other sites, and the browser extension, may ask: cookies are never looked at here.
FOR_OTHER_SITES = {"lookup", "summaries"}
PREFLIGHT_SECONDS = 86_400
EXCERPT_LETTERS = 240


class _Api(NinjaAPI):
    def create_response(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().create_response(request, *args, **kwargs)
        if request.resolver_match and request.resolver_match.url_name in FOR_OTHER_SITES:
            # https://fetch.spec.whatwg.org/#http-cors-protocol; also for errors, so that they are read.
            response["Access-Control-Allow-Origin"] = "*"
        return response


# Swagger's page brings scripts from other hosts; the document itself is what programs read.
api = _Api(title="ShortScience", version="1", docs_url=None, urls_namespace="api-1")


@api.exception_handler(RawPostDataException)
def no_form(request: HttpRequest, error: Exception) -> HttpResponse:
    """A form with files is read before it comes here, and there is no body left to look for JSON."""
    return api.create_response(request, {"message": "Send JSON."}, status=415)


class Lookup(Schema):
    identifiers: list[str] = Field(max_length=MAX_IDENTIFIERS)


class Found(Schema):
    id: int
    title: str
    url: str
    write_url: str
    summary_count: int


class Answer(Schema):
    """`papers` has an entry for each identifier that names a paper here, as it was asked."""

    papers: dict[str, Found]
    unknown: list[str]


class Problem(Schema):
    message: str


@api.post("/lookup", response={200: Answer, 429: Problem})
def lookup(request: HttpRequest, asked: Lookup) -> Answer | HttpResponse:
    """Which papers have how many summaries: arXiv identifiers, DOIs, keys or addresses of papers.

    The answer tells what everybody may see. Nobody's questions are stored.
    """
    wait_seconds = hit(f"lookup:{client_ip(request)}", LOOKUPS_PER_HOUR, 3600)
    if wait_seconds:
        problem = {"message": too_many_message(wait_seconds)}
        return too_many_requests(wait_seconds, api.create_response(request, problem, status=429))
    wanted = list(dict.fromkeys(text[:500] for text in asked.identifiers))
    found = papers_by_key(wanted)
    return Answer(
        papers={text: describe(found[text]) for text in wanted if text in found},
        unknown=[text for text in wanted if text not in found],
    )


@api.api_operation(["OPTIONS"], "/lookup", include_in_schema=False, url_name="lookup-preflight")
def may_look_up(request: HttpRequest) -> HttpResponse:
    """Browsers ask this first, for JSON is nothing that a form could send."""
    response = HttpResponse(status=204)
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "POST"
    response["Access-Control-Allow-Headers"] = "Content-Type"
    response["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response


@api.get("/papers/{int:number}", response=Found)
def paper(request: HttpRequest, number: int) -> Found:
    return describe(get_object_or_404(Paper, pk=number))


class Written(Schema):
    id: int
    url: str
    author: str  # as readers may know it
    published_at: str
    score: int
    excerpt: str  # the beginning, without markup
    markdown: str
    html: str
    licence: str  # an SPDX identifier: "CC-BY-4.0"
    licence_url: str
    paper_version: int | None  # the arXiv version it was written on


@api.get("/papers/{int:number}/summaries", response=list[Written])
def summaries(request: HttpRequest, number: int) -> list[Written]:
    """The public summaries of a paper, the best first."""
    found = get_object_or_404(Paper, pk=number)
    rows = Summary.objects.published().filter(paper=found).select_related("author").ranked()
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


def describe(found: Paper) -> Found:
    paper = paper_reference(found)
    return Found(
        id=paper["id"],
        title=paper["title"],
        url=paper["address"],
        write_url=site_address(f"/paper/{paper['id']}/write"),
        summary_count=paper["summary_count"],
    )
