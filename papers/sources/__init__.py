"""Outside catalogues; every module answers in Records. docs/developing/sources.md tells how to add one.

Only SourceError escapes this package.
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
    "fetch",
    "missing_settings",
    "record_from_json",
    "record_to_json",
    "search",
    "searchable",
]

# In order of preference; each tells in SCHEMES which names it can look up.
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
    """Names of the settings that a source cannot work without and that are empty."""
    wanted = getattr(SOURCES[source], "NEEDS", ())
    return tuple(name for name in wanted if not getattr(settings, name))


def searchable() -> dict[str, ModuleType]:
    """The sources that can be asked for words of a title now."""
    return {
        key: source
        for key, source in SOURCES.items()
        if hasattr(source, "search") and not missing_settings(key)
    }


def fetch(name: PaperId) -> Record:
    """What the first source that knows the name says of the paper; raises SourceError.

    When none does, the error is one that is worth another try if there was such a one.
    """
    problems: dict[str, SourceError] = {}
    for key, source in SOURCES.items():
        if name.scheme not in source.SCHEMES or missing_settings(key):
            continue
        if not _is_worth_asking(source, problems):
            continue
        try:
            found: Record = source.fetch(name)
            return found
        except SourceError as error:
            problems[key] = error
    if not problems:
        raise RecordNotFoundError(_nobody_knows(name))
    raise _most_telling(list(problems.values()))


def _is_worth_asking(source: ModuleType, problems: dict[str, SourceError]) -> bool:
    """A second door of one service (INSTEAD_OF) is for faults of the first one.

    What the first does not know, the second does not either, and who asks us to wait means both.
    """
    first = problems.get(getattr(source, "INSTEAD_OF", ""))
    if isinstance(first, SourceUnavailableError):
        return first.retry_after_seconds is None
    return not isinstance(first, RecordNotFoundError)


def _most_telling(problems: list[SourceError]) -> SourceError:
    """One that may pass, else one from a source that knows more than that it does not know."""
    for kind in (SourceUnavailableError, SourceParseError, SourceRefusedError):
        for problem in problems:
            if isinstance(problem, kind):
                return problem
    return problems[-1]


def _nobody_knows(name: PaperId) -> str:
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
    """What a source finds for words of a title or of authors; raises SourceError."""
    found: list[Record] = SOURCES[source].search(query)
    return found
