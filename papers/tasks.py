"""What workers do for papers; queue `import`."""

from celery import shared_task

from papers.importing import abstracts
from papers.importing.bulk import ImportRunningError
from papers.importing.oai_harvest import followed_sets, harvest_nightly
from papers.sources import SourceUnavailableError

# One hour's share, so that a night of imports does not tire a catalogue out.
ABSTRACTS_PER_RUN = 200
# A task that is killed by its time limit loses at most a batch; well before, another goes on.
HARVEST_SECONDS = 240


@shared_task(bind=True, max_retries=5)
def fetch_abstract(self, paper_id: int) -> None:
    """Try again with growing pauses; in the process of a site without Redis only once."""
    try:
        abstracts.fetch_abstract(paper_id=paper_id)
    except SourceUnavailableError as error:
        if self.request.is_eager:
            return
        pause_seconds = max(60 * 2**self.request.retries, error.retry_after_seconds or 0)
        raise self.retry(exc=error, countdown=pause_seconds) from error


@shared_task
def fetch_missing_abstracts() -> None:
    for paper_id in abstracts.papers_without_abstract().values_list("pk", flat=True)[
        :ABSTRACTS_PER_RUN
    ]:
        fetch_abstract.delay(paper_id)


@shared_task
def harvest_followed() -> None:
    """Every night: what is new at arXiv in the fields that the site follows."""
    for set_spec in followed_sets():
        harvest_set.delay(set_spec)


@shared_task(bind=True, max_retries=20)
def harvest_set(self, set_spec: str) -> None:
    """Go on with one set; what is left is for another task, and a tired arXiv for later."""
    try:
        is_finished = harvest_nightly(set_spec, seconds=HARVEST_SECONDS)
    except ImportRunningError:
        return
    except SourceUnavailableError as error:
        if self.request.is_eager:
            raise
        pause_seconds = max(300 * (self.request.retries + 1), error.retry_after_seconds or 0)
        raise self.retry(exc=error, countdown=pause_seconds) from error
    if not is_finished:
        harvest_set.delay(set_spec)
