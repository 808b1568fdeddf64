"""Find the venue that a catalogue means: by DBLP prefix, by ISSN, by normalised name."""

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

# What stands around the name of a conference and differs from year to year.
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
# Tracks of a conference have papers of their own: the word stays, whatever brackets it is in.
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
    """Reduce a name to what stays the same over the years.

    "Proceedings of the 32nd International Conference on Machine Learning (ICML 2015)" and
    "international conference on machine learning" both give
    "international conference on machine learning"; names in any script stay names. "" when
    nothing is left.
    """
    plain = _fold(name[:MAX_NAME_LENGTH]).replace("\u2019", "'").replace("&", " and ")
    plain = re.sub(r"[{}]", "", plain)
    plain = _PARENTHESES.sub(_kept_in_brackets, _ARXIV_NUMBER.sub(" ", plain))
    plain = _NUMBERED_BEFORE.sub("", _SHORT_BEFORE.sub("", plain))
    plain = _DECORATION.sub(" ", _WHEN_AND_WHERE.sub("", plain)).replace("'", "")
    words = "".join(letter if _is_letter(letter) else " " for letter in plain)
    return " ".join(words.split())[:300]


def _fold(name: str) -> str:
    """Lower case without the accents of Latin, Greek and Cyrillic letters."""
    split = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", split)).lower()


def _is_letter(letter: str) -> bool:
    return letter == "+" or unicodedata.category(letter)[0] in "LMN"


def _kept_in_brackets(match: re.Match) -> str:
    return f" {' '.join(_BESIDE.findall(match[0]))} "


def _storable(name: str) -> str:
    """Without what no database keeps: control characters and halves of characters."""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in name)
    return " ".join(kept.split())[:MAX_NAME_LENGTH]


def dblp_prefix(key: str) -> str:
    """ "conf/nips/VaswaniSPUJGKP17" gives "conf/nips"; "" for another shape."""
    parts = key.split("/")
    return "/".join(parts[:2]) if len(parts) >= 3 else ""


def find_venue(
    *, name: str, kind: str = "", names: tuple[PaperId, ...] = (), issns: tuple[str, ...] = ()
) -> Venue | None:
    """The venue that a record names; an unknown name makes a provisional one.

    None when the record tells nothing. `names` are the record's identifiers: a DBLP key says
    where the paper appeared. One query for a known venue.
    """
    name = _storable(name)
    wanted = _aliases(name, names, issns)
    if not wanted:
        return None
    found = _venues_by_alias(wanted)
    for alias in wanted:
        if alias in found:
            return found[alias]
    normalised = normalise_venue_name(name)
    return _make_provisional(name, kind, normalised) if normalised else None


def known_venues(records: Iterable[Record]) -> dict[Record, set[int]]:
    """The venues that each record may mean, by number; none is made. One query for all."""
    wanted = {}
    for record in records:
        keys = tuple(sorted((n for n in record.identifiers), key=lambda name: name.value))
        wanted[record] = _aliases(_storable(record.venue), keys, record.issn)
    every = {alias for aliases in wanted.values() for alias in aliases}
    found = _venues_by_alias(every) if every else {}
    return {
        record: {found[alias].pk for alias in aliases if alias in found}
        for record, aliases in wanted.items()
    }


def _aliases(name: str, names: Iterable[PaperId], issns: Iterable[str]) -> list[tuple[str, str]]:
    """[(scheme, value), …] by which a venue may be known, the surest first."""
    wanted = []
    # Workshops carry the DBLP prefix of their conference: there the name decides.
    if not _BESIDE.search(name):
        wanted += [("dblp", dblp_prefix(item.value)) for item in names if item.scheme == "dblp"]
    # After DBLP: whole series have an ISSN, such as that of the Lecture Notes.
    wanted += [("issn", issn.replace("-", "").upper()) for issn in issns]
    # CoRR keys tell the archive even for papers that appeared elsewhere: the name decides.
    wanted = [alias for alias in wanted if alias[1] and alias != ("dblp", "journals/corr")]
    normalised = normalise_venue_name(name)
    return [*wanted, ("name", normalised)] if normalised else wanted


def _venues_by_alias(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Venue]:
    rows = VenueAlias.objects.filter(
        scheme__in={scheme for scheme, _ in wanted}, value__in={value for _, value in wanted}
    ).select_related("venue")
    return {(alias.scheme, alias.value): alias.venue for alias in rows}


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


@transactional
def merge_venues(*, merged: Venue, kept: Venue) -> int:
    """Make `merged` a name of `kept`: papers and aliases move, its address leads to the other.

    Returns the number of papers moved, which are indexed anew. The history of both stays. Raises
    ValueError for a venue and itself.
    """
    if merged.pk == kept.pk:
        raise ValueError("A venue cannot be merged into itself.")
    # Papers first, as everywhere; then in order of number, so that two merges never wait for each
    # other.
    lock_papers(Paper.objects.filter(venue=merged).values("pk"))
    list(
        Venue.objects.select_for_update(of=("self",))
        .filter(pk__in=[merged.pk, kept.pk])
        .order_by("pk")
    )
    numbers = list(Paper.objects.filter(venue=merged).values_list("pk", flat=True))
    Paper.objects.filter(venue=merged).update(venue=kept)
    merged.aliases.update(venue=kept)
    keep_address(kept, merged.slug)
    merged._change_reason = f"Merged into {kept.name} ({kept.pk})."[:100]
    merged.delete()
    kept._change_reason = f"Took in {merged.name}."[:100]
    kept.save()
    # All of them: the aliases that came are words of the venue too.
    index_papers(Paper.objects.filter(venue=kept).values_list("pk", flat=True))
    return len(numbers)


def keep_address(venue: Venue, slug: str) -> None:
    """Let an address that the venue had lead to it."""
    VenueAlias.objects.update_or_create(
        scheme=VenueAlias.Scheme.SLUG, value=slug, defaults={"venue": venue}
    )


def venue_at_old_address(slug: str) -> Venue | None:
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
    except IntegrityError:  # Another importer made it a moment ago.
        return Venue.objects.get(aliases__scheme="name", aliases__value=normalised)


def _free_slug(name: str) -> str:
    base = slugify(name)[:70].strip("-") or "venue"
    taken = set(Venue.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    old = VenueAlias.objects.filter(scheme=VenueAlias.Scheme.SLUG, value__startswith=base)
    taken.update(old.values_list("value", flat=True))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
