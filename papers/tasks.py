"""What workers do for papers; queue `import`."""

from celery import shared_task

from papers import abstracts
from papers.sources import SourceUnavailable

# One hour's share, so that a night of imports does not tire a catalogue out.
ABSTRACTS_PER_RUN = 200


@shared_task(bind=True, max_retries=5)
def fetch_abstract(self, paper_id: int) -> None:
    """Try again with growing pauses; in the web process of a site without Redis only once."""
    try:
        abstracts.fetch_abstract(paper_id=paper_id)
    except SourceUnavailable as error:
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
