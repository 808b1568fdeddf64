"""Tasks that send mail; queue `mail`. Without Redis, `manage.py send_digests` does the same."""

from celery import shared_task

from common.tasks import accept_former_name
from mailing import batching, newsletter, outbox


@shared_task
def send_due() -> None:
    """Write the mails that are due and queue each open one, every minute.

    The table is the queue: a task message that is lost costs a minute.
    """
    batching.collect()
    for pk in outbox.due():
        deliver_email.delay(pk)


@shared_task
def deliver_email(pk: int) -> None:
    """Send one mail."""
    outbox.deliver_email(pk)


@shared_task
def send_weekly_newsletter() -> None:
    """Draft the newsletter of last week, and send it when it is due, every hour."""
    newsletter.draft_last_week()
    newsletter.send_due()


# What the release before queued is done all the same.
accept_former_name(deliver_email, name="mailing.tasks.send")
accept_former_name(send_weekly_newsletter, name="mailing.tasks.weekly_letter")
