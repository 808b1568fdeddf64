"""Facets: counts of search results by field, venue and year, and links that filter by them.

A filter is part of the query, "attention in:vision year:2017", so that it also applies to the feed
of a search, to its followers and to the API.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _

from common.db.grouped_counts import CountedColumn, capped_counts, count_values
from common.fulltext import Filter, Query
from papers.models import Field, Venue
from papers.subject_fields import field_name

MOST_VENUES, MOST_FIELDS, MOST_YEARS = 12, 20, 40


@dataclass(frozen=True)
class Choice:
    """One value of a facet; `text` is the query with this filter."""

    label: str
    count: int
    text: str


@dataclass(frozen=True)
class Facet:
    """The values to filter by; `name` is the operator "in", "at", "year" or "has".

    `is_chosen` is True when the query has such a filter already.
    """

    name: str
    label: str
    choices: tuple[Choice, ...]
    is_chosen: bool = False


@dataclass(frozen=True)
class Chip:
    """The label of one filter of a query; `without` is the query without it."""

    label: str
    without: str


def count_facets(rows: QuerySet, query: Query, *, to_paper: str = "") -> tuple[int, list[Facet]]:
    """Return (number of rows, facets), with three queries.

    `to_paper` is the lookup prefix from the rows to their paper: "" or "paper__".
    """
    tallies = [
        CountedColumn("facet_field", MOST_FIELDS),
        CountedColumn("facet_venue", MOST_VENUES),
        CountedColumn("facet_year", MOST_YEARS, by_value=True),
        CountedColumn("facet_has", 1),
    ]
    rows = rows.annotate(
        facet_field=F(f"{to_paper}field_id"),
        facet_venue=F(f"{to_paper}venue_id"),
        facet_year=F(f"{to_paper}year"),
        facet_has=Case(
            When(**{f"{to_paper}summary_count__gt": 0}, then=Value(1)),
            output_field=IntegerField(null=True),
        ),
    )
    total, (fields, venues, years, has) = count_values(rows, tallies)
    named_fields = Field.objects.in_bulk([pk for pk, _count in fields])
    named_venues = Venue.objects.only("slug", "name").in_bulk([pk for pk, _count in venues])
    facets = [
        _facet(
            query,
            "in",
            _("Field"),
            [(named_fields[at].shown_name, named_fields[at].slug, count) for at, count in fields],
        ),
        _facet(
            query,
            "at",
            _("Venue"),
            [(named_venues[at].name, named_venues[at].slug, count) for at, count in venues],
        ),
        _facet(query, "year", _("Year"), [(str(at), str(at), count) for at, count in years]),
    ]
    if not to_paper:
        values = [(_("With a summary"), "summary", count) for _at, count in has]
        facets.append(_facet(query, "has", _("Summaries"), values))
    return total, facets


def chips(query: Query) -> list[Chip]:
    """Return the filters of a query with labels, in their order, with two queries at most."""
    filters = {item.text: item for item in query.filters}
    has_column = any(term.column for term in query.terms)
    filter_parts = [(part, filters[part.text]) for part in query.parts if part.text in filters]
    slugs = {
        name: {item.value for _part, item in filter_parts if item.name == name}
        for name in ("in", "at")
    }
    fields = {slug: field_name(name) for slug, name in _names(Field, slugs["in"]).items()}
    venues = _names(Venue, slugs["at"])
    of_filters = [
        Chip(label(item, fields=fields, venues=venues), query.without(part))
        for part, item in filter_parts
    ]
    of_columns = [
        Chip(part.text, query.without(part))
        for part in query.parts
        if part.text not in filters and ":" in part.text and has_column
    ]
    return [*of_filters, *of_columns]


def label(item: Filter, *, fields: dict[str, str], venues: dict[str, str]) -> str:
    """Return the label of a filter: "2015 to 2020", "Vision" or "not Vision"."""
    if item.name == "year":
        text = year_range_label(*item.value)
    elif item.name == "in":
        text = fields.get(item.value, item.value)
    elif item.name == "at":
        text = venues.get(item.value, item.value)
    elif item.name == "has":
        text = _("with a summary")
    else:
        text = _("summarised by %(name)s") % {"name": item.value}
    return _("not %(filter)s") % {"filter": text} if item.is_negated else text


def year_range_label(first: int | None, last: int | None) -> str:
    """Return the label of a range of years: "2015", "since 2015", "until 2020", "2015 to 2020"."""
    if first == last:
        return str(first)
    if last is None:
        return _("since %(year)s") % {"year": first}
    if first is None:
        return _("until %(year)s") % {"year": last}
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def narrowed(query: Query, name: str, value: str) -> str:
    """Return the text of the query with its filters `name` replaced by `name:value`."""
    return f"{without(query, name)} {name}:{value}".strip()


def without(query: Query, name: str) -> str:
    """Return the text of the query without its filters `name`; negated filters are kept."""
    removed = {item.text for item in query.filters if item.name == name and not item.is_negated}
    text = query.text
    for part in reversed(query.parts):
        if part.text in removed:
            text = text[: part.start] + text[part.end :]
    return " ".join(text.split())


def nearest_year(query: Query, facets: Iterable[Facet]) -> Choice | None:
    """Return the year nearest to the years of `query` that has results.

    `facets` are those of the query without its years. None when the query has no years.
    """
    filters = (item for item in query.filters if item.name == "year" and not item.is_negated)
    span = next((item.value for item in filters), None)
    years = next((facet.choices for facet in facets if facet.name == "year"), ())
    if span is None or not years:
        return None
    first, last = span
    ends = [year for year in (first, last) if year]
    return min(
        years, key=lambda choice: min(abs(int(choice.label) - end) for end in ends), default=None
    )


def less(query: Query, rows_of, *, most: int = 8) -> list[tuple[str, str, int]]:
    """Return (part, query without it, number of results) for each part of a query, with one query.

    `rows_of` returns the rows that match a query text. Counts are capped at 1000.
    """
    if len(query.parts) < 2:
        return []
    parts = query.parts[:most]
    texts = [query.without(part) for part in parts]
    counts = capped_counts([rows_of(text) for text in texts], most=1000)
    return [
        (part.text, text, count) for part, text, count in zip(parts, texts, counts, strict=True)
    ]


def _facet(query: Query, name: str, title: str, values: list[tuple[str, str, int]]) -> Facet:
    choices = tuple(
        Choice(label, count, narrowed(query, name, value)) for label, value, count in values
    )
    is_chosen = any(item.name == name and not item.is_negated for item in query.filters)
    return Facet(name, title, choices, is_chosen)


def _names(model, slugs: set[str]) -> dict[str, str]:
    if not slugs:
        return {}
    return dict(model.objects.filter(slug__in=slugs).values_list("slug", "name"))
