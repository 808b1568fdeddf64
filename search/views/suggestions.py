"""Ways on from a search: its tabs, what narrows it, and where to go when it found nothing."""

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
    """What the address asks for: the question, one of KINDS, an order ("" is the best first)."""

    text: str
    kind: str = "everything"
    order: str = ""

    def address(self, *, text: str | None = None, kind: str | None = None, page: int = 1) -> str:
        """The address of this search with something changed; other questions begin on page 1."""
        kind = self.kind if kind is None else kind
        asked = {"q": self.text if text is None else text}
        if kind != "everything":
            asked["type"] = kind
        if self.order:
            asked["sort"] = self.order
        if page > 1:
            asked["page"] = str(page)
        return f"{reverse('search')}?{urlencode(asked)}"


def tabs(asked: SearchQuery, counts: dict[str, int]) -> list[dict[str, object]]:
    return [
        {
            "label": label,
            "count": counts.get(kind),
            "url": asked.address(kind=kind),
            "is_current": kind == asked.kind,
        }
        for kind, label in KINDS.items()
    ]


def results_message(counts: dict[str, int], kind: str) -> str:
    """ "1,204 papers, 3 summaries and 1 person"; nothing of what was not found."""
    found = [
        pluralize_count(count, name)
        for name, count in counts.items()
        if count and kind in {"everything", name}
    ]
    return get_text_list(found, _("and"))


def facets(asked: SearchQuery, found: list[Facet], total: int) -> list[dict[str, object]]:
    """What the hits can be narrowed by; what is chosen already, or would change nothing, is left
    out."""
    return [
        {
            "name": facet.name,
            "label": facet.label,
            "choices": [
                {
                    "label": choice.label,
                    "count": choice.count,
                    "url": asked.address(text=choice.text),
                }
                for choice in facet.choices
            ],
        }
        for facet in found
        if not facet.is_chosen and any(choice.count < total for choice in facet.choices)
    ]


def years_of(first: str, last: str) -> str | None:
    """Two fields of a form to the value of `year:`; "" for none, None when there is no form."""
    if not first and not last:
        return None
    years = [year.strip() for year in (first, last)]
    years = ["" if parse_positive_int(year) is None else year.zfill(4)[:4] for year in years]
    if not any(years):
        return ""
    return years[0] if years[0] == years[1] else "-".join(years)


def asked_years(query: Query) -> tuple[int | None, int | None]:
    """The years that a question wants, or (None, None)."""
    wanted = (item for item in query.filters if item.name == "year" and not item.is_negated)
    return next((item.value for item in wanted), (None, None))


def proposal(asked: SearchQuery, found: Proposal | None) -> dict[str, str] | None:
    if found is None:
        return None
    counts = [
        pluralize_count(count, noun) if count < MOST_COUNTED else str(MANY[noun])
        for noun, count in (("papers", found.papers), ("summaries", found.summaries))
        if count
    ]
    return {
        "text": found.text,
        "url": asked.address(text=found.text),
        "told": get_text_list(counts, _("and")),
    }


def nothing(
    asked: SearchQuery, query: Query, counts: dict[str, int], rows_of: Callable[[str], QuerySet]
) -> dict[str, object]:
    """What to say and where to go when a tab holds nothing."""
    ways = [
        {"part": part, "url": asked.address(text=text), "count": intcomma(count)}
        for part, text, count in less(query, rows_of)
    ]
    # A way that leads to nothing is none.
    found = [way for way in ways if way["count"] != "0"]
    return {
        "nothing": _nothing(asked.kind, query),
        "less": found,
        "near": near_names(query.text) if asked.kind in {"everything", "papers"} else [],
        "nearest": _nearest(asked, query, rows_of),
        "others": [
            {"url": asked.address(kind=kind), "label": pluralize_count(count, kind)}
            for kind, count in counts.items()
            if count and asked.kind not in {"everything", kind}
        ],
    }


def _nothing(kind: str, query: Query) -> str:
    """ "No summaries from 2031." when the years are what keeps all away, else "Nothing found"."""
    first, last = asked_years(query)
    if first is None and last is None:
        return _("No results")
    years = {"years": year_range_label(first, last)}
    if kind == "summaries":
        return _("No summaries from %(years)s.") % years
    if kind == "people":
        return _("No results")
    return _("No papers from %(years)s.") % years


def _nearest(
    asked: SearchQuery, query: Query, rows_of: Callable[[str], QuerySet]
) -> dict[str, str] | None:
    """The year nearest to those asked for that has something."""
    if asked_years(query) == (None, None) or asked.kind == "people":
        return None
    other = parse(without(query, "year"))
    to_paper = "paper__" if asked.kind == "summaries" else ""
    # Without words and other filters every paper is an answer.
    _count, found = (
        count_facets(rows_of(other.text), other, to_paper=to_paper) if other else (0, [])
    )
    year = nearest_year(query, found)
    if year is None:
        return None
    noun = "summaries" if asked.kind == "summaries" else "papers"
    return {
        "url": asked.address(text=narrowed(query, "year", year.label)),
        "year": year.label,
        "told": pluralize_count(year.count, noun),
    }
