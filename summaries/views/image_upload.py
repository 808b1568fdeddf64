"""Image uploads from the editor; `shortscience.middleware.media` serves the files."""

import logging

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.files import StorageFullError
from common.http.json_errors import error_body
from common.http.ratelimit import hit, too_many_message, too_many_requests
from summaries.media.image_processing import MAX_BYTES, ImageRefusedError
from summaries.media.images import add_image, image_url
from summaries.models import Image

log = logging.getLogger(__name__)

PICTURES_PER_HOUR = 60


class TooManyImagesError(ImageRefusedError):
    """The upload limit is reached; try again after `wait_seconds`."""

    def __init__(self, wait_seconds: int):
        super().__init__(too_many_message(wait_seconds))
        self.wait_seconds = wait_seconds


@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    """Store the file `image`: {"url", "width", "height"}, or {"error"}."""
    if not request.user.is_authenticated:
        return JsonResponse(error_body(_("You are signed out.")), status=401)
    try:
        image = take_in(request)
    except TooManyImagesError as error:
        return too_many_requests(error.wait_seconds, JsonResponse(error_body(str(error))))
    except ImageRefusedError as error:
        return JsonResponse(error_body(str(error)), status=422)
    except StorageFullError:
        log.exception("An uploaded image could not be stored.")
        return JsonResponse(error_body(no_room()), status=507)  # RFC 4918, 11.5
    url = image_url(image)
    # The scripts of pages that were open during an upgrade read `address`.
    body = {"url": url, "address": url, "width": image.width, "height": image.height}
    return JsonResponse(body, status=201)


def no_room() -> str:
    """Return the message when the disk is full."""
    return _(
        "This site has no storage space left at the moment. Your text is still here. "
        "Keep writing, and upload the image again later."
    )


def take_in(request: HttpRequest) -> Image:
    """Store the file `image` of a form.

    Raises ImageRefusedError, TooManyImagesError, StorageFullError.
    """
    # The second is its name in pages that were open during an upgrade.
    file = request.FILES.get("image") or request.FILES.get("picture")
    if file is None:
        raise ImageRefusedError(_("No image received. Choose a file first."))
    if settings.VERIFY_EMAIL and not request.user.is_verified:
        raise ImageRefusedError(_("Confirm your e-mail address first. We sent you a link."))
    wait_seconds = hit(f"picture:{request.user.pk}", PICTURES_PER_HOUR, 3600)
    if wait_seconds:
        raise TooManyImagesError(wait_seconds)
    # One byte more than allowed, so that the rest of a huge file is never read.
    return add_image(uploader=request.user, data=file.read(MAX_BYTES + 1))
