"""Access to outside catalogues; every module returns their data as `Record`s.

Only SourceError escapes this package. docs/developing/sources.md explains how to add a source.
"""

from types import ModuleType

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from papers.identifiers import PaperId
from papers.sources import (
    arxiv,
    arxiv_oai,
    bibsonomy,
    crossref,
    datacite,
    dblp,
    openalex,
    openreview,
    pubmed,
)
from papers.sources.records import (
    Record,
    RecordNotFoundError,
    SourceError,
    SourceParseError,
    SourceRefusedError,
    SourceUnavailableError,
    Version,
    record_from_json,
    record_to_json,
)

__all__ = [
    "SOURCES",
    "Record",
    "RecordNotFoundError",
    "SourceError",
    "SourceParseError",
    "SourceRefusedError",
    "SourceUnavailableError",
    "Version",
    "can_fetch",
    "fetch",
    "missing_settings",
    "record_from_json",
    "record_to_json",
    "search",
    "searchable",
]

# In order of preference; SCHEMES of each module lists the identifiers that it can look up.
SOURCES: dict[str, ModuleType] = {
    "arxiv": arxiv,
    "arxiv-oai": arxiv_oai,
    "crossref": crossref,
    "datacite": datacite,
    "dblp": dblp,
    "pubmed": pubmed,
    "openreview": openreview,
    "openalex": openalex,
    "bibsonomy": bibsonomy,
}


def missing_settings(source: str) -> tuple[str, ...]:
    """Return the names of the settings that a source needs and that are empty."""
    required = getattr(SOURCES[source], "NEEDS", ())
    return tuple(name for name in required if not getattr(settings, name))


def searchable() -> dict[str, ModuleType]:
    """Return the sources that can currently be searched, by key."""
    return {
        key: source
        for key, source in SOURCES.items()
        if hasattr(source, "search") and not missing_settings(key)
    }


def can_fetch(scheme: str) -> bool:
    """Return whether any source that is set up looks up identifiers of a scheme."""
    return any(
        scheme in source.SCHEMES and not missing_settings(key) for key, source in SOURCES.items()
    )


def fetch(name: PaperId) -> Record:
    """Return the record of the first source that knows the identifier.

    Raises SourceError. When every source fails, an error that is worth a retry takes precedence
    over the others.
    """
    problems: dict[str, SourceError] = {}
    for key, source in SOURCES.items():
        if name.scheme not in source.SCHEMES or missing_settings(key):
            continue
        if not _is_worth_asking(source, problems):
            continue
        try:
            record: Record = source.fetch(name)
            return record
        except SourceError as error:
            problems[key] = error
    if not problems:
        raise RecordNotFoundError(_nobody_knows(name))
    raise _most_telling(list(problems.values()))


def _is_worth_asking(source: ModuleType, problems: dict[str, SourceError]) -> bool:
    """Return whether to ask a source, given the errors of the ones before it.

    A second interface of one service (INSTEAD_OF) is only used when the first one has a fault. A
    paper that the first does not know is unknown to the second, and a request to wait applies to
    both.
    """
    first = problems.get(getattr(source, "INSTEAD_OF", ""))
    if isinstance(first, SourceUnavailableError):
        return first.retry_after_seconds is None
    return not isinstance(first, RecordNotFoundError)


def _most_telling(problems: list[SourceError]) -> SourceError:
    """Return an error that is worth a retry, or else one that is not RecordNotFoundError."""
    for kind in (SourceUnavailableError, SourceParseError, SourceRefusedError):
        for problem in problems:
            if isinstance(problem, kind):
                return problem
    return problems[-1]


def _nobody_knows(name: PaperId) -> str:
    """Return the message for an identifier that no available source can look up."""
    skipped = [
        source.NAME
        for key, source in SOURCES.items()
        if name.scheme in source.SCHEMES and missing_settings(key)
    ]
    if skipped:
        return _("This identifier needs %(services)s, but this site has no account there.") % {
            "services": get_text_list(skipped, _("and"))
        }
    return _("None of our catalogues supports this type of identifier.")


def search(query: str, source: str) -> list[Record]:
    """Return what a source finds for words of a title or of authors; raises SourceError.

    `source` is a key of `searchable`.
    """
    records: list[Record] = SOURCES[source].search(query)
    return records
