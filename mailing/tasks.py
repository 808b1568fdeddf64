"""Tasks that send mail; queue `mail`. Without Redis, `manage.py send_digests` does the same."""

from celery import shared_task

from mailing import batching, newsletter, outbox


@shared_task
def send_due() -> None:
    """Write the mails that are due and queue each open one, every minute.

    The table is the queue: a task message that is lost costs a minute.
    """
    batching.collect()
    for pk in outbox.due():
        send.delay(pk)


@shared_task
def send(pk: int) -> None:
    """Send one mail."""
    outbox.send(pk)


@shared_task
def weekly_letter() -> None:
    """Draft the newsletter of last week, and send it when it is due, every hour."""
    newsletter.draft_last_week()
    newsletter.send_due()
