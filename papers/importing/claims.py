"""Decide what a member's claim about an existing paper changes: it fills gaps and replaces nothing.

This is the only module that decides it. Records of catalogues create and change papers; a BibTeX
entry, a form or anything else that no catalogue sent is a claim. The first claim about an unknown
work creates its paper and is stored whole. Of each later claim only what filled a gap is stored, so
that nothing else of it can ever be shown; moderators compare the remaining differences.
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

# Fields that belong to the venue: pages of another journal are not the missing pages of this one.
VENUE_DETAILS = ("volume", "number", "pages", "publisher")
LINKS = ("url", "code_url", "data_url")
# Entry types that files use by default; the venue says more about the type than they do.
_LOOSE_KINDS = {"article", "inproceedings", "misc"}
# Two abstracts with at least this share of words in common count as the same one.
SAME_ABSTRACT = 0.6
MAX_ABSTRACT = 10_000
_MARK = re.compile(r" #[0-9a-f]{12}\Z")


def is_catalogue(record: Record) -> bool:
    """Return whether a record comes from a catalogue, not from a member's file or form."""
    return record.source in SOURCES


def claim_name(name: PaperId, record: Record, paper_id: int | None = None) -> str:
    """Return the name under which a claim is stored: an identifier and a hash of its content.

    With the hash, different entries of members do not replace each other, and the same entry is
    stored once. Example: "doi:10.1000/x #0123456789ab".
    """
    content = json.dumps([record_to_json(record), paper_id], sort_keys=True)
    return (
        f"{name.scheme}:{name.value}"[:300]
        + f" #{hashlib.sha256(content.encode()).hexdigest()[:12]}"
    )


def is_claim(source: str, name: str) -> bool:
    """Return whether a stored record is a claim.

    Records that members added before claims were stored separately carry no hash. They count as
    catalogue records, so that the pages of their papers do not change.
    """
    return source not in SOURCES and bool(_MARK.search(name))


def shown_name(name: str) -> str:
    """Return the name of a stored record as readers see it, without the hash of a claim."""
    return _MARK.sub("", name)


@dataclasses.dataclass(frozen=True, slots=True)
class Judgement:
    """The result for a claim.

    `gaps` is a record with the values that fill gaps, all other fields empty. `differing` holds the
    values for the moderators, in the form of `Correction.changes`: {field: the claim's value}.
    """

    gaps: Record
    differing: Mapping[str, object]

    @property
    def filled(self) -> list[str]:
        """Return the fields of `gaps` that are not empty."""
        return [name for name in _FILLABLE if getattr(self.gaps, name)]


_FILLABLE = ("authors", "abstract", "year", "venue", *VENUE_DETAILS, *LINKS)
# Fields that are filled together with another field.
_WITH = {"venue": ("venue_kind", "issn"), "authors": ("has_more_authors",)}


def judge(
    record: Record,
    paper: Paper,
    *,
    names: Iterable[PaperId],
    is_same_venue: bool,
    new_names: Sequence[PaperId] = (),
) -> Judgement:
    """Compare a claim with the current state of a paper; nothing is written.

    `names` are the paper's identifiers; `is_same_venue` says whether the venue that the claim names
    is the paper's; `new_names` are the identifiers of the claim that no paper has.
    """
    names = set(names)
    differences = {
        **_text_differences(record, paper),
        **_publication(record, paper, is_same_venue=is_same_venue),
        **_links(record, paper, names),
    }
    if new_names:
        differences["identifiers"] = [text for text in map(_typed, new_names) if text]
    differences = {field: value for field, value in differences.items() if value}
    # An entry with another title or other authors may describe another work: it fills nothing.
    is_other = any(field in differences and _value(paper, field) for field in ("title", "authors"))
    gaps = {
        field: getattr(record, field)
        for field in _FILLABLE
        if field in differences and not is_other and _is_gap(paper, field, differences, names)
    }
    for field in list(gaps):
        gaps |= {name: getattr(record, name) for name in _WITH.get(field, ())}
    return Judgement(
        Record(source=record.source, title="", **gaps),
        {field: value for field, value in differences.items() if field not in gaps},
    )


def _is_gap(
    paper: Paper, field: str, differences: Mapping[str, object], names: set[PaperId]
) -> bool:
    """Return whether a claim may fill a field of the paper."""
    if _value(paper, field) or field in paper.corrected_fields:
        return False  # A field that a moderator emptied stays empty.
    if field in VENUE_DETAILS:
        return "venue" not in differences or paper.venue is None
    # A link to another work is not a link to this one.
    name = parse_identifier(str(differences[field])) if field in LINKS else None
    return name is None or name.scheme == "key" or name in names


def _value(paper: Paper, field: str) -> object:
    if field == "authors":
        return paper.authors_text
    return paper.venue if field == "venue" else getattr(paper, field)


def _text_differences(record: Record, paper: Paper) -> dict[str, object]:
    differences: dict[str, object] = {}
    if _comparable(record.title) != _comparable(paper.title):
        differences["title"] = record.title[:1000]
    authors = [name for name in paper.authors_text.split("; ") if name]
    # A byline that leaves out authors never replaces one that names them.
    is_shorter = record.has_more_authors and authors
    if not (is_shorter or is_same_byline(record.authors, authors)):
        differences["authors"] = [" ".join(name.split())[:200] for name in record.authors]
    if record.abstract and not _is_same_text(record.abstract, paper.abstract):
        differences["abstract"] = record.abstract[:MAX_ABSTRACT]
    return differences


def _publication(record: Record, paper: Paper, *, is_same_venue: bool) -> dict[str, object]:
    differences: dict[str, object] = {}
    is_preprint = record.venue_kind == "preprint"
    # A preprint does not contradict the venue in which the paper appeared.
    is_earlier = is_preprint and paper.venue is not None and not paper.is_preprint
    if record.venue and not is_same_venue and not is_earlier:
        differences["venue"] = record.venue[:120]
    is_year_before = is_earlier and record.year == (paper.year or 0) - 1
    if record.year and record.year != paper.year and not is_year_before:
        differences["year"] = record.year
    for field in () if is_earlier else VENUE_DETAILS:
        value, current = getattr(record, field), getattr(paper, field)
        if value and _comparable(value) != _comparable(current):
            differences[field] = value[: getattr(Paper._meta.get_field(field), "max_length", None)]
    kinds = {record.kind, entry_type(paper)}
    if len(kinds) == 2 and not kinds <= _LOOSE_KINDS and record.kind not in {"", "misc"}:
        differences["kind"] = record.kind[:20]
    return differences


def _links(record: Record, paper: Paper, names: set[PaperId]) -> dict[str, object]:
    differences = {}
    for field in LINKS:
        url, current = getattr(record, field), getattr(paper, field)
        is_own = parse_identifier(url) in names if url else True
        if not is_own and _address(url) != _address(current):
            differences[field] = url[:500]
    return differences


def _typed(name: PaperId) -> str:
    """Return a text that `parse_identifier` reads as this identifier, or "" when there is none."""
    texts = (name.value, f"{name.scheme}:{name.value}")
    return next((text for text in texts if parse_identifier(text) == name), "")


def is_same_byline(byline: Sequence[str], other_byline: Sequence[str]) -> bool:
    """Return whether two bylines name the same people.

    Given names may be initials and accents may be missing. An empty `byline` contradicts nothing.
    """
    if not byline:
        return True
    return len(byline) == len(other_byline) and all(map(_is_same_person, byline, other_byline))


def _is_same_person(name: str, other_name: str) -> bool:
    (given_name, family_name, _), (other_given_name, other_family_name, _) = (
        name_parts(name),
        name_parts(other_name),
    )
    if _family(family_name) != _family(other_family_name):
        # "Mao Zedong" and "Zedong Mao", and names that were split elsewhere.
        return sorted(_plain_terms(name)) == sorted(_plain_terms(other_name))
    pairs = zip(_plain_terms(given_name), _plain_terms(other_given_name), strict=False)
    return all(
        part.startswith(other_part) or other_part.startswith(part) for part, other_part in pairs
    )


def _family(name: str) -> str:
    """Return a family name without the spelling differences of "Müller" and "Mueller"."""
    return re.sub(r"(?<=[aou])e", "", "".join(_plain_terms(name)))


def _is_same_text(text: str, other_text: str) -> bool:
    text_words, other_words = set(_plain_terms(text)), set(_plain_terms(other_text))
    if not text_words or not other_words:
        return not text_words
    return len(text_words & other_words) / len(text_words | other_words) >= SAME_ABSTRACT


def _address(url: str) -> str:
    return re.sub(r"\A(?:https?://)?(?:www\.)?", "", url.strip(), flags=re.IGNORECASE).rstrip("/")


def _comparable(text: str) -> str:
    """Return the letters and digits of a text without case, accents, punctuation and TeX."""
    return "".join(_plain_terms(text)) or " ".join(text.split())


def _plain_terms(text: str) -> list[str]:
    plain = re.sub(r"\\([A-Za-z]+)", _greek, latex_to_text(text))
    folded = unicodedata.normalize("NFKD", plain.casefold().translate(_STROKES))
    folded = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return re.findall(r"[^\W_]+", folded)


_STROKES = str.maketrans("łøđı", "lodi") | {ord("æ"): "ae", ord("œ"): "oe"}


def _greek(command: re.Match[str]) -> str:
    r"""Return β for \beta, and a blank for a command that is not a Greek letter."""
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {command[1]}")
    except KeyError:
        return " "
