"""Outside catalogues; every module answers in Records. docs/sources.md tells how to add one.

Only SourceError escapes this package.
"""

from types import ModuleType

from papers.identifiers import Name
from papers.sources import arxiv, bibsonomy, crossref
from papers.sources.records import (
    Record,
    RecordNotFound,
    SourceError,
    SourceGarbled,
    SourceRefused,
    SourceUnavailable,
)

__all__ = [
    "SOURCES",
    "Record",
    "RecordNotFound",
    "SourceError",
    "SourceGarbled",
    "SourceRefused",
    "SourceUnavailable",
    "fetch",
    "search",
]

# In order of preference; each tells in SCHEMES which names it can look up.
SOURCES: dict[str, ModuleType] = {"arxiv": arxiv, "crossref": crossref, "bibsonomy": bibsonomy}


def fetch(name: Name) -> Record:
    """What the first source that knows the name says of the paper; raises SourceError."""
    problem: SourceError = RecordNotFound("None of our catalogues knows names like this one.")
    for source in SOURCES.values():
        if name.scheme not in source.SCHEMES:
            continue
        try:
            return source.fetch(name)
        except SourceError as error:
            problem = error
    raise problem


def search(query: str, source: str) -> list[Record]:
    """What a source finds for words of a title or of authors; raises SourceError."""
    return SOURCES[source].search(query)
