"""Pure: papers and summaries in the words of schema.org, for search engines.

A summary is a Review of a ScholarlyArticle: https://schema.org/Review. We never claim to be the
paper itself, which is why no page has `citation_*` tags.
"""

from django.conf import settings

from papers.citations import formats
from papers.citations.entry_types import entry_type
from papers.identifiers import Name, name_url
from papers.models import Paper, Venue
from summaries.models import Summary
from syndication.feeds.querysets import site_address

LICENCE_ADDRESSES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
# Of what is no article: https://schema.org/CreativeWork
_TYPES = {
    **{"book": "Book", "proceedings": "Book", "incollection": "Chapter", "techreport": "Report"},
    **{"phdthesis": "Thesis", "mastersthesis": "Thesis"},
}


def paper_page(paper: Paper, summaries: list[Summary]) -> dict[str, object]:
    """The page of a paper, with the reviews that stand on it."""
    return {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "@id": site_address(paper.get_absolute_url()),
        "isPartOf": _site(),
        "mainEntity": _article(paper)
        | ({"review": [_review(summary) for summary in summaries]} if summaries else {}),
    }


def summary_page(summary: Summary) -> dict[str, object]:
    """One review, with what it is about."""
    return {
        "@context": "https://schema.org",
        **_review(summary),
        "isPartOf": _site(),
        "itemReviewed": _article(summary.paper),
        "wordCount": summary.word_count,
    }


def _site() -> dict[str, str]:
    return {"@type": "WebSite", "name": settings.SITE_NAME, "url": site_address("/")}


def _article(paper: Paper) -> dict[str, object]:
    names = [
        name_url(Name(scheme, value))
        for scheme in ("doi", "arxiv", "pmid", "openreview")
        if (value := paper.identifier(scheme))
    ]
    told = {
        "@type": _TYPES.get(entry_type(paper), "ScholarlyArticle"),
        # The work itself: its own address where it has one, not ours.
        "@id": names[0] if names else site_address(f"{paper.get_absolute_url()}#paper"),
        "name": paper.title,
        "author": [{"@type": "Person", "name": name} for name in formats.authors(paper)],
        "datePublished": str(paper.year or ""),
        "isPartOf": _venue(paper.venue) if paper.venue else None,
        "sameAs": [name for name in names if name],
    }
    return {key: value for key, value in told.items() if value}


def _venue(venue: Venue) -> dict[str, str]:
    """A journal is a Periodical; conferences and archives are series all the same."""
    is_journal = venue.kind == Venue.Kind.JOURNAL
    return {"@type": "Periodical" if is_journal else "CreativeWorkSeries", "name": venue.name}


def _review(summary: Summary) -> dict[str, object]:
    told = {
        "@type": "Review",
        "@id": site_address(summary.get_absolute_url()),
        "url": site_address(summary.get_absolute_url()),
        "author": _author(summary),
        "datePublished": summary.published_at.isoformat() if summary.published_at else "",
        "dateModified": summary.edited_at.isoformat() if summary.edited_at else "",
        "license": LICENCE_ADDRESSES[summary.licence],
        "publisher": _site(),
        "commentCount": summary.comment_count,
        "upvoteCount": summary.up_count,
        "downvoteCount": summary.down_count,
    }
    return {key: value for key, value in told.items() if value not in ("", None)}


def _author(summary: Summary) -> dict[str, object]:
    person = {"@type": "Person", "name": summary.byline_name}
    if summary.byline:
        person["url"] = site_address(summary.byline.get_absolute_url())
    return person
