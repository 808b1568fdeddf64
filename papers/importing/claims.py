"""What members say of a paper that is here already: it fills gaps and replaces nothing.

This is the one place where that is decided. A catalogue's word makes and changes a paper; a
BibTeX entry, a form or anything else that no catalogue sent is a claim. The first claim of a work
that nobody knew makes its paper and is kept whole. Of each later one only what filled a gap is
kept, so that nothing else of it can ever be shown; the rest is for the moderators to compare.
"""

import dataclasses
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from papers.citations.entry_types import entry_type
from papers.citations.latex_to_unicode import latex_to_text
from papers.identifiers import PaperId, parse_identifier
from papers.models import Paper
from papers.names import name_parts
from papers.sources import SOURCES, Record, record_to_json

# What goes with the venue: pages of another journal are not the missing pages of this one.
VENUE_DETAILS = ("volume", "number", "pages", "publisher")
LINKS = ("url", "code_url", "data_url")
# Types that files write by habit; they tell nothing that the venue does not know better.
_LOOSE_KINDS = {"article", "inproceedings", "misc"}
# An abstract with so many words in common is the same one, cut or typed in another way.
SAME_ABSTRACT = 0.6
MAX_ABSTRACT = 10_000
_MARK = re.compile(r" #[0-9a-f]{12}\Z")


def is_catalogue(record: Record) -> bool:
    """Whether a record comes from a catalogue, not from a file or a form of a member."""
    return record.source in SOURCES


def claim_name(name: PaperId, record: Record, paper_id: int | None = None) -> str:
    """Under which name a claim is kept: what it says is part of it, so that no entry of one
    member replaces that of another, and the same entry is kept once.
    """
    said = json.dumps([record_to_json(record), paper_id], sort_keys=True)
    return (
        f"{name.scheme}:{name.value}"[:300] + f" #{hashlib.sha256(said.encode()).hexdigest()[:12]}"
    )


def is_claim(source: str, name: str) -> bool:
    """Whether a stored record is a claim.

    Records of members from before claims were kept apart carry no mark. Their papers are composed
    as they were, so that nobody's page changes by itself.
    """
    return source not in SOURCES and bool(_MARK.search(name))


def shown_name(name: str) -> str:
    """The name of a stored record as people read it."""
    return _MARK.sub("", name)


@dataclasses.dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of a claim: `gaps` holds what fills them, all else empty; `differing` what is
    for the moderators, in the form of corrections.
    """

    gaps: Record
    differing: Mapping[str, object]

    @property
    def filled(self) -> list[str]:
        """The fields of `gaps` that are not empty."""
        return [name for name in _FILLABLE if getattr(self.gaps, name)]


_FILLABLE = ("authors", "abstract", "year", "venue", *VENUE_DETAILS, *LINKS)
# What comes along with a field when it is filled.
_WITH = {"venue": ("venue_kind", "issn"), "authors": ("has_more_authors",)}


def judge(
    record: Record,
    paper: Paper,
    *,
    names: Iterable[PaperId],
    is_same_venue: bool,
    new_names: Sequence[PaperId] = (),
) -> Judgement:
    """Compare a claim with a paper as it is now; nothing is written.

    `names` are the paper's; `is_same_venue` tells whether the venue that the claim names is the
    paper's; `new_names` are those of the claim that no paper has.
    """
    names = set(names)
    said = {
        **_text_differences(record, paper),
        **_publication(record, paper, is_same_venue=is_same_venue),
        **_links(record, paper, names),
    }
    if new_names:
        said["identifiers"] = [text for text in map(_typed, new_names) if text]
    said = {field: value for field, value in said.items() if value}
    # An entry that contradicts title or authors may be of another work: it fills nothing.
    is_other = any(field in said and _value(paper, field) for field in ("title", "authors"))
    gaps = {
        field: getattr(record, field)
        for field in _FILLABLE
        if field in said and not is_other and _is_gap(paper, field, said, names)
    }
    for field in list(gaps):
        gaps |= {name: getattr(record, name) for name in _WITH.get(field, ())}
    return Judgement(
        Record(source=record.source, title="", **gaps),
        {field: value for field, value in said.items() if field not in gaps},
    )


def _is_gap(paper: Paper, field: str, said: Mapping[str, object], names: set[PaperId]) -> bool:
    if _value(paper, field) or field in paper.corrected_fields:
        return False  # What a moderator emptied stays empty.
    if field in VENUE_DETAILS:
        return "venue" not in said or paper.venue is None
    # The address of another work is no address of this one.
    name = parse_identifier(str(said[field])) if field in LINKS else None
    return name is None or name.scheme == "key" or name in names


def _value(paper: Paper, field: str) -> object:
    if field == "authors":
        return paper.authors_text
    return paper.venue if field == "venue" else getattr(paper, field)


def _text_differences(record: Record, paper: Paper) -> dict[str, object]:
    said: dict[str, object] = {}
    if _letters(record.title) != _letters(paper.title):
        said["title"] = record.title[:1000]
    authors = [name for name in paper.authors_text.split("; ") if name]
    # A byline that leaves out authors never takes the place of one that names them.
    is_shorter = record.has_more_authors and authors
    if not (is_shorter or is_same_byline(record.authors, authors)):
        said["authors"] = [" ".join(name.split())[:200] for name in record.authors]
    if record.abstract and not _is_same_text(record.abstract, paper.abstract):
        said["abstract"] = record.abstract[:MAX_ABSTRACT]
    return said


def _publication(record: Record, paper: Paper, *, is_same_venue: bool) -> dict[str, object]:
    said: dict[str, object] = {}
    is_preprint = record.venue_kind == "preprint"
    # The preprint of a paper that has appeared says nothing against where it appeared.
    is_earlier = is_preprint and paper.venue is not None and not paper.is_preprint
    if record.venue and not is_same_venue and not is_earlier:
        said["venue"] = record.venue[:120]
    is_year_before = is_earlier and record.year == (paper.year or 0) - 1
    if record.year and record.year != paper.year and not is_year_before:
        said["year"] = record.year
    for field in () if is_earlier else VENUE_DETAILS:
        value, now = getattr(record, field), getattr(paper, field)
        if value and _letters(value) != _letters(now):
            said[field] = value[: getattr(Paper._meta.get_field(field), "max_length", None)]
    kinds = {record.kind, entry_type(paper)}
    if len(kinds) == 2 and not kinds <= _LOOSE_KINDS and record.kind not in {"", "misc"}:
        said["kind"] = record.kind[:20]
    return said


def _links(record: Record, paper: Paper, names: set[PaperId]) -> dict[str, object]:
    said = {}
    for field in LINKS:
        url, now = getattr(record, field), getattr(paper, field)
        is_own = parse_identifier(url) in names if url else True
        if not is_own and _address(url) != _address(now):
            said[field] = url[:500]
    return said


def _typed(name: PaperId) -> str:
    """A name as people type it; "" for one that they cannot."""
    texts = (name.value, f"{name.scheme}:{name.value}")
    return next((text for text in texts if parse_identifier(text) == name), "")


def is_same_byline(mine: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two bylines name the same people: given names may be initials, accents may be lost.

    An empty one says nothing.
    """
    if not mine:
        return True
    return len(mine) == len(others) and all(map(_is_same_person, mine, others))


def _is_same_person(one: str, other: str) -> bool:
    (given, family, _), (others_given, others_family, _) = name_parts(one), name_parts(other)
    if _family(family) != _family(others_family):
        # "Mao Zedong" and "Zedong Mao", and names that were cut at another place.
        return sorted(_words(one)) == sorted(_words(other))
    pairs = zip(_words(given), _words(others_given), strict=False)
    return all(a.startswith(b) or b.startswith(a) for a, b in pairs)


def _family(name: str) -> str:
    """Without what is written in two ways: "Müller" and "Mueller"."""
    return re.sub(r"(?<=[aou])e", "", "".join(_words(name)))


def _is_same_text(one: str, other: str) -> bool:
    words, others = set(_words(one)), set(_words(other))
    if not words or not others:
        return not words
    return len(words & others) / len(words | others) >= SAME_ABSTRACT


def _address(url: str) -> str:
    return re.sub(r"\A(?:https?://)?(?:www\.)?", "", url.strip(), flags=re.IGNORECASE).rstrip("/")


def _letters(text: str) -> str:
    """What is left of a text when case, accents, signs, blanks and TeX do not count."""
    return "".join(_words(text)) or " ".join(text.split())


def _words(text: str) -> list[str]:
    plain = re.sub(r"\\([A-Za-z]+)", _greek, latex_to_text(text))
    folded = unicodedata.normalize("NFKD", plain.casefold().translate(_STROKES))
    folded = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return re.findall(r"[^\W_]+", folded)


_STROKES = str.maketrans("łøđı", "lodi") | {ord("æ"): "ae", ord("œ"): "oe"}


def _greek(command: re.Match[str]) -> str:
    r"""\beta is β; other commands are signs."""
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {command[1]}")
    except KeyError:
        return " "
