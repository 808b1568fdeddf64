"""Papers and summaries as schema.org data, for search engines; pure.

A summary is a Review of a ScholarlyArticle: https://schema.org/Review. A page never claims to be
the paper itself, which is why none has `citation_*` tags.
"""

import datetime

from django.conf import settings

from common.http.urls import site_address
from papers.models import Paper, Venue
from papers.serializers import PaperData, VenueData, identifier_of, serialize_paper
from summaries.models import Summary
from summaries.serializers import Byline, SummaryData, serialize_summary

# The types of other works than articles: https://schema.org/CreativeWork
_TYPES = {
    **{"book": "Book", "proceedings": "Book", "incollection": "Chapter", "techreport": "Report"},
    **{"phdthesis": "Thesis", "mastersthesis": "Thesis"},
}


def paper_page(paper: Paper, summaries: list[Summary]) -> dict[str, object]:
    """Return the JSON-LD of a paper's page, with its summaries as reviews."""
    facts = serialize_paper(paper)
    reviews = [_review(serialize_summary(summary)) for summary in summaries]
    return {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "@id": facts["address"],
        "isPartOf": _site(),
        "mainEntity": _article(facts) | ({"review": reviews} if reviews else {}),
    }


def summary_page(summary: Summary) -> dict[str, object]:
    """Return the JSON-LD of one review, with the paper that it is about."""
    facts = serialize_summary(summary)
    return {
        "@context": "https://schema.org",
        **_review(facts),
        "isPartOf": _site(),
        "itemReviewed": _article(serialize_paper(summary.paper)),
        "wordCount": facts["word_count"],
    }


def _site() -> dict[str, str]:
    return {"@type": "WebSite", "name": settings.SITE_NAME, "url": site_address("/")}


def _article(paper: PaperData) -> dict[str, object]:
    names = [
        name["address"]
        for scheme in ("doi", "arxiv", "pmid", "openreview")
        if (name := identifier_of(paper, scheme))
    ]
    properties = {
        "@type": _TYPES.get(paper["entry_type"], "ScholarlyArticle"),
        # The work itself: its own URL if it has one, not that of our page.
        "@id": names[0] if names else f"{paper['address']}#paper",
        "name": paper["title"],
        "author": [{"@type": "Person", "name": name} for name in paper["authors"]],
        "datePublished": str(paper["year"] or ""),
        "isPartOf": _venue(paper["venue"]) if paper["venue"] else None,
        "sameAs": names,
    }
    return {key: value for key, value in properties.items() if value}


def _venue(venue: VenueData) -> dict[str, str]:
    """Return a Periodical for a journal, else a series, also for conferences and archives."""
    is_journal = venue["kind"] == Venue.Kind.JOURNAL
    return {"@type": "Periodical" if is_journal else "CreativeWorkSeries", "name": venue["name"]}


def _review(summary: SummaryData) -> dict[str, object]:
    properties = {
        "@type": "Review",
        "@id": summary["address"],
        "url": summary["address"],
        "author": _author(summary["byline"]),
        "datePublished": _time(summary["published_at"]),
        "dateModified": _time(summary["edited_at"]),
        "license": summary["licence_address"],
        "publisher": _site(),
        "commentCount": summary["comment_count"],
        "upvoteCount": summary["up_count"],
        "downvoteCount": summary["down_count"],
    }
    return {key: value for key, value in properties.items() if value not in ("", None)}


def _author(byline: Byline) -> dict[str, object]:
    person = {"@type": "Person", "name": byline["name"]}
    return person | ({"url": byline["address"]} if byline["address"] else {})


def _time(at: datetime.datetime | None) -> str:
    return at.isoformat() if at else ""
