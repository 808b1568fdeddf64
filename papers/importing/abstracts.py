"""Fetch the abstract of a paper whose first source had none."""

import logging

from django.db.models import Q, QuerySet

from papers import sources
from papers.importing.pipeline import import_record
from papers.models import Identifier, Paper

log = logging.getLogger(__name__)

# Whose catalogues have abstracts, the most complete first.
SCHEMES = (
    Identifier.Scheme.ARXIV,
    Identifier.Scheme.DOI,
    Identifier.Scheme.PMID,
    Identifier.Scheme.OPENREVIEW,
)


def fetch_abstract(*, paper_id: int) -> bool:
    """Ask the catalogues that know the paper; True when there is an abstract afterwards.

    Raises SourceUnavailableError when one of them should be asked again later.
    """
    paper = Paper.objects.prefetch_related("identifiers").get(pk=paper_id)
    if paper.abstract:
        return True
    for identifier in sorted(
        (name for name in paper.identifiers.all() if name.scheme in SCHEMES),
        key=lambda name: SCHEMES.index(name.scheme),
    ):
        try:
            record = sources.fetch(identifier.as_paper_id())
        except sources.SourceUnavailableError:
            raise
        except sources.SourceError as error:
            log.info("no abstract of paper %s: %s", paper_id, error)
            continue
        if record.abstract:
            import_record(record)
            return True
    return False


def papers_without_abstract() -> QuerySet[Paper]:
    """Papers that a catalogue could tell more about, the most read first."""
    return (
        Paper.objects.filter(abstract="")
        .filter(Q(identifiers__scheme__in=SCHEMES))
        .order_by("-summary_count", "-id")
        .distinct()
    )
