"""Links of the search page: tabs, facets, and suggestions when there are no results."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.fulltext import Query
from common.text.integers import parse_positive_int
from common.text.plurals import pluralize_count
from papers.fuzzy_lookup import near_names
from search.did_you_mean import MOST_COUNTED, Proposal
from search.facets import (
    Facet,
    count_facets,
    less,
    narrowed,
    nearest_year,
    without,
    year_range_label,
)
from search.index import parse

KINDS = {
    "everything": gettext_lazy("Everything"),
    "papers": gettext_lazy("Papers"),
    "summaries": gettext_lazy("Summaries"),
    "people": gettext_lazy("People"),
}
MANY = {"papers": gettext_lazy("many papers"), "summaries": gettext_lazy("many summaries")}


@dataclass(frozen=True)
class SearchQuery:
    """The parameters of a search: the query, one of KINDS, and an order ("" is best first)."""

    text: str
    kind: str = "everything"
    order: str = ""

    def address(self, *, text: str | None = None, kind: str | None = None, page: int = 1) -> str:
        """Return the URL of this search with another text, kind or page."""
        kind = self.kind if kind is None else kind
        parameters = {"q": self.text if text is None else text}
        if kind != "everything":
            parameters["type"] = kind
        if self.order:
            parameters["sort"] = self.order
        if page > 1:
            parameters["page"] = str(page)
        return f"{reverse('search')}?{urlencode(parameters)}"


def tabs(params: SearchQuery, counts: dict[str, int]) -> list[dict[str, object]]:
    """Return the tabs, one for each of KINDS."""
    return [
        {
            "label": label,
            "count": counts.get(kind),
            "url": params.address(kind=kind),
            "is_current": kind == params.kind,
        }
        for kind, label in KINDS.items()
    ]


def results_message(counts: dict[str, int], kind: str) -> str:
    """Return the counts as text: "1,204 papers, 3 summaries and 1 person"; zeros are left out."""
    nonzero = [
        pluralize_count(count, name)
        for name, count in counts.items()
        if count and kind in {"everything", name}
    ]
    return get_text_list(nonzero, _("and"))


def facets(params: SearchQuery, available: list[Facet], total: int) -> list[dict[str, object]]:
    """Return the facets with links, except those that are in use or would not change the results."""
    return [
        {
            "name": facet.name,
            "label": facet.label,
            "choices": [
                {
                    "label": choice.label,
                    "count": choice.count,
                    "url": params.address(text=choice.text),
                }
                for choice in facet.choices
            ],
        }
        for facet in available
        if not facet.is_chosen and any(choice.count < total for choice in facet.choices)
    ]


def years_of(first: str, last: str) -> str | None:
    """Return the value of `year:` for the two fields of a form.

    "2015" and "2020" give "2015-2020". "" when neither field is a year, None when both are empty.
    """
    if not first and not last:
        return None
    years = [year.strip() for year in (first, last)]
    years = ["" if parse_positive_int(year) is None else year.zfill(4)[:4] for year in years]
    if not any(years):
        return ""
    return years[0] if years[0] == years[1] else "-".join(years)


def requested_years(query: Query) -> tuple[int | None, int | None]:
    """Return the first and the last year that a query filters by, or (None, None)."""
    filters = (item for item in query.filters if item.name == "year" and not item.is_negated)
    return next((item.value for item in filters), (None, None))


def proposal(params: SearchQuery, correction: Proposal | None) -> dict[str, str] | None:
    """Return the text, the URL and the counts of a corrected query for the template."""
    if correction is None:
        return None
    counts = [
        pluralize_count(count, noun) if count < MOST_COUNTED else str(MANY[noun])
        for noun, count in (("papers", correction.papers), ("summaries", correction.summaries))
        if count
    ]
    return {
        "text": correction.text,
        "url": params.address(text=correction.text),
        "counts_text": get_text_list(counts, _("and")),
    }


def nothing(
    params: SearchQuery, query: Query, counts: dict[str, int], rows_of: Callable[[str], QuerySet]
) -> dict[str, object]:
    """Return the message and the links of a tab without results."""
    shorter = [
        {"part": part, "url": params.address(text=text), "count": intcomma(count)}
        for part, text, count in less(query, rows_of)
    ]

    return {
        "nothing": _nothing(params.kind, query),
        "less": [link for link in shorter if link["count"] != "0"],
        "near": near_names(query.text) if params.kind in {"everything", "papers"} else [],
        "nearest": _nearest(params, query, rows_of),
        "others": [
            {"url": params.address(kind=kind), "label": pluralize_count(count, kind)}
            for kind, count in counts.items()
            if count and params.kind not in {"everything", kind}
        ],
    }


def _nothing(kind: str, query: Query) -> str:
    """Return the message of a tab without results: "No summaries from 2031." or "No results"."""
    first, last = requested_years(query)
    if first is None and last is None:
        return _("No results")
    years = {"years": year_range_label(first, last)}
    if kind == "summaries":
        return _("No summaries from %(years)s.") % years
    if kind == "people":
        return _("No results")
    return _("No papers from %(years)s.") % years


def _nearest(
    params: SearchQuery, query: Query, rows_of: Callable[[str], QuerySet]
) -> dict[str, str] | None:
    """Return a link to the nearest year that has results."""
    if requested_years(query) == (None, None) or params.kind == "people":
        return None
    other = parse(without(query, "year"))
    to_paper = "paper__" if params.kind == "summaries" else ""
    # A query without terms and other filters matches every paper.
    _count, available = (
        count_facets(rows_of(other.text), other, to_paper=to_paper) if other else (0, [])
    )
    year = nearest_year(query, available)
    if year is None:
        return None
    noun = "summaries" if params.kind == "summaries" else "papers"
    return {
        "url": params.address(text=narrowed(query, "year", year.label)),
        "year": year.label,
        "count_text": pluralize_count(year.count, noun),
    }
