"""Copy images from other hosts.

There they might disappear, and readers' browsers would have to contact those hosts.
"""

import datetime
import logging
import time

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.files import StorageFullError
from common.http.client import HttpError, HttpRefusedError, get_public
from common.http.urls import parts_of
from summaries.media.image_processing import MAX_BYTES, ImageRefusedError, read_picture
from summaries.media.images import save_stored, store_file
from summaries.models import Image
from summaries.rerender import rerender_with_image

log = logging.getLogger(__name__)

MOST_TRIES = 5
ACCEPT = "image/png,image/jpeg,image/webp,image/gif"
# Longer than copying takes; after it, the claim of a killed process has expired.
CLAIM_SECONDS = 120
# The length of one run, well below the time limit of a task; the next run continues.
RUN_SECONDS = 240.0


def copy_image(*, image_id: int, seconds: float = 20.0) -> bool:
    """Fetch an image and render the texts that show it again; return whether it is here.

    One attempt, limited to `seconds`, and none while another process is copying the image. A failure
    is described in `problem`; `tries` is raised, to MOST_TRIES when no later attempt can help.
    """
    image = _claim(image_id)
    if image is None:
        return not _waiting().filter(pk=image_id).exists()
    try:
        return _copy_claimed(image, seconds)
    except StorageFullError:
        return False


def copy_waiting(*, seconds: float = RUN_SECONDS) -> int:
    """Try to copy all waiting images, those with the fewest tries first; return how many were.

    Starts no other one after `seconds`, or when the disk is full.
    """
    return _copy_all(_free(), seconds)[0]


def copy_new(*, seconds: float = RUN_SECONDS) -> bool:
    """Copy the images without an attempt; return whether there was time for all of them."""
    return _copy_all(_free().filter(tries=0), seconds)[1]


def _copy_all(rows: QuerySet[Image], seconds: float) -> tuple[int, bool]:
    """Return how many were copied, and whether there was time for all."""
    ends_at = time.monotonic() + seconds
    copied = 0
    for image_id in list(rows.order_by("tries", "pk").values_list("pk", flat=True)):
        if time.monotonic() >= ends_at:
            return copied, False
        # None when another process has claimed it.
        if image := _claim(image_id):
            try:
                copied += _copy_claimed(image)
            except StorageFullError as error:
                # There is no space for the others either; the next run tries again.
                log.error("Images are waiting to be copied: %s", error)
                break
    return copied, True


def _waiting() -> QuerySet[Image]:
    return Image.objects.filter(file="", foreign_url__isnull=False, tries__lt=MOST_TRIES)


def _free() -> QuerySet[Image]:
    now = timezone.now()
    return _waiting().filter(Q(claimed_until=None) | Q(claimed_until__lt=now))


def _claim(image_id: int) -> Image | None:
    """Claim the row for this process; None when it needs no copy or another has claimed it.

    One conditional UPDATE, so that no transaction is open during the request to another host.
    """
    until = timezone.now() + datetime.timedelta(seconds=CLAIM_SECONDS)
    is_ours = _free().filter(pk=image_id).update(claimed_until=until)
    return Image.objects.filter(pk=image_id).first() if is_ours else None


def _copy_claimed(image: Image, seconds: float = 20.0) -> bool:
    try:
        return _copy(image, seconds)
    finally:
        Image.objects.filter(pk=image.pk).update(claimed_until=None)


def _copy(image: Image, seconds: float) -> bool:
    try:
        answer = get_public(image.foreign_url, max_bytes=MAX_BYTES, accept=ACCEPT, seconds=seconds)
        if answer.status != 200:
            raise HttpRefusedError(
                f"{parts_of(image.foreign_url).hostname} answers {answer.status}."
            )
        store_file(image, read_picture(answer.body))
        image.problem = ""
        save_stored(image)
    except StorageFullError:
        # Not the image's fault, so it is not counted as a try.
        Image.objects.filter(pk=image.pk).update(
            problem=_("This site has no storage space left at the moment.")
        )
        raise
    except (HttpError, ImageRefusedError) as error:
        # A missing page may be back tomorrow; a file that is no image is never tried again.
        is_final = isinstance(error, ImageRefusedError)
        image.tries = MOST_TRIES if is_final else image.tries + 1
        image.problem = str(error)[:200]
        image.save(update_fields=["tries", "problem"])
        return False
    rerender_with_image(image.foreign_url)
    return True
