"""What workers do for the site as a whole."""

from celery import shared_task

from shortscience import upkeep


@shared_task
def bring_up_to_date() -> int:
    """Everything that an older version stored; if the time limit stops it, the next run goes on."""
    return sum(1 for _batch in upkeep.bring_up_to_date())
