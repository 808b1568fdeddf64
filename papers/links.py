"""Links to a paper on other sites, from its row with prefetched identifiers and versions. Pure."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode, urlsplit

from papers.identifiers import PaperId, paper_id_url, parse_identifier
from papers.models import ArxivVersion, Identifier, Paper

# We never link to pirated copies, whatever the source of the address. Such sites often change their
# top-level domain, so a host is refused when one of its labels starts with the name.
REFUSED_NAMES = (
    *("sci-hub", "scihub", "libgen", "library-genesis", "librarygenesis", "annas-archive"),
    *("z-lib", "zlibrary", "singlelogin", "b-ok", "1lib", "bookfi", "bookzz", "booksc"),
    *("pdfdrive", "ebookee", "vdoc", "epdf", "libstc"),
)
REFUSED_HOSTS = ("rus.ec", "library.lol", "dokumen.pub", "bok.cc", "standard-template.org")

# arXiv provides HTML for versions submitted since then, and rarely for older ones.
# https://info.arxiv.org/about/accessible_HTML.html
HTML_SINCE = datetime.date(2023, 12, 1)

# The labels of the links to a paper's identifiers, in their order.
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
    """A link; `icon` is a symbol of static/img/sprite.svg, and a main link is shown as a button."""

    label: str
    url: str
    icon: str = "out"
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version on arXiv, for a list; `submitted_on` is None when it is unknown."""

    number: int
    url: str
    submitted_on: datetime.date | None
    is_withdrawn: bool
    is_current: bool


def is_allowed(url: str) -> bool:
    """Return whether we may link to an address: http(s), without credentials, no refused host."""
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
    """Return the links to a paper, the best first, without duplicates.

    At least one is a main link, unless there are only searches on other sites. Prefetch
    `identifiers` and, for HTML, `versions`.
    """
    names = _sorted(identifier.as_paper_id() for identifier in paper.identifiers.all())
    links = [*_pdf(names), *_named(names), *_listed_links(paper, names), *_html(paper)]
    by_url: dict[str, Link] = {}
    for link in links:
        by_url.setdefault(link.url, link)
    links = list(by_url.values())
    if links and not any(link.is_main for link in links):
        links[0] = replace(links[0], is_main=True)
    return [*links, *_searches(paper)]


def identifier_url(identifier: Identifier) -> str:
    """Return the URL of an identifier, "" for schemes without web pages."""
    return _address(identifier.as_paper_id())


def version_url(arxiv_id: str, version: int) -> str:
    """Return the URL of a version on arXiv."""
    return f"{_address(PaperId('arxiv', arxiv_id))}v{version}"


def notice_url(paper: Paper) -> str:
    """Return the URL of the retraction or withdrawal notice of a paper, "" if there is none."""
    if not (paper.is_retracted or paper.is_withdrawn):
        return ""
    schemes = ("doi", "arxiv") if paper.is_retracted else ("arxiv", "doi")
    values = ((scheme, paper.identifier(scheme)) for scheme in schemes)
    return next((_address(PaperId(scheme, value)) for scheme, value in values if value), "")


def versions_of(paper: Paper) -> list[VersionLine]:
    """Return the versions on arXiv, the newest first, including those without a known date."""
    arxiv_id = paper.arxiv_id
    if not arxiv_id:
        return []
    versions = {version.number: version for version in paper.versions.all()}
    newest = paper.arxiv_version or 0
    lines = []
    for counter in range(newest, 0, -1):
        version = versions.get(counter) or ArxivVersion(number=counter)
        lines.append(
            VersionLine(
                number=counter,
                url=version_url(arxiv_id, counter),
                submitted_on=version.submitted_on,
                is_withdrawn=version.is_withdrawn,
                is_current=counter == newest,
            )
        )
    return lines


def _sorted(names: Iterable[PaperId]) -> list[PaperId]:
    order = list(_LABELS)
    linked = [name for name in names if name.scheme in _LABELS]
    return sorted(linked, key=lambda name: order.index(name.scheme))


def _address(name: PaperId) -> str:
    return paper_id_url(name) or ""


def _pdf(names: list[PaperId]) -> list[Link]:
    """Return the first PDF that is free to read."""
    for name in names:
        if name.scheme in _PDF_ADDRESSES:
            address = _PDF_ADDRESSES[name.scheme].format(quote(name.value, safe="/"))
            return [Link("PDF", address, "file", is_main=True)]
    return []


def _named(names: list[PaperId]) -> list[Link]:
    """Return a link for each identifier; labels of further ones in a scheme include the value."""
    links: list[Link] = []
    seen: set[str] = set()
    for name in names:
        is_first = name.scheme not in seen
        seen.add(name.scheme)
        label = _LABELS[name.scheme] if is_first else f"{_LABELS[name.scheme]} {name.value}"
        is_main = is_first and name.scheme in _MAIN_SCHEMES
        links.append(Link(label, _address(name), is_main=is_main))
    return links


def _listed_links(paper: Paper, names: list[PaperId]) -> list[Link]:
    """Return links to the addresses from catalogues or people, if they are allowed."""
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
    """Return the date of the newest version, or else of the month in the identifier, 2312.00752."""
    dates = [version.submitted_on for version in paper.versions.all() if version.submitted_on]
    if dates:
        return max(dates)
    if "/" in arxiv_id:
        return datetime.date.min
    try:
        return datetime.date(2000 + int(arxiv_id[:2]), int(arxiv_id[2:4]), 1)
    except ValueError:
        # A typing error in a BibTeX file may give month 89.
        return datetime.date.min


def _searches(paper: Paper) -> list[Link]:
    """Return searches on other sites, or the page there if the arXiv identifier leads to it."""
    title = " ".join(paper.title.replace("$", "").split())
    query = urlencode({"q": title[:300]})
    semantic = f"https://www.semanticscholar.org/search?{query}"
    google = f"https://scholar.google.com/scholar?{query}"
    if paper.arxiv_id:
        semantic = f"https://api.semanticscholar.org/arXiv:{paper.arxiv_id}"
        google = "https://scholar.google.com/scholar_lookup?" + urlencode(
            {"arxiv_id": paper.arxiv_id}
        )
    return [Link("Semantic Scholar", semantic, "find"), Link("Google Scholar", google, "find")]
