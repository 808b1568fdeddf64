"""Format a paper, with its identifiers and venue, as BibTeX, RIS and CSL-JSON. Pure."""

import re

from papers.citations.entry_types import entry_type
from papers.citations.latex_writer import key_to_tex, name_to_tex, to_tex, url_to_tex
from papers.identifiers import PaperId, paper_id_url
from papers.links import is_allowed
from papers.models import Paper
from papers.names import name_parts

# The field of the venue for each entry type.
_VENUE_FIELDS = {
    **{"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle"},
    **{"proceedings": "booktitle", "book": "series", "phdthesis": "school"},
    **{"mastersthesis": "school", "techreport": "institution", "misc": "howpublished"},
}
_RIS_TYPES = {
    **{"article": "JOUR", "inproceedings": "CONF", "proceedings": "CONF", "book": "BOOK"},
    **{"incollection": "CHAP", "phdthesis": "THES", "mastersthesis": "THES", "techreport": "RPRT"},
}
_CSL_TYPES = {
    **{"article": "article-journal", "inproceedings": "paper-conference", "book": "book"},
    **{"proceedings": "book", "incollection": "chapter", "phdthesis": "thesis"},
    **{"mastersthesis": "thesis", "techreport": "report"},
}
# Types whose venue is the publishing institution.
BY_INSTITUTION = {"phdthesis", "mastersthesis", "techreport"}


def authors(paper: Paper) -> list[str]:
    """Return the authors in byline order, as "Given Family", from `authors_text`."""
    return [name for name in paper.authors_text.split("; ") if name]


def bibtex(paper: Paper) -> str:
    """Return a BibTeX entry; formulas in the title are kept, and braces protect its capitals."""
    kind = entry_type(paper)
    venue, press = venue_name(paper), paper.publisher
    if kind in BY_INSTITUTION:
        venue, press = venue or press, ""
    if kind == "misc" and paper.arxiv_id:
        venue = ""  # `eprint` contains it.
    fields = [
        ("title", "{" + to_tex(paper.title) + "}"),
        ("author", " and ".join(map(name_to_tex, authors(paper)))),
        (_VENUE_FIELDS[kind], to_tex(venue)),
        ("year", str(paper.year or "")),
        ("volume", to_tex(paper.volume)),
        ("number", to_tex(paper.number)),
        ("pages", to_tex(re.sub(r"\s*[-–—]+\s*", "--", paper.pages))),
        ("publisher", to_tex(press)),
        ("doi", url_to_tex(paper.doi)),
        ("eprint", paper.arxiv_id),
        ("archiveprefix", "arXiv" if paper.arxiv_id else ""),
        ("primaryclass", _primary_class(paper)),
        ("url", url_to_tex(url(paper))),
    ]
    lines = [f"  {field} = {{{value}}}" for field, value in fields if value]
    return f"@{kind}{{{key_to_tex(paper.citation_key)},\n" + ",\n".join(lines) + "\n}\n"


def ris(paper: Paper) -> str:
    """Return a RIS record.

    Format: https://en.wikipedia.org/wiki/RIS_(file_format)
    """
    kind = entry_type(paper)
    first, _, last = re.sub(r"[-–—]+", "-", paper.pages).partition("-")
    fields = [
        ("TY", _RIS_TYPES.get(kind, "UNPB" if is_preprint(paper) else "GEN")),
        *(("AU", _ris_name(name)) for name in authors(paper)),
        ("TI", paper.title),
        ("T2", "" if kind in BY_INSTITUTION else venue_name(paper)),
        ("PY", str(paper.year or "")),
        ("VL", paper.volume),
        ("IS", paper.number),
        ("SP", first.strip()),
        ("EP", last.strip()),
        ("PB", publisher(paper, kind)),
        ("DO", paper.doi),
        ("UR", url(paper)),
        ("ID", paper.citation_key),
    ]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl(paper: Paper) -> dict[str, object]:
    """Return a CSL-JSON item.

    Format: https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html
    """
    kind = entry_type(paper)
    item = {
        "id": paper.citation_key,
        "type": _CSL_TYPES.get(kind, "article"),
        "title": paper.title,
        "author": [_csl_name(name) for name in authors(paper)],
        "container-title": "" if kind in BY_INSTITUTION else venue_name(paper),
        "issued": {"date-parts": [[paper.year]]} if paper.year else None,
        "volume": paper.volume,
        "issue": paper.number,
        "page": paper.pages,
        "publisher": publisher(paper, kind),
        "DOI": paper.doi,
        "URL": url(paper),
    }
    return {key: value for key, value in item.items() if value}


def is_preprint(paper: Paper) -> bool:
    """Return whether the venue of a paper is a preprint archive."""
    return paper.venue is not None and paper.venue.kind == paper.venue.Kind.PREPRINT


def publisher(paper: Paper, kind: str) -> str:
    """Return the publisher; for theses and reports it is the venue, their institution."""
    return (kind in BY_INSTITUTION and venue_name(paper)) or paper.publisher


def _primary_class(paper: Paper) -> str:
    """Return the primary category of a paper on arXiv, e.g. "cs.LG"."""
    return paper.categories[0] if paper.arxiv_id and paper.categories else ""


def _ris_name(name: str) -> str:
    """Return a name as "King, Martin, Jr"."""
    given_name, family, suffix = name_parts(name)
    return ", ".join(part for part in (family, given_name, suffix) if part)


def _csl_name(name: str) -> dict[str, str]:
    given_name, family, suffix = name_parts(name)
    if not given_name:
        return {"literal": family}
    return {"given": given_name, "family": family} | ({"suffix": suffix} if suffix else {})


def venue_name(paper: Paper) -> str:
    """Return the full name of the venue, or its short name, or ""."""
    return (paper.venue.full_name or paper.venue.name) if paper.venue else ""


def url(paper: Paper) -> str:
    """Return the URL of a paper: of its DOI, else of arXiv, else from a source."""
    for scheme in ("doi", "arxiv"):
        if value := paper.identifier(scheme):
            return paper_id_url(PaperId(scheme, value)) or ""
    return paper.url if is_allowed(paper.url) else ""
