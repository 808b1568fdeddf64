"""The Celery tasks of feeds and share images."""

from celery import shared_task

from common.http.webhook import DeliveryError
from common.tasks import accept_former_name
from syndication.feeds import websub
from syndication.share_images import storage


@shared_task(bind=True, max_retries=6)
def ping_hub(self, addresses: list[str]) -> None:
    """Ping the WebSub hub; retry with growing delays when it doesn't answer."""
    try:
        websub.ping_hub(addresses)
    except DeliveryError as error:
        if self.request.is_eager:
            return  # Without workers nothing retries; the hub also polls the feeds.
        raise self.retry(exc=error, countdown=60 * 2**self.request.retries) from error


@shared_task(bind=True)
def draw_share_images(self, summary_id: int) -> None:
    """Draw the share images of a summary and its paper; without workers only delete old ones."""
    storage.bring_up_to_date(summary_id, draws=not self.request.is_eager)


# What the release before queued is done all the same.
accept_former_name(ping_hub, name="syndication.tasks.tell_hub")
accept_former_name(draw_share_images, name="syndication.tasks.draw_pictures")
