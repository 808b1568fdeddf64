"""What workers send; queue `post`. With no Redis `manage.py post_to_feeds` does the same."""

from celery import shared_task

from common.tasks import accept_former_name
from social import outbox


@shared_task
def send_due() -> None:
    """Every minute: hand each row that is due to a worker. The table is the queue; messages are
    only nudges, and one that gets lost costs a minute."""
    for number in outbox.due():
        deliver_post.delay(number)


@shared_task
def deliver_post(number: int) -> None:
    outbox.deliver_post(number)


# What the release before queued is done all the same.
accept_former_name(deliver_post, name="social.tasks.send")
