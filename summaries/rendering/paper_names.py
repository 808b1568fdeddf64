"""Names of papers that stand in a text without any \\cite: arXiv:1512.03385v2, https://doi.org/10….

Pure, and only about what is written: whether there is such a paper, the caller knows.
"""

import re
from collections.abc import Iterator

from summaries.rendering.autolinks import trimmed

LONGEST_KEY = 300
_IN_WORDS = re.compile(
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
# A paper's page on this site or on the original one: its host is not known here.
_PAGE = re.compile(r"https?://[^\s/]+/paper(?:/\d|\?bibtexKey=)", re.IGNORECASE)


def names_in(text: str) -> Iterator[tuple[int, int, str]]:
    """(begin, end, key) of each name in words without links: "doi: 10.1/x." has "doi:10.1/x"."""
    if "arxiv" not in text.lower() and "doi" not in text.lower():
        return
    for found in _IN_WORDS.finditer(text):
        if found["arxiv"]:
            yield found.start(), found.end(), f"arXiv:{found['arxiv']}"
        else:
            doi = trimmed(found["doi"])
            yield found.start(), found.start("doi") + len(doi), f"doi:{doi}"


def key_of_address(address: str) -> str:
    """An address as a key if it can be that of a paper, or ""."""
    if len(address) > LONGEST_KEY:
        return ""
    return address if _ADDRESS.match(address) or _PAGE.match(address) else ""


def is_in_catalogue(key: str) -> bool:
    """Whether a key names a paper for sure, so that one which is not here may be added."""
    return not _PAGE.match(key)
