"""The API for programs, described by OpenAPI at /api/v1/openapi.json."""

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, NinjaAPI, Schema, Status

from papers.models import Paper
from shortscience.lib.ratelimit import address_of, allow
from summaries.citing import papers_by_key
from summaries.models import Summary

MAX_IDENTIFIERS = 500
LOOKUPS_PER_HOUR = 600

# Swagger's page brings scripts from other hosts; the document itself is what programs read.
api = NinjaAPI(title="ShortScience", version="1", docs_url=None, urls_namespace="api-1")


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
def lookup(request: HttpRequest, asked: Lookup):
    """Which papers have how many summaries: arXiv identifiers, DOIs, keys or addresses of papers.

    The answer tells what everybody may see. Nobody's questions are stored.
    """
    wait_seconds = allow(f"lookup:{address_of(request)}", LOOKUPS_PER_HOUR, 3600)
    if wait_seconds:
        message = f"That was quick. Ask again in {wait_seconds} seconds."
        return Status(429, Problem(message=message))
    wanted = list(dict.fromkeys(text[:500] for text in asked.identifiers))
    found = papers_by_key(wanted)
    return Answer(
        papers={text: describe(found[text]) for text in wanted if text in found},
        unknown=[text for text in wanted if text not in found],
    )


@api.get("/papers/{int:number}", response=Found)
def paper(request: HttpRequest, number: int):
    return describe(get_object_or_404(Paper, pk=number))


class Written(Schema):
    id: int
    url: str
    author: str  # as readers may know it
    published_at: str
    score: int
    markdown: str
    html: str


@api.get("/papers/{int:number}/summaries", response=list[Written])
def summaries(request: HttpRequest, number: int):
    """The public summaries of a paper, the best first."""
    found = get_object_or_404(Paper, pk=number)
    rows = Summary.objects.published().filter(paper=found).select_related("author").ranked()
    return [
        Written(
            id=row.pk,
            url=settings.SITE_URL + row.get_absolute_url(),
            author=row.byline_name,
            published_at=row.published_at.isoformat(),
            score=row.score,
            markdown=row.text,
            html=row.html,
        )
        for row in rows
    ]


def describe(found: Paper) -> Found:
    address = settings.SITE_URL + found.get_absolute_url()
    return Found(
        id=found.pk,
        title=found.title,
        url=address,
        write_url=f"{settings.SITE_URL}/paper/{found.pk}/write",
        summary_count=found.summary_count,
    )
