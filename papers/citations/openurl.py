"""Pure: a paper as an OpenURL context object, for the `title` of a <span class="Z3988">.

Reference managers look for it: https://web.archive.org/web/2020/http://ocoins.info/
"""

from urllib.parse import urlencode

from papers.citations.entry_types import entry_type
from papers.citations.formats import authors, is_preprint, publisher, url, venue_name
from papers.models import Paper
from papers.names import split_name

# (format, genre); reference managers know the paper of a conference by "proceeding".
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
# Keys of the title and of the venue, by format; the venue only of what is a part of it.
_TITLES = {
    "journal": ("rft.atitle", "rft.jtitle"),
    "part": ("rft.atitle", "rft.btitle"),
    "book": ("rft.btitle", ""),
    "dissertation": ("rft.title", ""),
}


def coins(paper: Paper) -> str:
    kind = entry_type(paper)
    shape, genre = _TYPES.get(kind, ("journal", "preprint" if is_preprint(paper) else "unknown"))
    is_part = genre in {"proceeding", "bookitem"}
    title, place = _TITLES["part" if is_part else shape]
    first, *others = authors(paper) or [""]
    given, family = split_name(first)
    fields = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{shape}"),
        ("rft.genre", genre),
        (title, paper.title),
        (place, venue_name(paper) if place else ""),
        ("rft.aulast", family),
        ("rft.aufirst", given),
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
