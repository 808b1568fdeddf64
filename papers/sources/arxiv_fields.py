"""Parse fields that arXiv's interfaces and its snapshot have in common, without I/O."""

import datetime
import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime

from papers.citations.latex_to_unicode import latex_to_text
from papers.identifiers import PaperId, parse_doi
from papers.names import SUFFIXES, display_name
from papers.sources.records import Version

_WORK = r"(?:paper|submission|article|manuscript|preprint|version|work)"
_WITHDRAWN = re.compile(
    rf"\b(?:this|the|our) {_WORK} (?:(?:has been|is|was) )?(?:now |temporarily )?withdrawn\b"
    rf"|\b(?:have|has) withdrawn (?:this|the|our) {_WORK}\b"
    rf"|\A\W*(?:{_WORK} )?(?:has been |is |was )?withdrawn\b",
    re.IGNORECASE,
)
# arXiv categories: "cs.LG", "hep-th"; ACM and MSC classes turn up in the same place.
_CATEGORY = re.compile(r"[a-z-]+(?:\.[A-Za-z-]{2,})?\Z")
# Affiliation marks other than parentheses: "$^{1,2}$", "^1".
_SUPERSCRIPT = re.compile(r"\$\s*\^\s*(?:\{[^{}$]*\}|\w)\s*\$|\^(?:\{[\d,\s*†‡]*\}|\d)")
_LIST_OF_PLACES = re.compile(r"[,;:.]\s+\(\s*[1aA]\s*\)\s+(?!and\b).*", re.DOTALL)
_BETWEEN = re.compile(
    r"\s*[,;:]\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+|\s*\b(?:on behalf of|for)\s+(?=the\s+.*collab)",
    re.IGNORECASE,
)


def says_withdrawn(comments: str, abstract: str) -> bool:
    """Return whether comments or abstract say that the paper was withdrawn.

    arXiv has no flag for it; authors only say so in words.
    """
    return bool(_WITHDRAWN.search(comments) or _WITHDRAWN.search(abstract[:200]))


def paragraphs(text: str) -> str:
    """Return an abstract without hard line breaks, its paragraphs separated by blank lines.

    A newline and two blanks before a word start a paragraph.
    """
    parts = re.split(r"\n\s*\n|\n {2,}", text.strip())
    return "\n\n".join(" ".join(part.split()) for part in parts if part.strip())


def parse_dois(text: str) -> list[PaperId]:
    """Return all DOIs of a field that may hold several, separated by blanks or punctuation."""
    names = []
    for part in re.split(r"[;,]\s*(?=10\.\d)|\s+", text):
        try:
            names.append(PaperId("doi", parse_doi(part)))
        except ValueError:
            continue
    return names


def known_categories(terms: Iterable[str]) -> tuple[str, ...]:
    """Return the arXiv categories among the terms, in order and each once."""
    return tuple(dict.fromkeys(term for term in terms if _CATEGORY.match(term)))


def split_authors(byline: str) -> tuple[str, ...]:
    r"""Return the authors of a byline as they typed it, in TeX and with affiliations.

    "A. M\"uller (1), B. Jones, Jr. and C. Doe (2) ((1) MIT, (2) ECE)" gives A. Müller, B. Jones Jr.
    and C. Doe. https://info.arxiv.org/help/prep.html#author
    """
    text = " ".join(byline.split())
    bare = _without_parentheses(_LIST_OF_PLACES.sub("", _SUPERSCRIPT.sub("", text)))
    text = latex_to_text(bare if bare.strip(" ,;") else text.translate({40: None, 41: None}))
    names: list[str] = []
    for part in _BETWEEN.split(text):
        part = re.sub(r"(?<=[^\W\d])[\d*†‡]+\Z", "", part.strip(" ,;:"))
        if names and part.lower() in SUFFIXES:
            names[-1] = f"{names[-1]} {part}"
        elif re.search(r"[^\W\d_]", part) and not re.fullmatch(r"et\.? al\.?|others", part):
            names.append(display_name(re.sub(r"\s+et\.? al\.?\Z|\Aand ", "", part)))
    return tuple(names)


def _without_parentheses(text: str) -> str:
    for _ in range(8):  # Parentheses may be nested in the list of affiliations.
        text, count = re.subn(r"\s*\([^()]*\)", " ", text)
        if not count:
            break
    return re.sub(r"[()]", " ", text)


def parse_version(label: str, submitted: str, *, is_withdrawn: bool = False) -> Version | None:
    """Return the version for "v2" and "Wed, 02 Feb 2011 15:22:48 GMT", or None without a number."""
    match = re.fullmatch(r"v?([1-9]\d{0,3})", label.strip())
    if not match:
        return None
    return Version(
        number=int(match[1]), submitted_on=_mail_date(submitted), is_withdrawn=is_withdrawn
    )


def in_order(versions: Iterable[Version | None]) -> tuple[Version, ...]:
    """Return the versions sorted by number, each number once."""
    by_number = {version.number: version for version in versions if version is not None}
    return tuple(by_number[version_number] for version_number in sorted(by_number))


def _mail_date(text: str) -> datetime.date | None:
    try:
        return parsedate_to_datetime(text).date()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def first_day(
    arxiv_id: str, versions: tuple[Version, ...], created_on: datetime.date | None = None
) -> tuple[int, datetime.date | None]:
    """Return (year, day) of the first version; the day is None when it is unknown.

    `created_on` is "created" of OAI-PMH, which for some papers is the day of a later version: it is
    only used when it fits the month in the identifier.
    """
    digits = arxiv_id.rpartition("/")[2]
    year, month = int(digits[:2]), int(digits[2:4])
    year += 1900 if year >= 91 else 2000
    days = [version.submitted_on for version in versions if version.number == 1]
    day = next(filter(None, [*days, created_on]), None)
    # Identifiers are assigned at the end of the day, which may be in the next month.
    is_plausible = day is not None and 0 <= (year - day.year) * 12 + month - day.month <= 1
    if day is not None and (is_plausible or day in days):
        return day.year, day
    return year, None
