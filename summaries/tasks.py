"""What workers do for summaries. With no Redis commands of the same names do it."""

from celery import shared_task

from summaries import similar_papers
from summaries.actions import delete, vote
from summaries.media import image_cleanup, image_fetching
from summaries.ranking import reputation, vote_rings


@shared_task
def find_rings() -> int:
    return len(vote_rings.find_rings())


@shared_task
def recount_reputation() -> int:
    vote.recount_after_suspensions()
    return reputation.recount_all()


@shared_task(bind=True, max_retries=image_fetching.MOST_TRIES)
def copy_image(self, image_id: int) -> None:
    is_here = image_fetching.copy_image(image_id=image_id)
    # Without workers `copy_waiting` tries again.
    if not is_here and not self.request.is_eager:
        raise self.retry(countdown=60 * 4**self.request.retries)


@shared_task
def copy_waiting() -> int:
    return image_fetching.copy_waiting()


@shared_task
def copy_new() -> None:
    """Without workers: what one run has no time for is for the next."""
    if not image_fetching.copy_new():
        copy_new.delay()


@shared_task
def purge_pictures() -> int:
    return image_cleanup.purge_unused()


@shared_task
def compare_papers() -> int:
    return similar_papers.compare_papers()


@shared_task
def purge_deleted() -> int:
    return delete.purge_deleted()
