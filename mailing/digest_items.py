"""Summaries as mails and letters show them, and which are the best."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from notifications.plaintext import as_text, readable_title, shortened
from summaries.models import Summary
from summaries.ranking.best_first import best_first_key

EXCERPT_WORDS = 70


@dataclass(frozen=True, kw_only=True)
class Item:
    """One summary in a mail; `words` is what moderators say of it, `byline` what readers may know."""

    summary: Summary
    title: str
    byline: str
    address: str
    excerpt: str  # plain text
    words: str = ""


def item_of(summary: Summary, words: str = "") -> Item:
    return Item(
        summary=summary,
        title=readable_title(summary.paper.title),
        byline=summary.byline_name,
        address=settings.SITE_URL + summary.get_absolute_url(),
        excerpt=shortened(as_text(summary.excerpt_html), EXCERPT_WORDS),
        words=words,
    )


def best_first(summaries: Iterable[Summary]) -> list[Summary]:
    """Each once, in the order of `Summary.objects.ranked()`."""
    return sorted({summary.pk: summary for summary in summaries}.values(), key=best_first_key)


def one_per_paper(summaries: Iterable[Summary], limit: int) -> list[Summary]:
    """The first of each paper, in the order given."""
    found: dict[int, Summary] = {}
    for summary in summaries:
        found.setdefault(summary.paper_id, summary)
        if len(found) == limit:
            break
    return list(found.values())
