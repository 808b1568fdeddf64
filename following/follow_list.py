"""What a person follows, by kind, as pages show it."""

from dataclasses import dataclass

from django.db.models import Max
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from following.models import Follow
from papers.models import Authorship

Kind = Follow.Kind
HEADINGS = {
    Kind.PERSON: _("People"),
    Kind.PAPER: _("Papers"),
    Kind.VENUE: _("Venues"),
    Kind.FIELD: _("Fields"),
    Kind.AUTHOR: _("Authors"),
    Kind.SEARCH: _("Searches"),
}


@dataclass(frozen=True, kw_only=True)
class Followed:
    """One line; `target` is what the unfollow form posts."""

    kind: str
    target: str
    label: str
    url: str


def followed_by(user) -> list[tuple[str, list[Followed]]]:
    """Return (heading, lines) for each kind that is not empty, the newest first; two queries."""
    follows = list(
        Follow.objects.filter(user=user).select_related("person", "paper", "venue", "field")
    )
    author_names = _author_names([row.words for row in follows if row.kind == Kind.AUTHOR])
    lines: dict[str, list[Followed]] = {}
    for row in follows:
        label, url = _shown(row, author_names)
        line = Followed(kind=row.kind, target=row.target_key, label=label, url=url)
        lines.setdefault(row.kind, []).append(line)
    return [(heading, lines[kind]) for kind, heading in HEADINGS.items() if kind in lines]


def _shown(row: Follow, author_names: dict[str, str]) -> tuple[str, str]:
    """Return (label, address)."""
    if row.person:
        return row.person.display_name, row.person.get_absolute_url()
    if row.paper:
        return row.paper.title_html, row.paper.get_absolute_url()
    if row.venue:
        return row.venue.name, row.venue.get_absolute_url()
    if row.field:
        return row.field.shown_name, f"{reverse('home')}?{urlencode({'field': row.field.slug})}"
    if row.kind == Kind.AUTHOR:
        return author_names.get(row.words, row.words), reverse("author", args=[row.words])
    return row.words, f"{reverse('search')}?{urlencode({'q': row.words})}"


def _author_names(slugs: list[str]) -> dict[str, str]:
    rows = Authorship.objects.filter(name_slug__in=slugs).order_by().values("name_slug")
    return dict(rows.annotate(shown=Max("name")).values_list("name_slug", "shown"))
