"""What workers mail; queue `mail`. With no Redis `manage.py send_digests` does the same."""

from celery import shared_task

from common.tasks import accept_former_name
from mailing import batching, newsletter, outbox


@shared_task
def send_due() -> None:
    """Every minute: write the mails that are due and hand each open one to a worker. The table is
    the queue; messages are only nudges, and one that gets lost costs a minute."""
    batching.collect()
    for number in outbox.due():
        deliver_email.delay(number)


@shared_task
def deliver_email(number: int) -> None:
    outbox.deliver_email(number)


@shared_task
def send_weekly_newsletter() -> None:
    """Every hour: draft the letter of the week that ended, and send it when its hour has come."""
    newsletter.draft_last_week()
    newsletter.send_due()


# What the release before queued is done all the same.
accept_former_name(deliver_email, name="mailing.tasks.send")
accept_former_name(send_weekly_newsletter, name="mailing.tasks.weekly_letter")
