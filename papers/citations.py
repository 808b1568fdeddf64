"""Pure: a paper as BibTeX, RIS and CSL-JSON, from the row with its identifiers and venue."""

import re
from urllib.parse import urlencode

from papers.identifiers import Name, name_url
from papers.links import is_allowed
from papers.models import Paper
from papers.names import split_name

# Characters that mean something to TeX outside math.
_TEX_SPECIAL = {"&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}"}
_MATH = re.compile(r"(\$[^$]+\$|\\\(.+?\\\)|\\\[.+?\\\])")
_RIS_TYPES = {
    "article": "JOUR",
    "inproceedings": "CONF",
    "conference": "CONF",
    "proceedings": "CONF",
    "book": "BOOK",
    "incollection": "CHAP",
    "phdthesis": "THES",
    "mastersthesis": "THES",
    "techreport": "RPRT",
}
_CSL_TYPES = {
    "article": "article-journal",
    "inproceedings": "paper-conference",
    "conference": "paper-conference",
    "book": "book",
    "incollection": "chapter",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "techreport": "report",
}


def authors(paper: Paper) -> list[str]:
    """ "Given Family" in byline order, from the text kept for lists."""
    return [name for name in paper.authors_text.split("; ") if name]


def bibtex(paper: Paper) -> str:
    """One BibTeX entry in UTF-8; math in the title stays math, capitals are protected."""
    in_book = paper.kind in {"inproceedings", "conference", "incollection"}
    fields = [
        ("title", "{" + _tex(paper.title) + "}"),
        ("author", " and ".join(_tex(_last_first(name)) for name in authors(paper))),
        ("booktitle" if in_book else "journal", _tex(_venue_name(paper))),
        ("year", str(paper.year or "")),
        ("volume", _tex(paper.volume)),
        ("number", _tex(paper.number)),
        ("pages", re.sub(r"\s*[-–—]+\s*", "--", paper.pages)),
        ("publisher", _tex(paper.publisher)),
        ("doi", paper.doi),
        ("eprint", paper.arxiv_id),
        ("archiveprefix", "arXiv" if paper.arxiv_id else ""),
        ("url", _url(paper)),
    ]
    lines = [f"  {field} = {{{value}}}" for field, value in fields if value]
    return f"@{paper.kind or 'misc'}{{{paper.citation_key},\n" + ",\n".join(lines) + "\n}\n"


def ris(paper: Paper) -> str:
    """One RIS record: https://en.wikipedia.org/wiki/RIS_(file_format)"""
    first, _, last = re.sub(r"[-–—]+", "-", paper.pages).partition("-")
    fields = [
        ("TY", _RIS_TYPES.get(paper.kind, "GEN")),
        *(("AU", _last_first(name)) for name in authors(paper)),
        ("TI", paper.title),
        ("T2", _venue_name(paper)),
        ("PY", str(paper.year or "")),
        ("VL", paper.volume),
        ("IS", paper.number),
        ("SP", first.strip()),
        ("EP", last.strip()),
        ("PB", paper.publisher),
        ("DO", paper.doi),
        ("UR", _url(paper)),
        ("ID", paper.citation_key),
    ]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl(paper: Paper) -> dict[str, object]:
    """One CSL-JSON item: https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html"""
    names = []
    for name in authors(paper):
        given, family = split_name(name)
        names.append({"given": given, "family": family} if given else {"literal": family})
    item = {
        "id": paper.citation_key,
        "type": _CSL_TYPES.get(paper.kind, "article"),
        "title": paper.title,
        "author": names,
        "container-title": _venue_name(paper),
        "issued": {"date-parts": [[paper.year]]} if paper.year else None,
        "volume": paper.volume,
        "issue": paper.number,
        "page": paper.pages,
        "publisher": paper.publisher,
        "DOI": paper.doi,
        "URL": _url(paper),
    }
    return {key: value for key, value in item.items() if value}


def coins(paper: Paper) -> str:
    """The paper as an OpenURL context object, for the `title` of a <span class="Z3988">.

    Reference managers look for it: https://web.archive.org/web/2020/http://ocoins.info/
    """
    is_book = paper.kind in {"book", "incollection"}
    is_conference = paper.kind in {"inproceedings", "conference"}
    first, *others = authors(paper) or [""]
    given, family = split_name(first)
    fields = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{'book' if is_book else 'journal'}"),
        ("rft.genre", "bookitem" if is_book else "proceeding" if is_conference else "article"),
        ("rft.btitle" if paper.kind == "book" else "rft.atitle", paper.title),
        ("rft.btitle" if is_book and paper.kind != "book" else "rft.jtitle", _venue_name(paper)),
        ("rft.aulast", family),
        ("rft.aufirst", given),
        *(("rft.au", name) for name in others),
        ("rft.date", str(paper.year or "")),
        ("rft.volume", paper.volume),
        ("rft.issue", paper.number),
        ("rft.pages", paper.pages),
        ("rft.pub", paper.publisher),
        ("rft_id", f"info:doi/{paper.doi}" if paper.doi else ""),
        ("rft_id", _url(paper)),
    ]
    return urlencode([(key, value) for key, value in fields if value])


def _venue_name(paper: Paper) -> str:
    return (paper.venue.full_name or paper.venue.name) if paper.venue else ""


def _url(paper: Paper) -> str:
    """Where the paper itself is: its DOI, else arXiv, else the address a source gave."""
    for scheme in ("doi", "arxiv"):
        if value := paper.identifier(scheme):
            return name_url(Name(scheme, value)) or ""
    return paper.url if is_allowed(paper.url) else ""


def _last_first(name: str) -> str:
    given, family = split_name(name)
    return f"{family}, {given}" if given else f"{{{family}}}"


def _tex(text: str) -> str:
    """Escape what TeX would read as commands, outside math and in balanced braces."""
    parts = _MATH.split(text)
    return "".join(
        part
        if index % 2
        else "".join(_TEX_SPECIAL.get(letter, letter) for letter in part if letter not in "{}\\")
        for index, part in enumerate(parts)
    )
