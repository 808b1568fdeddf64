"""Pictures of other hosts are copied to us: there they rot, and readers' browsers talk to us alone."""

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
from summaries.rerender import show_anew

log = logging.getLogger(__name__)

MOST_TRIES = 5
ACCEPT = "image/png,image/jpeg,image/webp,image/gif"
# Longer than a copy with its deadline; what a killed process held is free again after it.
CLAIM_SECONDS = 120
# One run may take so long, well below the time limit of a task; the next one goes on.
RUN_SECONDS = 240.0


def copy_image(*, image_id: int, seconds: float = 20.0) -> bool:
    """Fetch a picture that summaries show and render them anew; False when it is still not here.

    One try, over after `seconds`, and none while another process is at it. What keeps it from us
    stands in `problem`; `tries` counts, and is at MOST_TRIES when no later try will help.
    """
    image = _claim(image_id)
    if image is None:
        return not _waiting().filter(pk=image_id).exists()
    try:
        return _copy_claimed(image, seconds)
    except StorageFullError:
        return False


def copy_waiting(*, seconds: float = RUN_SECONDS) -> int:
    """Try all that wait once more, those with the fewest tries first; returns how many came.

    Begins no other after `seconds`, or when the disk is full.
    """
    return _copy_all(_free(), seconds)[0]


def copy_new(*, seconds: float = RUN_SECONDS) -> bool:
    """Try all that nobody tried yet; False when there was no time for some of them."""
    return _copy_all(_free().filter(tries=0), seconds)[1]


def _copy_all(rows: QuerySet[Image], seconds: float) -> tuple[int, bool]:
    """How many came, and whether there was time for all."""
    ends_at = time.monotonic() + seconds
    came = 0
    for number in list(rows.order_by("tries", "pk").values_list("pk", flat=True)):
        if time.monotonic() >= ends_at:
            return came, False
        # None when another process was quicker.
        if image := _claim(number):
            try:
                came += _copy_claimed(image)
            except StorageFullError as error:
                # There is no room for the others either; the next run may find some.
                log.error("Pictures wait to be copied. %s", error)
                break
    return came, True


def _waiting() -> QuerySet[Image]:
    return Image.objects.filter(file="", foreign_url__isnull=False, tries__lt=MOST_TRIES)


def _free() -> QuerySet[Image]:
    now = timezone.now()
    return _waiting().filter(Q(claimed_until=None) | Q(claimed_until__lt=now))


def _claim(number: int) -> Image | None:
    """The row, for this process alone; None when it needs no copy or another is at it.

    One UPDATE with its condition, so that no transaction is open while another host is asked.
    """
    until = timezone.now() + datetime.timedelta(seconds=CLAIM_SECONDS)
    is_ours = _free().filter(pk=number).update(claimed_until=until)
    return Image.objects.filter(pk=number).first() if is_ours else None


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
        # No fault of the picture: it costs none of its tries.
        Image.objects.filter(pk=image.pk).update(
            problem=_("This site has no storage space left at the moment.")
        )
        raise
    except (HttpError, ImageRefusedError) as error:
        # A page that is not found today may be back tomorrow; what is no picture stays none.
        is_final = isinstance(error, ImageRefusedError)
        image.tries = MOST_TRIES if is_final else image.tries + 1
        image.problem = str(error)[:200]
        image.save(update_fields=["tries", "problem"])
        return False
    show_anew(image.foreign_url)
    return True
