"""Tasks of the queue `post`; without workers, `manage.py post_to_feeds` does the same."""

from celery import shared_task

from common.tasks import accept_former_name
from social import outbox


@shared_task
def send_due() -> None:
    """Hand each due row to a worker; runs every minute.

    The table is the queue: a lost message only delays a post until the next run.
    """
    for announcement_id in outbox.due():
        deliver_post.delay(announcement_id)


@shared_task
def deliver_post(announcement_id: int) -> None:
    """Send one row of the outbox."""
    outbox.deliver_post(announcement_id)


# What the release before queued is done all the same.
accept_former_name(deliver_post, name="social.tasks.send")
