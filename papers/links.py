"""Pure: where a paper is to be had and looked up, from its row with prefetched names and versions."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode, urlsplit

from papers.identifiers import PaperId, paper_id_url, parse_identifier
from papers.models import ArxivVersion, Identifier, Paper

# Pirated copies: we never link there, wherever the address came from. Such sites change their
# endings every few months, so a host is refused when one of its parts begins with the name.
REFUSED_NAMES = (
    *("sci-hub", "scihub", "libgen", "library-genesis", "librarygenesis", "annas-archive"),
    *("z-lib", "zlibrary", "singlelogin", "b-ok", "1lib", "bookfi", "bookzz", "booksc"),
    *("pdfdrive", "ebookee", "vdoc", "epdf", "libstc"),
)
REFUSED_HOSTS = ("rus.ec", "library.lol", "dokumen.pub", "bok.cc", "standard-template.org")

# arXiv makes HTML of the TeX of every version that was sent in since then; of older ones rarely.
# https://info.arxiv.org/about/accessible_HTML.html
HTML_SINCE = datetime.date(2023, 12, 1)

# The order of the links to a paper's names, with what a reader can tell them by.
_LABELS = {
    "arxiv": "arXiv",
    "doi": "DOI",
    "acl": "ACL Anthology",
    "openreview": "OpenReview",
    "pmc": "PubMed Central",
    "pmid": "PubMed",
    "dblp": "DBLP",
    "openalex": "OpenAlex",
}
_MAIN_SCHEMES = {"arxiv", "doi"}
_PDF_ADDRESSES = {
    "arxiv": "https://arxiv.org/pdf/{}",
    "acl": "https://aclanthology.org/{}.pdf",
    "openreview": "https://openreview.net/pdf?id={}",
}


@dataclass(frozen=True, slots=True)
class Link:
    """`icon` is a symbol of static/img/sprite.svg; a main link is a button, others stand apart."""

    label: str
    url: str
    icon: str = "out"
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version on arXiv, for a list; `submitted_on` is None when no catalogue told it."""

    number: int
    url: str
    submitted_on: datetime.date | None
    is_withdrawn: bool
    is_current: bool


def is_allowed(url: str) -> bool:
    """Whether we may link to an address: http or https, no name or password in it, no pirates."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".")
    except ValueError:  # "https://[x"
        return False
    if parts.scheme not in {"http", "https"} or "." not in host or parts.username is not None:
        return False
    if any(host == refused or host.endswith(f".{refused}") for refused in REFUSED_HOSTS):
        return False
    return not any(part.startswith(REFUSED_NAMES) for part in host.split("."))


def links_of(paper: Paper) -> list[Link]:
    """Every way to a paper, the best first, no address twice.

    One is a main link at least, unless all we can do is search for the title elsewhere. Reads
    `paper.identifiers` and, for HTML, `paper.versions`: prefetch both.
    """
    names = _sorted(identifier.as_paper_id() for identifier in paper.identifiers.all())
    links = [*_pdf(names), *_named(names), *_told(paper, names), *_html(paper)]
    by_url: dict[str, Link] = {}
    for link in links:
        by_url.setdefault(link.url, link)
    links = list(by_url.values())
    if links and not any(link.is_main for link in links):
        links[0] = replace(links[0], is_main=True)
    return [*links, *_searches(paper)]


def identifier_url(identifier: Identifier) -> str:
    """Where a name leads outside, "" for one that is no address anywhere."""
    return _address(identifier.as_paper_id())


def version_url(arxiv_id: str, number: int) -> str:
    return f"{_address(PaperId('arxiv', arxiv_id))}v{number}"


def notice_url(paper: Paper) -> str:
    """Where it is told that a paper was taken back, "" for a paper that stands."""
    if not (paper.is_retracted or paper.is_withdrawn):
        return ""
    schemes = ("doi", "arxiv") if paper.is_retracted else ("arxiv", "doi")
    values = ((scheme, paper.identifier(scheme)) for scheme in schemes)
    return next((_address(PaperId(scheme, value)) for scheme, value in values if value), "")


def versions_of(paper: Paper) -> list[VersionLine]:
    """The versions on arXiv, the newest first; also those of which only the number is known."""
    arxiv_id = paper.arxiv_id
    if not arxiv_id:
        return []
    told = {version.number: version for version in paper.versions.all()}
    newest = paper.arxiv_version or 0
    lines = []
    for number in range(newest, 0, -1):
        version = told.get(number) or ArxivVersion(number=number)
        lines.append(
            VersionLine(
                number=number,
                url=version_url(arxiv_id, number),
                submitted_on=version.submitted_on,
                is_withdrawn=version.is_withdrawn,
                is_current=number == newest,
            )
        )
    return lines


def _sorted(names: Iterable[PaperId]) -> list[PaperId]:
    order = list(_LABELS)
    known = [name for name in names if name.scheme in _LABELS]
    return sorted(known, key=lambda name: order.index(name.scheme))


def _address(name: PaperId) -> str:
    return paper_id_url(name) or ""


def _pdf(names: list[PaperId]) -> list[Link]:
    """The one PDF that is free for everybody."""
    for name in names:
        if name.scheme in _PDF_ADDRESSES:
            address = _PDF_ADDRESSES[name.scheme].format(quote(name.value, safe="/"))
            return [Link("PDF", address, "file", is_main=True)]
    return []


def _named(names: list[PaperId]) -> list[Link]:
    """The first name of a scheme goes by the scheme, further ones by their value too."""
    links: list[Link] = []
    seen: set[str] = set()
    for name in names:
        is_first = name.scheme not in seen
        seen.add(name.scheme)
        label = _LABELS[name.scheme] if is_first else f"{_LABELS[name.scheme]} {name.value}"
        is_main = is_first and name.scheme in _MAIN_SCHEMES
        links.append(Link(label, _address(name), is_main=is_main))
    return links


def _told(paper: Paper, names: list[PaperId]) -> list[Link]:
    """The addresses that catalogues or people gave, as far as we link there."""
    links = []
    if is_allowed(paper.url) and parse_identifier(paper.url) not in names:
        parts = urlsplit(paper.url)
        kind = "PDF" if parts.path.lower().endswith(".pdf") else "Paper"
        label = f"{kind} at {(parts.hostname or '').removeprefix('www.')}"
        links.append(Link(label, paper.url, "file" if kind == "PDF" else "out"))
    if is_allowed(paper.code_url):
        links.append(Link("Code", paper.code_url, "text", is_main=True))
    if is_allowed(paper.data_url):
        links.append(Link("Data", paper.data_url))
    return links


def _html(paper: Paper) -> list[Link]:
    arxiv_id = paper.arxiv_id
    if not arxiv_id or _newest_on(paper, arxiv_id) < HTML_SINCE:
        return []
    return [Link("arXiv HTML", f"https://arxiv.org/html/{arxiv_id}", "text")]


def _newest_on(paper: Paper, arxiv_id: str) -> datetime.date:
    """When the newest version was sent in; else the month in the identifier, 2312.00752."""
    dates = [version.submitted_on for version in paper.versions.all() if version.submitted_on]
    if dates:
        return max(dates)
    if "/" in arxiv_id:
        return datetime.date.min
    try:
        return datetime.date(2000 + int(arxiv_id[:2]), int(arxiv_id[2:4]), 1)
    except ValueError:
        # A slip in somebody's BibTeX file: there is no month 89.
        return datetime.date.min


def _searches(paper: Paper) -> list[Link]:
    """Pages of others about the paper: by its arXiv identifier where that leads straight there."""
    title = " ".join(paper.title.replace("$", "").split())
    asked = urlencode({"q": title[:300]})
    semantic = f"https://www.semanticscholar.org/search?{asked}"
    google = f"https://scholar.google.com/scholar?{asked}"
    if paper.arxiv_id:
        semantic = f"https://api.semanticscholar.org/arXiv:{paper.arxiv_id}"
        google = "https://scholar.google.com/scholar_lookup?" + urlencode(
            {"arxiv_id": paper.arxiv_id}
        )
    return [Link("Semantic Scholar", semantic, "find"), Link("Google Scholar", google, "find")]
