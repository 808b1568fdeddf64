"""Tasks for papers, in the queue `import`."""

from celery import shared_task

from papers.importing import abstracts, page_reader
from papers.importing.bulk import ImportRunningError
from papers.importing.oai_harvest import followed_sets, harvest_nightly
from papers.sources import SourceUnavailableError

# Per hour, so that a large import does not overload a catalogue.
ABSTRACTS_PER_RUN = 200
# Well below the time limit of a task; the next task continues.
HARVEST_SECONDS = 240


@shared_task(bind=True, max_retries=5)
def fetch_abstract(self, paper_id: int) -> None:
    """Fetch the abstract of a paper, with retries at growing intervals.

    On a site without Redis, where tasks run in the web process, it is tried only once.
    """
    try:
        abstracts.fetch_abstract(paper_id=paper_id)
    except SourceUnavailableError as error:
        if self.request.is_eager:
            return
        pause_seconds = max(60 * 2**self.request.retries, error.retry_after_seconds or 0)
        raise self.retry(exc=error, countdown=pause_seconds) from error


@shared_task(bind=True, max_retries=3)
def read_page(self, address: str) -> None:
    """Read the page of a paper and add it, with retries while its host or a catalogue is silent."""
    try:
        page_reader.read_page(address)
    except page_reader.PageError:
        return  # The state says why.
    except SourceUnavailableError as error:
        if self.request.is_eager or self.request.retries >= self.max_retries:
            page_reader.give_up(address, "unavailable")
            return
        pause_seconds = max(30 * 2**self.request.retries, error.retry_after_seconds or 0)
        raise self.retry(exc=error, countdown=pause_seconds) from error


@shared_task
def fetch_missing_abstracts() -> None:
    """Send a task for each paper without an abstract, up to ABSTRACTS_PER_RUN."""
    for paper_id in abstracts.papers_without_abstract().values_list("pk", flat=True)[
        :ABSTRACTS_PER_RUN
    ]:
        fetch_abstract.delay(paper_id)


@shared_task
def harvest_followed() -> None:
    """Import new arXiv papers of the fields that the site follows; runs every night."""
    for set_spec in followed_sets():
        harvest_set.delay(set_spec)


@shared_task(bind=True, max_retries=20)
def harvest_set(self, set_spec: str) -> None:
    """Import one set for HARVEST_SECONDS; another task continues, later if arXiv is unavailable."""
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
