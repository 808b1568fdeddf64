"""What workers do for summaries. With no Redis commands of the same names do it."""

from celery import shared_task

from shortscience.lib.delivery import DeliveryError
from summaries import publishing
from summaries.feeds import websub
from summaries.maintenance import rerender_old as rerender_old_summaries


@shared_task
def rerender_old() -> int:
    return rerender_old_summaries()


@shared_task
def purge_deleted() -> int:
    return publishing.purge_deleted()


@shared_task(bind=True, max_retries=6)
def tell_hub(self, addresses: list[str]) -> None:
    try:
        websub.tell_hub(addresses)
    except DeliveryError as error:
        if self.request.is_eager:
            return  # Within a page there is no later; the hub looks at the feed by itself, too.
        raise self.retry(exc=error, countdown=60 * 2**self.request.retries) from error
