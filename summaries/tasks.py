"""What workers do for summaries. With no Redis `manage.py rerender` does the same."""

from celery import shared_task

from summaries.maintenance import rerender_old as rerender_old_summaries


@shared_task
def rerender_old() -> int:
    return rerender_old_summaries()
