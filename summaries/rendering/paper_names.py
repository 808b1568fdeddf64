r"""Find papers that a text names without \cite: arXiv:1512.03385v2, https://doi.org/10….

Pure: the caller looks up whether the paper exists.
"""

import re
from collections.abc import Iterator

from summaries.rendering.autolinks import trim_punctuation

LONGEST_KEY = 300
_IN_TEXT = re.compile(
    r"(?<![\w/.:@-])"
    r"(?:arxiv(?:\s*:\s*|\s+)(?P<arxiv>\d{4}\.\d{4,5}(?:v\d{1,2})?|[a-z-]{2,10}(?:\.[A-Z]{2})?/\d{7}(?:v\d)?)"
    r"(?![\w.]*\d)"
    r"|doi\s*:\s*(?P<doi>10\.\d{4,9}/[^\s<>\"]{1,200}))",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"https?://(?:"
    r"(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/[^\s?#]+"
    r"|(?:dx\.|www\.)?doi\.org/10\.\d{4,9}/\S+"
    r"|dblp\.(?:org|uni-trier\.de|dagstuhl\.de)/rec/\S+"
    r"|(?:www\.)?openreview\.net/(?:forum|pdf|attachment)\?id=[\w-]+"
    r")",
    re.IGNORECASE,
)
# The page of a paper on this site or the original one. Any host is accepted here.
_PAGE = re.compile(r"https?://[^\s/]+/paper(?:/\d|\?bibtexKey=)", re.IGNORECASE)


def names_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, key) for each paper named in plain text: "doi: 10.1234/x." has "doi:10.1234/x"."""
    if "arxiv" not in text.lower() and "doi" not in text.lower():
        return
    for match in _IN_TEXT.finditer(text):
        if match["arxiv"]:
            yield match.start(), match.end(), f"arXiv:{match['arxiv']}"
        else:
            doi = trim_punctuation(match["doi"])
            yield match.start(), match.start("doi") + len(doi), f"doi:{doi}"


def key_of_address(address: str) -> str:
    """Return a URL as a citation key if it looks like that of a paper, otherwise ""."""
    if len(address) > LONGEST_KEY:
        return ""
    return address if _ADDRESS.match(address) or _PAGE.match(address) else ""


def is_in_catalogue(key: str) -> bool:
    """Return whether a key certainly names a paper, so that a missing one can be added."""
    return not _PAGE.match(key)
