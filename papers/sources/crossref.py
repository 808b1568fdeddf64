"""Crossref's works by DOI: https://api.crossref.org/swagger-ui/index.html"""

import datetime
import json
import re
from html import unescape
from urllib.parse import quote

from django.conf import settings
from lxml import etree
from lxml import html as lxml_html

from papers.identifiers import Name, parse_doi, parse_identifier
from papers.latex import clean_title
from papers.names import display_name
from papers.sources.asking import ask, check_status
from papers.sources.records import Record, SourceGarbled
from shortscience.lib.http import Answer, Service

SCHEMES = ("doi",)
NAME = "Crossref"
PAGE = 100
_KINDS = {  # Crossref's type: (BibTeX entry type, kind of venue)
    "journal-article": ("article", "journal"),
    "proceedings-article": ("inproceedings", "conference"),
    "posted-content": ("misc", "preprint"),
    "book": ("book", "other"),
    "monograph": ("book", "other"),
    "book-chapter": ("incollection", "other"),
    "dissertation": ("phdthesis", "other"),
    "report": ("techreport", "other"),
}


def fetch(name: Name) -> Record:
    service = _service()
    url = f"{settings.CROSSREF_API_URL}/works/{quote(name.value, safe='')}"
    answer = ask(service, url, params={"mailto": settings.CONTACT_EMAIL}, accept="application/json")
    check_status(service, answer, asked_for=name.value)
    return parse_work(answer)


def search(query: str) -> list[Record]:
    """The ten works that fit a title or a reference best."""
    return _records(_search(query, rows=10))


def search_page(query: str, *, token: str = "") -> tuple[list[Record], str]:
    """A hundred works that fit, the best first, and the token of the next page or "".

    A token is good for five minutes; an old one raises SourceRefused.
    Cursors: https://api.crossref.org/swagger-ui/index.html
    """
    message = _search(query, rows=PAGE, cursor=token or "*")
    is_last = len(message.get("items") or []) < PAGE
    return _records(message), "" if is_last else str(message.get("next-cursor") or "")


def _search(query: str, *, rows: int, **more: str) -> dict:
    service = _service()
    params = {"query.bibliographic": query[:300], "rows": str(rows), **more}
    params["mailto"] = settings.CONTACT_EMAIL
    answer = ask(service, f"{settings.CROSSREF_API_URL}/works", params=params)
    check_status(service, answer, asked_for=query)
    return _message(answer)


def _records(message: dict) -> list[Record]:
    items = message.get("items") or []
    return [_record(item) for item in items if isinstance(item, dict) and _title(item)]


def _service() -> Service:
    return Service(
        name=NAME,
        base_url=settings.CROSSREF_API_URL,
        spacing_seconds=settings.SOURCE_SPACING_SECONDS["crossref"],
    )


def parse_work(answer: Answer) -> Record:
    message = _message(answer)
    if not _title(message):
        raise SourceGarbled("Crossref knows this DOI, but no title for it.")
    return _record(message)


def _message(answer: Answer) -> dict:
    try:
        told = json.loads(answer.body)
        message = told["message"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SourceGarbled("The answer of Crossref cannot be read.") from error
    if not isinstance(message, dict):
        raise SourceGarbled("The answer of Crossref cannot be read.")
    return message


def _record(work: dict) -> Record:
    kind, venue_kind = _KINDS.get(work.get("type") or "", ("misc", "other"))
    year, published_on = _issued(work)
    venue = _first(work.get("container-title"))
    if venue_kind == "preprint" and not venue:
        institutions = [item.get("name") for item in work.get("institution") or []]
        venue = _first(institutions) or str(work.get("group-title") or "")
    return Record(
        source="crossref",
        title=_title(work),
        authors=tuple(_authors(work)),
        abstract=plain_abstract(str(work.get("abstract") or "")),
        year=year,
        published_on=published_on,
        venue=plain_markup(venue),
        venue_kind=venue_kind,
        volume=str(work.get("volume") or ""),
        number=str(work.get("issue") or ""),
        pages=str(work.get("page") or ""),
        publisher=str(work.get("publisher") or ""),
        kind=kind,
        identifiers=tuple(_names(work)),
        url=str(work.get("URL") or "")[:500],
        issn=tuple(str(issn) for issn in work.get("ISSN") or ()),
        is_withdrawn=_is_retracted(work),
    )


def _title(work: dict) -> str:
    return clean_title(plain_markup(_first(work.get("title"))))


def _names(work: dict) -> list[Name]:
    names = [Name("doi", parse_doi(str(work.get("DOI") or "")))]
    relations = work.get("relation") or {}
    for relation in ("has-preprint", "is-preprint-of", "is-version-of", "has-version"):
        for item in relations.get(relation) or []:
            name = parse_identifier(str(item.get("id") or ""))
            if name and name.scheme in {"doi", "arxiv"}:
                names.append(name)
    return list(dict.fromkeys(names))


def _authors(work: dict):
    """given and family, a family alone, or the name of a group."""
    for author in work.get("author") or []:
        given, family = author.get("given") or "", author.get("family") or ""
        suffix = author.get("suffix") or ""
        name = " ".join(filter(None, [given, family, suffix])) or author.get("name") or ""
        name = plain_markup(name)
        if name:
            yield name if author.get("name") else display_name(name.replace(",", " "))


def _issued(work: dict) -> tuple[int | None, datetime.date | None]:
    """The earliest of print and online; month, day and even the year may be missing or null."""
    for member in ("issued", "published", "published-online", "published-print", "posted"):
        parts = _first((work.get(member) or {}).get("date-parts"), default=[])
        numbers = [int(part) for part in parts or [] if part]
        if not numbers:
            continue
        try:
            full = datetime.date(*numbers) if len(numbers) == 3 else None
        except ValueError:
            full = None
        return numbers[0], full
    return None, None


def _is_retracted(work: dict) -> bool:
    updates = [*(work.get("updated-by") or []), *(work.get("update-to") or [])]
    own = str(work.get("DOI") or "").lower()
    return any(
        update.get("type") in {"retraction", "withdrawal", "removal"}
        and str(update.get("DOI") or "").lower() != own
        for update in updates
        if isinstance(update, dict)
    ) and not work.get("update-to")


def plain_markup(text: str) -> str:
    """Text without <i>, <sub>, escaped tags and MathML; formulas become their letters."""
    for _ in range(2):  # Some publishers escape their tags once more.
        if "<" not in text and "&" not in text:
            break
        text = re.sub(r"<(/?)[a-z]+:", r"<\1", text)
        if re.search(r"<[a-zA-Z/]", text):
            text = lxml_html.fragment_fromstring(text, create_parent="div").text_content()
        else:
            text = unescape(text)
    return " ".join(text.split())


def plain_abstract(source: str) -> str:
    """A piece of JATS to plain paragraphs: the heading "Abstract" goes, section titles stay.

    The prefix jats: is bound nowhere and there is no single root, so an HTML parser reads it.
    JATS: https://jats.nlm.nih.gov/archiving/tag-library/1.3/element/abstract.html
    """
    if not source.strip():
        return ""
    if "&lt;" in source and "<" not in source:
        source = unescape(source)
    source = re.sub(r"<(/?)(?:jats|mml):", r"<\1", source)
    source = re.sub(r"<(/?)title\b", r"<\1h4", source)
    try:
        root = lxml_html.fragment_fromstring(source, create_parent="div")
    except (etree.ParserError, ValueError):
        return " ".join(re.sub(r"<[^>]*>", " ", source).split())
    for formula in root.xpath("//inline-formula|//disp-formula"):
        source_tex = formula.xpath("string(.//tex-math)")
        if source_tex:
            tail = formula.tail
            formula.clear()
            formula.text, formula.tail = _dollars(source_tex), tail
    for block in root.iter("p", "h4", "sec", "list-item", "li"):
        block.tail = "\n" + (block.tail or "")
        block.text = "\n" + (block.text or "")
    paragraphs = (" ".join(line.split()) for line in root.text_content().split("\n"))
    return "\n\n".join(
        line for line in paragraphs if line and line.lower().strip(". :") != "abstract"
    )


def _dollars(tex: str) -> str:
    """The formula of a <tex-math>, which may be a whole LaTeX document."""
    body = re.search(r"\\begin\{document\}(.*?)\\end\{document\}", tex, re.DOTALL)
    bare = (body[1] if body else tex).strip().strip("$")
    return f"${' '.join(bare.split())}$"


def _first(value, default=""):
    if isinstance(value, list):
        return value[0] if value and value[0] else default
    return value or default
