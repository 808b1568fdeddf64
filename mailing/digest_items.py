"""Summaries as mails and newsletters show them, and their order."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from notifications.plaintext import as_text, readable_title, shortened
from summaries.models import Summary
from summaries.ranking.best_first import best_first_key

EXCERPT_WORDS = 70


@dataclass(frozen=True, kw_only=True)
class Item:
    """One summary in a mail; `note` is by the moderators, `byline` what readers may know."""

    summary: Summary
    title: str
    byline: str
    address: str
    excerpt: str  # plain text
    note: str = ""


def item_of(summary: Summary, note: str = "") -> Item:
    """Return the item of one summary."""
    return Item(
        summary=summary,
        title=readable_title(summary.paper.title),
        byline=summary.byline_name,
        address=settings.SITE_URL + summary.get_absolute_url(),
        excerpt=shortened(as_text(summary.excerpt_html), EXCERPT_WORDS),
        note=note,
    )


def best_first(summaries: Iterable[Summary]) -> list[Summary]:
    """Return each summary once, in the order of `Summary.objects.ranked()`."""
    return sorted({summary.pk: summary for summary in summaries}.values(), key=best_first_key)


def one_per_paper(summaries: Iterable[Summary], limit: int) -> list[Summary]:
    """Return the first summary of each paper, keeping the order, at most `limit`."""
    by_paper: dict[int, Summary] = {}
    for summary in summaries:
        by_paper.setdefault(summary.paper_id, summary)
        if len(by_paper) == limit:
            break
    return list(by_paper.values())
