"""The Celery tasks of summaries; without workers, commands of the same names do the same."""

from celery import shared_task

from summaries import similar_papers
from summaries.actions import delete, vote
from summaries.media import image_cleanup, image_fetching
from summaries.ranking import reputation, vote_rings


@shared_task
def find_rings() -> int:
    """Look for vote rings; return how many were found."""
    return len(vote_rings.find_rings())


@shared_task
def recount_reputation() -> int:
    """Recount votes after suspensions, then everyone's reputation."""
    vote.recount_after_suspensions()
    return reputation.recount_all()


@shared_task(bind=True, max_retries=image_fetching.MOST_TRIES)
def copy_image(self, image_id: int) -> None:
    """Copy an image from another host; try again up to MOST_TRIES times."""
    is_here = image_fetching.copy_image(image_id=image_id)
    # Without workers, `copy_waiting` tries again.
    if not is_here and not self.request.is_eager:
        raise self.retry(countdown=60 * 4**self.request.retries)


@shared_task
def copy_waiting() -> int:
    """Copy the images that wait for it; return how many were copied."""
    return image_fetching.copy_waiting()


@shared_task
def copy_new() -> None:
    """Copy new images, without workers; what one run has no time for is left to the next."""
    if not image_fetching.copy_new():
        copy_new.delay()


@shared_task
def purge_pictures() -> int:
    """Delete images that no text shows; return how many."""
    return image_cleanup.purge_unused()


@shared_task
def compare_papers() -> int:
    """Compare the papers; return how many rows of similar papers changed."""
    return similar_papers.compare_papers()


@shared_task
def purge_deleted() -> int:
    """Purge summaries deleted more than 30 days ago; return how many."""
    return delete.purge_deleted()
