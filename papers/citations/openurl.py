"""A paper as an OpenURL context object (COinS), for the `title` of a <span class="Z3988">. Pure.

Reference managers read it: https://web.archive.org/web/2020/http://ocoins.info/
"""

from urllib.parse import urlencode

from papers.citations.entry_types import entry_type
from papers.citations.formats import authors, is_preprint, publisher, url, venue_name
from papers.models import Paper
from papers.names import split_name

# (format, genre). Reference managers expect "proceeding" for a conference paper.
_TYPES = {
    "article": ("journal", "article"),
    "inproceedings": ("book", "proceeding"),
    "incollection": ("book", "bookitem"),
    "proceedings": ("book", "conference"),
    "book": ("book", "book"),
    "techreport": ("book", "report"),
    "phdthesis": ("dissertation", ""),
    "mastersthesis": ("dissertation", ""),
}
# The keys of the title and the venue, by format; "" for works that are not part of a venue.
_TITLES = {
    "journal": ("rft.atitle", "rft.jtitle"),
    "part": ("rft.atitle", "rft.btitle"),
    "book": ("rft.btitle", ""),
    "dissertation": ("rft.title", ""),
}


def coins(paper: Paper) -> str:
    """Return the URL-encoded context object: "ctx_ver=Z39.88-2004&rft_val_fmt=…"."""
    kind = entry_type(paper)
    shape, genre = _TYPES.get(kind, ("journal", "preprint" if is_preprint(paper) else "unknown"))
    is_part = genre in {"proceeding", "bookitem"}
    title_key, venue_key = _TITLES["part" if is_part else shape]
    first, *others = authors(paper) or [""]
    given_name, family = split_name(first)
    fields = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{shape}"),
        ("rft.genre", genre),
        (title_key, paper.title),
        (venue_key, venue_name(paper) if venue_key else ""),
        ("rft.aulast", family),
        ("rft.aufirst", given_name),
        *(("rft.au", name) for name in others),
        ("rft.date", str(paper.year or "")),
        ("rft.volume", paper.volume),
        ("rft.issue", paper.number),
        ("rft.pages", paper.pages),
        ("rft.inst" if shape == "dissertation" else "rft.pub", publisher(paper, kind)),
        ("rft_id", f"info:doi/{paper.doi}" if paper.doi else ""),
        ("rft_id", url(paper)),
    ]
    return urlencode([(key, value) for key, value in fields if value])
