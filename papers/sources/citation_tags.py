"""Read the `citation_*` tags of a paper's page: what publishers tell Google Scholar. Pure.

https://scholar.google.com/intl/en/scholar/inclusion.html#indexing
"""

import codecs
import re
from collections.abc import Mapping, Sequence

from lxml import etree

from papers.citations.latex_to_unicode import clean_title
from papers.identifiers import PaperId, parse_identifier
from papers.names import display_name
from papers.sources.jats import plain_abstract, plain_title
from papers.sources.json_values import as_date, as_year, printable
from papers.sources.records import Record

SOURCE = "page"
MAX_TAGS = 20_000
MAX_AUTHORS = 5000
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
# In the order of trust; Dublin Core and PRISM are what older journals have.
_TITLE = ("citation_title", "dc.title", "og:title")
_AUTHORS = ("citation_author", "citation_authors", "dc.creator", "dc.creator.personalname")
_DATE = (
    *("citation_publication_date", "citation_date", "citation_cover_date"),
    *(
        "citation_online_date",
        "citation_year",
        "dc.date",
        "dc.date.issued",
        "prism.publicationdate",
    ),
)
_IDENTIFIERS = (
    ("citation_doi", "doi:"),
    ("prism.doi", ""),
    ("citation_arxiv_id", "arxiv:"),
    ("citation_pmid", "pmid:"),
    ("citation_pmcid", "pmcid:"),
    ("dc.identifier", ""),
    ("dc.identifier.doi", "doi:"),
)


def parse_page(body: bytes, *, content_type: str, url: str) -> Record:
    """Return what a page says about its paper; fields that it doesn't tell are empty."""
    tags = read_tags(decode(body, content_type))
    title, is_retracted = plain_title(_first(tags, _TITLE))
    conference, journal = _first(tags, _CONFERENCE), _first(tags, _JOURNAL)
    date = _first(tags, _DATE).replace("/", "-")
    year = re.search(r"(?<!\d)(1[4-9]|20|21)\d\d(?!\d)", date)
    first, last = _first(tags, ("citation_firstpage",)), _first(tags, ("citation_lastpage",))
    return Record(
        source=SOURCE,
        title=clean_title(title)[:1000],
        authors=tuple(_authors(tags)),
        abstract=plain_abstract(_first(tags, ("citation_abstract", "dcterms.abstract")))[:10_000],
        year=as_year(year[0]) if year else None,
        published_on=as_date(date) if re.match(r"\d{4}-\d\d-\d\d", date) else None,
        venue=(conference or journal)[:300],
        venue_kind="conference" if conference else "journal" if journal else "",
        volume=_first(tags, ("citation_volume", "prism.volume"))[:40],
        number=_first(tags, ("citation_issue", "prism.number"))[:40],
        pages=(f"{first}--{last}" if first and last and first != last else first)[:60],
        publisher=_first(tags, ("citation_publisher", "dc.publisher"))[:200],
        kind="inproceedings" if conference else "article",
        identifiers=tuple(_identifiers(tags)),
        url=url[:500],
        is_retracted=is_retracted,
        issn=tuple(
            text
            for text in tags.get("citation_issn", ())
            if re.fullmatch(r"\d{4}-\d{3}[\dX]", text)
        ),
    )


_CONFERENCE = ("citation_conference_title", "citation_inbook_title", "citation_book_title")
_JOURNAL = ("citation_journal_title", "prism.publicationname", "dc.source")


def decode(body: bytes, content_type: str) -> str:
    """Decode a page: by byte-order mark, as UTF-8, as declared, or as windows-1252.

    Headers often name another encoding than that of the page, but a text that is valid UTF-8 is
    hardly ever anything else.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    meta, header = _META_CHARSET.search(body[:4096]), _HEADER_CHARSET.search(content_type[:200])
    for name in ("utf-8", header[1] if header else "", meta[1].decode("ascii") if meta else ""):
        try:
            return body.decode(name) if name else body.decode("ascii")
        except (LookupError, ValueError):
            continue
    return body.decode("windows-1252", "replace")


def read_tags(text: str) -> dict[str, list[str]]:
    """Return the contents of the <meta> elements of a page by their name in lower case."""
    parser = etree.HTMLParser(
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(printable(text).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return {}
    tags: dict[str, list[str]] = {}
    if root is None:
        return tags
    for count, element in enumerate(root.iter("meta")):
        if count >= MAX_TAGS:
            break
        name = str(element.get("name") or element.get("property") or "").strip().lower()
        content = " ".join(str(element.get("content") or "").split())
        if name and content:
            tags.setdefault(name, []).append(content)
    return tags


def _first(tags: Mapping[str, Sequence[str]], names: Sequence[str]) -> str:
    return next((tags[name][0] for name in names if name in tags), "")


def _authors(tags: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the byline; one tag for each author, or one with all, separated by ";"."""
    people: Sequence[str] = next((tags[name] for name in _AUTHORS if name in tags), ())
    if len(people) == 1 and ";" in people[0]:
        people = people[0].split(";")
    names = (display_name(person)[:200] for person in people[:MAX_AUTHORS])
    return [name for name in names if name]


def _identifiers(tags: Mapping[str, Sequence[str]]) -> list[PaperId]:
    names: dict[PaperId, None] = {}
    for tag, prefix in _IDENTIFIERS:
        for value in tags.get(tag, ())[:3]:
            bare = re.sub(r"\A(?:doi|arxiv|pmid|pmcid)\s*:\s*", "", value, flags=re.IGNORECASE)
            has_form = prefix or re.match(r"10\.\d{4}|https?://", bare)
            name = parse_identifier(f"{prefix}{bare}") if has_form else None
            name = name or (parse_identifier(bare) if has_form else None)
            if name and name.scheme in {"doi", "arxiv", "pmid", "pmc"}:
                names[name] = None
    return list(names)
