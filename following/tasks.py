"""Tasks that notify followers; queue `maintenance`.

Without Redis, `manage.py tell_followers` does the same.
"""

from celery import shared_task

from following import fan_out


@shared_task
def spread(summary_id: int) -> None:
    """Notify of one summary."""
    fan_out.spread(summary_id)


@shared_task
def sweep() -> None:
    """Notify of what is left over, every minute."""
    fan_out.sweep()
