"""What workers tell; queue `maintenance`. With no Redis `manage.py tell_followers` sweeps."""

from celery import shared_task

from following import fan_out


@shared_task
def fan_out_summary(summary_id: int) -> None:
    fan_out.fan_out(summary_id)


@shared_task
def retry_pending() -> None:
    """Every minute: what nobody has been told of yet."""
    fan_out.retry_pending()
