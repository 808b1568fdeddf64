"""Narrowing a search: how many of what was found there are by field, venue and year.

What narrows a search is part of its question, "attention in:vision year:2017": so its feed, who
follows it and the API are narrowed alike.
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
    """One value that the hits can be narrowed to; `text` is the question that does it."""

    label: str
    count: int
    text: str


@dataclass(frozen=True)
class Facet:
    """`name` is the operator: "in", "at", "year", "has"; `is_chosen` when the question has it."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    is_chosen: bool = False


@dataclass(frozen=True)
class Chip:
    """One filter of the question in words, with the question without it."""

    label: str
    without: str


def count_facets(rows: QuerySet, query: Query, *, to_paper: str = "") -> tuple[int, list[Facet]]:
    """(how many rows there are, what they can be narrowed by); three queries for any number.

    `to_paper` leads from the rows to their paper: "paper__".
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
    named_fields = Field.objects.in_bulk([number for number, _count in fields])
    named_venues = Venue.objects.only("slug", "name").in_bulk([number for number, _count in venues])
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
        told = [(_("With a summary"), "summary", count) for _at, count in has]
        facets.append(_facet(query, "has", _("Summaries"), told))
    return total, facets


def chips(query: Query) -> list[Chip]:
    """The filters of a question in words, in their order; two queries at most."""
    filters = {item.text: item for item in query.filters}
    of_column = {term.typed: term for term in query.wanted if term.column}
    found = [(part, filters[part.text]) for part in query.parts if part.text in filters]
    slugs = {
        name: {item.value for _part, item in found if item.name == name} for name in ("in", "at")
    }
    fields = {slug: field_name(name) for slug, name in _names(Field, slugs["in"]).items()}
    venues = _names(Venue, slugs["at"])
    told = [
        Chip(label(item, fields=fields, venues=venues), query.without(part)) for part, item in found
    ]
    named = [
        Chip(part.text, query.without(part))
        for part in query.parts
        if part.text not in filters and ":" in part.text and of_column
    ]
    return [*told, *named]


def label(item: Filter, *, fields: dict[str, str], venues: dict[str, str]) -> str:
    """A filter in words: "2015 to 2020", "Vision", "not Vision"."""
    if item.name == "year":
        told = year_range_label(*item.value)
    elif item.name == "in":
        told = fields.get(item.value, item.value)
    elif item.name == "at":
        told = venues.get(item.value, item.value)
    elif item.name == "has":
        told = _("with a summary")
    else:
        told = _("summarised by %(name)s") % {"name": item.value}
    return _("not %(filter)s") % {"filter": told} if item.is_negated else told


def year_range_label(first: int | None, last: int | None) -> str:
    if first == last:
        return str(first)
    if last is None:
        return _("since %(year)s") % {"year": first}
    if first is None:
        return _("until %(year)s") % {"year": last}
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def narrowed(query: Query, name: str, value: str) -> str:
    """The question with `name:value` instead of what it asked of `name` before."""
    return f"{without(query, name)} {name}:{value}".strip()


def without(query: Query, name: str) -> str:
    """The question less what it wants of `name`; what it excludes stays."""
    gone = {item.text for item in query.filters if item.name == name and not item.is_negated}
    text = query.text
    for part in reversed(query.parts):
        if part.text in gone:
            text = text[: part.start] + text[part.end :]
    return " ".join(text.split())


def nearest_year(query: Query, facets: Iterable[Facet]) -> Choice | None:
    """Of a question less its years, the year with hits that is nearest to those asked for."""
    wanted = (item for item in query.filters if item.name == "year" and not item.is_negated)
    asked = next((item.value for item in wanted), None)
    years = next((facet.choices for facet in facets if facet.name == "year"), ())
    if asked is None or not years:
        return None
    first, last = asked
    ends = [year for year in (first, last) if year]
    return min(
        years, key=lambda choice: min(abs(int(choice.label) - end) for end in ends), default=None
    )


def less(query: Query, rows_of, *, most: int = 8) -> list[tuple[str, str, int]]:
    """(what is left out, the question without it, how many hits it has at least) for each part of
    a question; one query. `rows_of` gives the rows that answer a question."""
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
        Choice(told, count, narrowed(query, name, value)) for told, value, count in values
    )
    is_chosen = any(item.name == name and not item.is_negated for item in query.filters)
    return Facet(name, title, choices, is_chosen)


def _names(model, slugs: set[str]) -> dict[str, str]:
    if not slugs:
        return {}
    return dict(model.objects.filter(slug__in=slugs).values_list("slug", "name"))
