"""What workers tell; queue `maintenance`. With no Redis `manage.py tell_followers` sweeps."""

from celery import shared_task

from following import fan_out


@shared_task
def spread(summary_id: int) -> None:
    fan_out.spread(summary_id)


@shared_task
def sweep() -> None:
    """Every minute: what nobody has been told of yet."""
    fan_out.sweep()
