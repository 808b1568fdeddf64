"""Find the venue that a catalogue means: by DBLP prefix, by ISSN, by normalised name."""

import re
import unicodedata

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from papers.identifiers import Name
from papers.models import Venue, VenueAlias

# What stands around the name of a conference and differs from year to year.
_DECORATION = re.compile(
    r"""
    \b(?:in\s+)?proceedings\ of(?:\ the)?\b | \bproc\b\.? | ^in:?\s
    | \b(?:the|annual|international\ conference\ proceedings)\b
    | \b\d+(?:st|nd|rd|th)\b
    | \b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth
        |eleventh|twelfth|thirteenth|fourteenth|fifteenth
        |twenty[-\ ]\w+|thirty[-\ ]\w+|forty[-\ ]\w+)\b
    | \b(?:19|20)\d\d\b
    | \bvol(?:ume)?\b\.?\s*\d*
    | (?<=\w)\s\d{1,4}\s*\Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def normalise_venue_name(name: str) -> str:
    """Reduce a name to what stays the same over the years.

    "Proceedings of the 32nd International Conference on Machine Learning (ICML 2015)" and
    "international conference on machine learning" both give
    "international conference on machine learning". "" when nothing is left.
    """
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = _PARENTHESES.sub(" ", folded).replace("&", " and ").replace("'", "")
    plain = _DECORATION.sub(" ", plain)
    return " ".join(re.findall(r"[a-z0-9+]+", plain))[:300]


def dblp_prefix(key: str) -> str:
    """ "conf/nips/VaswaniSPUJGKP17" gives "conf/nips"; "" for another shape."""
    parts = key.split("/")
    return "/".join(parts[:2]) if len(parts) >= 3 else ""


def find_venue(
    *, name: str, kind: str = "", names: tuple[Name, ...] = (), issns: tuple[str, ...] = ()
) -> Venue | None:
    """The venue that a record names; an unknown name makes a provisional one.

    None when the record tells nothing. `names` are the record's identifiers: a DBLP key says
    where the paper appeared. One query for a known venue.
    """
    wanted = [("issn", issn.replace("-", "").upper()) for issn in issns]
    wanted += [("dblp", dblp_prefix(item.value)) for item in names if item.scheme == "dblp"]
    # CoRR keys tell the archive even for papers that appeared elsewhere: the name decides.
    wanted = [alias for alias in wanted if alias[1] and alias != ("dblp", "journals/corr")]
    normalised = normalise_venue_name(name)
    if normalised:
        wanted.append(("name", normalised))
    if not wanted:
        return None
    found = {
        (alias.scheme, alias.value): alias.venue
        for alias in VenueAlias.objects.filter(
            scheme__in={scheme for scheme, _ in wanted}, value__in={value for _, value in wanted}
        ).select_related("venue")
    }
    for alias in wanted:
        if alias in found:
            return found[alias]
    return _make_provisional(name, kind, normalised) if normalised else None


def make_venue(*, name: str, aliases: list[tuple[str, str]], **fields: object) -> Venue:
    """A new venue with a free slug and its aliases, [(scheme, value), …], normalised already."""
    with transaction.atomic():
        venue = Venue(name=name[:120], slug=_free_slug(name), **fields)
        venue.skip_history_when_saving = True
        venue.save()
        VenueAlias.objects.bulk_create(
            VenueAlias(venue=venue, scheme=scheme, value=value) for scheme, value in aliases
        )
    return venue


def _make_provisional(name: str, kind: str, normalised: str) -> Venue:
    kinds = Venue.Kind.values
    try:
        with transaction.atomic():
            return make_venue(
                name=name,
                aliases=[("name", normalised)],
                kind=kind if kind in kinds else Venue.Kind.OTHER,
                is_provisional=True,
            )
    except IntegrityError:  # Another importer made it a moment ago.
        return Venue.objects.get(aliases__scheme="name", aliases__value=normalised)


def _free_slug(name: str) -> str:
    base = slugify(name)[:70].strip("-") or "venue"
    taken = set(Venue.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
