"""Fetch the abstract of a paper whose first source had none."""

import logging

from django.db.models import Q, QuerySet

from papers import sources
from papers.importing.pipeline import import_record
from papers.models import Identifier, Paper

log = logging.getLogger(__name__)

# Identifier schemes whose catalogues have abstracts, the most complete first.
SCHEMES = (
    Identifier.Scheme.ARXIV,
    Identifier.Scheme.DOI,
    Identifier.Scheme.PMID,
    Identifier.Scheme.OPENREVIEW,
)


def fetch_abstract(*, paper_id: int) -> bool:
    """Fetch the abstract from the catalogues that know the paper; True when it has one afterwards.

    Catalogues are tried in the order of `SCHEMES`. Raises SourceUnavailableError when one of them
    is temporarily unavailable, and Paper.DoesNotExist for an unknown `paper_id`.
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
            log.info("No abstract for paper %s: %s", paper_id, error)
            continue
        if record.abstract:
            import_record(record)
            return True
    return False


def papers_without_abstract() -> QuerySet[Paper]:
    """Return papers whose missing abstract a catalogue may have, the most summarised first."""
    return (
        Paper.objects.filter(abstract="")
        .filter(Q(identifiers__scheme__in=SCHEMES))
        .order_by("-summary_count", "-id")
        .distinct()
    )
