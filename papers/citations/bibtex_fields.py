"""Convert the fields of a BibTeX entry to a Record; some catalogues use them too. Pure."""

import datetime
import re
from collections.abc import Mapping
from html import unescape

from django.utils.translation import gettext

from common.text.integers import parse_positive_int
from papers.citations.entry_types import venue_kind_of_name
from papers.citations.latex_to_unicode import clean_title, latex_to_text, plain_identifier
from papers.identifiers import PaperId, parse_arxiv_id, parse_doi, parse_identifier
from papers.names import display_name, without_others
from papers.sources.records import Record

_ARXIV_MENTION = re.compile(
    r"arxiv(?:\.org/(?:abs|pdf)/|[:\s.]+)\s*"
    # The whole number only: no part of "1706.037621" or "1412.6980{\_}1" is accepted.
    r"((?:[a-z-]+(?:\.[A-Z]{2})?/)?\d{4}\.?\d{3,5})(?:v\d+)?(?![\d\\{_/])",
    re.IGNORECASE,
)
_ABS_VOLUME = re.compile(r"abs/(\S+)")
# BibTeX from Crossref and BibSonomy contains HTML: "Cell &amp; Developmental Biology".
_ENTITY = re.compile(r"\\?&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]\w{1,30});", re.IGNORECASE)
_ISSN = re.compile(r"\b\d{4}-?\d{3}[\dXx]\b")
_KINDS = {
    "inproceedings": "conference",
    "conference": "conference",
    "proceedings": "conference",
    "incollection": "other",
    "article": "journal",
}
_VENUE_FIELDS = ("journal", "journaltitle", "booktitle", "school", "institution")
_MONTHS = {
    name: month
    for month, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        start=1,
    )
}


def record_from_fields(
    fields: Mapping[str, str], *, kind: str, key: str, source: str = "bibtex"
) -> Record:
    """Return the Record of an entry.

    `fields` are {name: value} with names in lower case and values with TeX, without their outer
    braces. Raises ValueError with a translated message when there is no title.
    """
    fields = {name: _ENTITY.sub(_letter, value) for name, value in fields.items()}
    title = clean_title(fields.get("title", ""))
    if not title:
        raise ValueError(gettext("it has no title"))
    names = _names(fields, key)
    venue = latex_to_text(_first(fields, *_VENUE_FIELDS)) or _published_in(fields)
    is_preprint = bool(re.match(r"(?:arxiv|corr)\b", venue, re.IGNORECASE)) or (
        not venue and any(name.scheme == "arxiv" for name in names)
    )
    volume = latex_to_text(fields.get("volume", ""))
    year, published_on = _date(fields)
    authors, has_more_authors = _byline(_first(fields, "author", "editor"))
    return Record(
        source=source,
        title=title,
        authors=tuple(authors),
        has_more_authors=has_more_authors,
        abstract=_abstract(_first(fields, "abstract", "bibtexabstract")),
        year=year,
        published_on=published_on,
        venue="arXiv" if is_preprint else venue,
        venue_kind="preprint" if is_preprint else _venue_kind(kind, venue),
        volume="" if volume.startswith("abs/") else volume,
        number=latex_to_text(_first(fields, "number", "issue")),
        pages=latex_to_text(fields.get("pages", "")).replace("--", "–").replace("–", "-"),
        publisher=latex_to_text(fields.get("publisher", "")),
        kind="misc" if is_preprint else kind,
        identifiers=tuple(dict.fromkeys(names)),
        url=_url(fields),
        issn=tuple(_ISSN.findall(fields.get("issn", ""))),
    )


def _venue_kind(kind: str, venue: str) -> str:
    """Return the kind of a venue; its name decides, because some catalogues use only @article."""
    if kind == "article" and venue_kind_of_name(venue) == "conference":
        return "conference"
    return _KINDS.get(kind, "other" if venue else "")


def _published_in(fields: Mapping[str, str]) -> str:
    """Return a venue such as "bioRxiv" from `howpublished`, which usually contains a URL."""
    text = fields.get("howpublished", "")
    is_name = not re.search(r"://|www\.|\\url|\\href|\bdoi\b|\barxiv", text, re.IGNORECASE)
    return latex_to_text(text) if is_name and len(text) <= 60 else ""


def _letter(match: re.Match) -> str:
    letter = unescape(f"&{match[1]};")
    return f"\\{letter}" if letter in {"&", "%", "#", "_", "$"} else letter


def people(value: str) -> list[str]:
    """Return the names of a field: "Yu, Fisher and {LIGO Team}" gives ["Fisher Yu", "LIGO Team"]."""
    return _byline(value)[0]


def _byline(value: str) -> tuple[list[str], bool]:
    """Return the authors, and whether the byline omits some."""
    parts = [
        re.sub(r"\\l?dots(?:\{\})?", "…", part) for part in _split_and(" ".join(value.split()))
    ]
    # Before names are reordered: "Yu, Fisher, et al." looks like a name of three parts.
    parts, is_cut = without_others(parts)
    names = []
    for name in parts:
        if name.startswith("{") and name.endswith("}") and name[1:-1].count("{") == 0:
            names.append(latex_to_text(name))
        else:
            names.append(display_name(latex_to_text(name)))
    return [name for name in names if name], is_cut


def _split_and(value: str) -> list[str]:
    """Split at " and " outside braces."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(r"(?<!\\)[{}]|\s+and\s+", value, re.IGNORECASE):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth = max(depth - 1, 0)
        elif depth == 0:
            parts.append(value[start : match.start()].strip())
            start = match.end()
    parts.append(value[start:].strip())
    return [part for part in parts if part]


def _names(fields: Mapping[str, str], key: str) -> list[PaperId]:
    """Return all identifiers of the entry, the arXiv identifier and the DOI first."""
    names = [*_arxiv_names(fields), *_doi_names(fields)]
    key = key.removeprefix("DBLP:")
    by_key = parse_identifier(key)
    # A key cannot contain brackets, so one made from a DOI may be incomplete.
    has_doi = any(name.scheme == "doi" for name in names)
    if by_key and (by_key.scheme in {"arxiv", "dblp"} or (by_key.scheme == "doi" and not has_doi)):
        names.append(by_key)
    if (by_key and by_key.scheme == "dblp") or (key and by_key and by_key.scheme == "key"):
        names.append(by_key)
    elif key and len(key) <= 200:
        names.append(PaperId("key", key))
    for field in ("url", "ee", "biburl"):
        name = parse_identifier(_plain_url(fields.get(field, "")))
        if name and name.scheme in {"openreview", "acl", "pmid", "dblp"}:
            names.append(name)
    if re.fullmatch(r"\{?0*[1-9]\d{0,8}\}?", fields.get("pmid", "")):
        names.append(PaperId("pmid", fields["pmid"].strip("{}").lstrip("0")))
    if re.fullmatch(r"[0-9a-f]{32}", fields.get("interhash", "")):
        names.append(PaperId("bibsonomy", fields["interhash"]))
    return names


def _arxiv_names(fields: Mapping[str, str]) -> list[PaperId]:
    texts = []
    prefix = _first(fields, "archiveprefix", "eprinttype").lower()
    if fields.get("eprint") and prefix in {"", "arxiv"}:
        texts.append(plain_identifier(fields["eprint"]))
    texts += [_plain_url(fields.get(field, "")) for field in ("ee", "url", "doi", "arxivid")]
    volume = _ABS_VOLUME.match(fields.get("volume", ""))
    if volume:
        texts.append(volume[1])
    for field in ("journal", "note", "howpublished", "booktitle", "volume", "number", "pages"):
        texts += [match[1] for match in _ARXIV_MENTION.finditer(fields.get(field, ""))]
    names = []
    for text in texts:
        try:
            names.append(PaperId("arxiv", parse_arxiv_id(text)[0]))
        except ValueError:
            continue
    return names


def _doi_names(fields: Mapping[str, str]) -> list[PaperId]:
    names = []
    for field in ("doi", "ee", "url"):
        text = _plain_url(fields.get(field, ""))
        if not text or (field != "doi" and "doi" not in text.lower()):
            continue
        try:
            doi = parse_doi(text)
        except ValueError:
            continue
        if not doi.startswith("10.48550/"):
            names.append(PaperId("doi", doi))
    return names


def _plain_url(value: str) -> str:
    """Return a URL or identifier without TeX, or "" if it cannot be converted."""
    return plain_identifier(value)


def _url(fields: Mapping[str, str]) -> str:
    url = _plain_url(_first(fields, "url", "ee"))
    return url[:500] if re.match(r"https?://[^\s<>\"]+\Z", url) else ""


def _date(fields: Mapping[str, str]) -> tuple[int | None, datetime.date | None]:
    date = fields.get("date", "")
    match = re.search(r"\b(1[4-9]\d\d|20\d\d)\b", fields.get("year", "") or date)
    year = int(match[1]) if match else None
    month = _MONTHS.get(fields.get("month", "")[:3].lower())
    day = parse_positive_int(fields.get("day", ""))
    full = re.match(r"(\d{4})-(\d{2})-(\d{2})", date)
    try:
        if full:
            return year, datetime.date(*map(int, full.groups()))
        if year and month and day:
            return year, datetime.date(year, month, day)
    except ValueError:
        pass
    return year, None


def _abstract(text: str) -> str:
    paragraphs = re.split(r"\n\s*\n", text)
    return "\n\n".join(part for part in map(latex_to_text, paragraphs) if part)


def _first(fields: Mapping[str, str], *names: str) -> str:
    return next((fields[name] for name in names if fields.get(name, "").strip()), "")
