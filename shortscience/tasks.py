"""Tasks for the site as a whole."""

from celery import shared_task

from shortscience import upkeep


@shared_task
def bring_up_to_date() -> int:
    """Rebuild what an older version stored; return the number of batches.

    If the time limit stops it, the next run continues.
    """
    return sum(1 for _batch in upkeep.bring_up_to_date())
