"""Find the venue of a catalogue record by DBLP prefix, ISSN or normalised name."""

import re
import unicodedata
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from common.db.transactions import transactional
from papers.citations.entry_types import venue_kind_of_name
from papers.identifiers import PaperId
from papers.locks import lock_papers
from papers.models import Paper, Venue, VenueAlias
from papers.search import index_papers
from papers.sources import Record

# Parts of the name of a conference that differ from year to year.
_DECORATION = re.compile(
    r"""
    \b(?:in\s+)?proceedings\ of(?:\ the)?\b | \bproc\b\.?(?:\s+of\b)? | ^in:?\s
    | \b(?:the|annual|international\ conference\ proceedings)\b
    | \b\d+(?:st|nd|rd|th)\b
    | \b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth
        |eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth
        |nineteenth|twentieth|thirtieth|fortieth|fiftieth
        |(?:twenty|thirty|forty|fifty)[-\ ](?:first|second|third|\w+th))\b
    | (?:\b|(?<=[a-z]))(?:19|20)\d\d\b | '\d\d\b
    | \bvol(?:ume)?\b\.?\s*\d*
    | (?<=\bsystems)\s+[ivxlc]+\s*\Z
    | (?<=\w)\s\d{1,4}\s*\Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Tracks of a conference are separate venues, so these words are kept, also in brackets.
_BESIDE_WORDS = r"workshops?|findings|companion|demonstrations|tutorials?|adjunct"
_BESIDE = re.compile(rf"\b(?:{_BESIDE_WORDS})\b", re.IGNORECASE)
_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
# "CHI '16: Proceedings of …", "Advances in … Systems 30: Annual Conference on …"
_SHORT_BEFORE = re.compile(r"\A[\w ]{2,20}?'\d\d\s*:\s*(?=proceedings)", re.IGNORECASE)
_NUMBERED_BEFORE = re.compile(r"(?<=[a-z])\s\d{1,3}\s*:.*", re.IGNORECASE | re.DOTALL)
# ", {ICML} 2015, Lille, France, 6-11 July 2015"
_WHEN_AND_WHERE = re.compile(r",[^,]{0,40}\b(?:19|20)\d\d\b(?!-\d).*", re.DOTALL)
_ARXIV_NUMBER = re.compile(
    r":\s*(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?\b|\babs/\S+", re.IGNORECASE
)
_LETTERS = str.maketrans("łŁØøđĐßæÆœŒı", "lLOodDsaAoOi")
MAX_NAME_LENGTH = 1000


def normalise_venue_name(name: str) -> str:
    """Reduce the name of a venue to the part that is the same every year.

    "Proceedings of the 32nd International Conference on Machine Learning (ICML 2015)" and
    "international conference on machine learning" both give
    "international conference on machine learning". Letters of all scripts are kept. The result is
    "" when nothing remains.
    """
    plain = _fold(name[:MAX_NAME_LENGTH]).replace("\u2019", "'").replace("&", " and ")
    plain = re.sub(r"[{}]", "", plain)
    plain = _PARENTHESES.sub(_abbreviation_in_brackets, _ARXIV_NUMBER.sub(" ", plain))
    plain = _NUMBERED_BEFORE.sub("", _SHORT_BEFORE.sub("", plain))
    plain = _DECORATION.sub(" ", _WHEN_AND_WHERE.sub("", plain)).replace("'", "")
    letters = "".join(letter if _is_letter(letter) else " " for letter in plain)
    return " ".join(letters.split())[:300]


def _fold(name: str) -> str:
    """Return the name in lower case, without accents on Latin, Greek and Cyrillic letters."""
    split = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", split)).lower()


def _is_letter(letter: str) -> bool:
    return letter == "+" or unicodedata.category(letter)[0] in "LMN"


def _abbreviation_in_brackets(match: re.Match) -> str:
    return f" {' '.join(_BESIDE.findall(match[0]))} "


def _storable(name: str) -> str:
    """Remove characters that databases cannot store: control characters and surrogates."""
    cleaned = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in name)
    return " ".join(cleaned.split())[:MAX_NAME_LENGTH]


def dblp_prefix(key: str) -> str:
    """Return the venue part of a DBLP key: "conf/nips/VaswaniSPUJGKP17" gives "conf/nips".

    The result is "" for text of another form.
    """
    parts = key.split("/")
    return "/".join(parts[:2]) if len(parts) >= 3 else ""


def find_venue(
    *, name: str, kind: str = "", names: tuple[PaperId, ...] = (), issns: tuple[str, ...] = ()
) -> Venue | None:
    """Return the venue of a record, creating a provisional one for an unknown name.

    `names` are the record's identifiers, because a DBLP key contains the venue. The result is None
    when the record names no venue. A known venue needs one query.
    """
    name = _storable(name)
    aliases = _aliases(name, names, issns)
    if not aliases:
        return None
    venues = _venues_by_alias(aliases)
    for alias in aliases:
        if alias in venues:
            return venues[alias]
    normalised = normalise_venue_name(name)
    return _make_provisional(name, kind, normalised) if normalised else None


def known_venues(records: Iterable[Record]) -> dict[Record, set[int]]:
    """Return {record: primary keys of its possible venues}, with one query.

    No venue is created.
    """
    aliases_of = {}
    for record in records:
        keys = tuple(sorted((n for n in record.identifiers), key=lambda name: name.value))
        aliases_of[record] = _aliases(_storable(record.venue), keys, record.issn)
    every = {alias for aliases in aliases_of.values() for alias in aliases}
    venues = _venues_by_alias(every) if every else {}
    return {
        record: {venues[alias].pk for alias in aliases if alias in venues}
        for record, aliases in aliases_of.items()
    }


def _aliases(name: str, names: Iterable[PaperId], issns: Iterable[str]) -> list[tuple[str, str]]:
    """Return [(scheme, value), …] that may identify a venue, the most reliable first."""
    aliases = []
    # Workshops have the DBLP prefix of their conference, so for them the name decides.
    if not _BESIDE.search(name):
        aliases += [("dblp", dblp_prefix(item.value)) for item in names if item.scheme == "dblp"]
    # After DBLP, because a series such as the Lecture Notes has one ISSN for many venues.
    aliases += [("issn", issn.replace("-", "").upper()) for issn in issns]
    # A CoRR key says nothing about the venue of a paper that was published elsewhere.
    aliases = [alias for alias in aliases if alias[1] and alias != ("dblp", "journals/corr")]
    normalised = normalise_venue_name(name)
    return [*aliases, ("name", normalised)] if normalised else aliases


def _venues_by_alias(aliases: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Venue]:
    rows = VenueAlias.objects.filter(
        scheme__in={scheme for scheme, _ in aliases}, value__in={value for _, value in aliases}
    ).select_related("venue")
    return {(alias.scheme, alias.value): alias.venue for alias in rows}


def make_venue(*, name: str, aliases: list[tuple[str, str]], **fields: object) -> Venue:
    """Create a venue with a free slug and `aliases`, normalised [(scheme, value), …]."""
    with transaction.atomic():
        venue = Venue(name=name[:120], slug=_free_slug(name), **fields)
        venue.skip_history_when_saving = True
        venue.save()
        VenueAlias.objects.bulk_create(
            VenueAlias(venue=venue, scheme=scheme, value=value) for scheme, value in aliases
        )
    return venue


@transactional
def merge_venues(*, merged: Venue, target: Venue) -> int:
    """Merge a venue into another: papers and aliases move, and its address redirects.

    Return the number of papers moved; they are reindexed. The history of both is preserved. Raises
    ValueError when both are the same venue.
    """
    if merged.pk == target.pk:
        raise ValueError("A venue cannot be merged into itself.")
    # Papers first, as everywhere; then venues by primary key, so that two merges cannot deadlock.
    lock_papers(Paper.objects.filter(venue=merged).values("pk"))
    list(
        Venue.objects.select_for_update(of=("self",))
        .filter(pk__in=[merged.pk, target.pk])
        .order_by("pk")
    )
    paper_pks = list(Paper.objects.filter(venue=merged).values_list("pk", flat=True))
    Paper.objects.filter(venue=merged).update(venue=target)
    merged.aliases.update(venue=target)
    keep_address(target, merged.slug)
    merged._change_reason = f"Merged into {target.name} ({target.pk})."[:100]
    merged.delete()
    target._change_reason = f"Took in {merged.name}."[:100]
    target.save()
    # All of its papers, because the new aliases are indexed with each.
    index_papers(Paper.objects.filter(venue=target).values_list("pk", flat=True))
    return len(paper_pks)


def keep_address(venue: Venue, slug: str) -> None:
    """Redirect a former slug of the venue to it."""
    VenueAlias.objects.update_or_create(
        scheme=VenueAlias.Scheme.SLUG, value=slug, defaults={"venue": venue}
    )


def venue_at_old_address(slug: str) -> Venue | None:
    """Return the venue that had this slug, or None."""
    return Venue.objects.filter(aliases__scheme=VenueAlias.Scheme.SLUG, aliases__value=slug).first()


def _make_provisional(name: str, kind: str, normalised: str) -> Venue:
    kind = kind or venue_kind_of_name(name)
    try:
        with transaction.atomic():
            return make_venue(
                name=name,
                aliases=[("name", normalised)],
                kind=kind if kind in Venue.Kind.values else Venue.Kind.OTHER,
                is_provisional=True,
            )
    except IntegrityError:  # Another process has created it since.
        return Venue.objects.get(aliases__scheme="name", aliases__value=normalised)


def _free_slug(name: str) -> str:
    base = slugify(name)[:70].strip("-") or "venue"
    used = set(Venue.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    old = VenueAlias.objects.filter(scheme=VenueAlias.Scheme.SLUG, value__startswith=base)
    used.update(old.values_list("value", flat=True))
    slug, suffix = base, 2
    while slug in used:
        slug, suffix = f"{base}-{suffix}", suffix + 1
    return slug
