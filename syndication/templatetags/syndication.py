"""Metadata in the head of a page for other sites and search engines: OpenGraph, schema.org."""

from django import template

from common.texmath.unicode_text import readable
from papers.models import Paper
from summaries.models import Summary
from summaries.ranking.best_first import best_of
from syndication import schema_org
from syndication.share_images import storage

register = template.Library()


@register.inclusion_tag("syndication/_metadata.html", takes_context=True)
def paper_metadata(
    context, paper: Paper, summaries: list[Summary], *, description: str
) -> dict[str, object]:
    """Render the metadata of a paper; no query for `for_lists` papers.

    {% paper_metadata paper summaries description="..." %}
    """
    return {
        **_site(context),
        "title": readable(paper.title),
        "description": description,
        "path": paper.get_absolute_url(),
        "picture": storage.paper_image_url(paper, best_of(summaries)),
        "structured": schema_org.paper_page(paper, summaries),
    }


@register.inclusion_tag("syndication/_metadata.html", takes_context=True)
def summary_metadata(context, summary: Summary, *, description: str) -> dict[str, object]:
    """Render the metadata of a public summary.

    {% summary_metadata summary description="..." %}
    """
    return {
        **_site(context),
        "title": readable(summary.paper.title),
        "description": description,
        "path": summary.get_absolute_url(),
        "picture": storage.summary_image_url(summary),
        "structured": schema_org.summary_page(summary),
    }


def _site(context) -> dict[str, object]:
    return {name: context.get(name) for name in ("site_name", "site_url")}
