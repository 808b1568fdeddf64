"""Tasks that notify followers; queue `maintenance`.

Without Redis, `manage.py tell_followers` does the same.
"""

from celery import shared_task

from common.tasks import accept_former_name
from following import fan_out


@shared_task
def fan_out_summary(summary_id: int) -> None:
    """Notify of one summary."""
    fan_out.fan_out(summary_id)


@shared_task
def retry_pending() -> None:
    """Notify of what is left over, every minute."""
    fan_out.retry_pending()


# What the release before queued is done all the same.
accept_former_name(fan_out_summary, name="following.tasks.spread")
accept_former_name(retry_pending, name="following.tasks.sweep")
