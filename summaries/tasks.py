"""What workers do for summaries. With no Redis commands of the same names do it."""

from celery import shared_task

from summaries import similar_papers as similarity
from summaries.actions import delete as withdrawing
from summaries.actions import vote as voting
from summaries.media import image_cleanup as image_upkeep
from summaries.media import image_fetching as copying
from summaries.ranking import reputation
from summaries.ranking import vote_rings as rings


@shared_task
def find_rings() -> int:
    return len(rings.find_rings())


@shared_task
def recount_reputation() -> int:
    voting.recount_after_suspensions()
    return reputation.recount_all()


@shared_task(bind=True, max_retries=copying.MOST_TRIES)
def copy_image(self, image_id: int) -> None:
    is_here = copying.copy_image(image_id=image_id)
    # Without workers `copy_waiting` tries again.
    if not is_here and not self.request.is_eager:
        raise self.retry(countdown=60 * 4**self.request.retries)


@shared_task
def copy_waiting() -> int:
    return copying.copy_waiting()


@shared_task
def copy_new() -> None:
    """Without workers: what one run has no time for is for the next."""
    if not copying.copy_new():
        copy_new.delay()


@shared_task
def purge_pictures() -> int:
    return image_upkeep.purge_unused()


@shared_task
def compare_papers() -> int:
    return similarity.compare_papers()


@shared_task
def purge_deleted() -> int:
    return withdrawing.purge_deleted()
