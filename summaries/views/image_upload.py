"""Pictures, taken in from the writing page; `shortscience.middleware.media` serves them."""

import logging

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.files import StorageFullError
from common.http.json_errors import error_body
from common.http.ratelimit import allow, too_many_message, too_many_requests
from summaries.media.image_processing import MAX_BYTES, ImageRefusedError
from summaries.media.images import add_image, address_of
from summaries.models import Image

log = logging.getLogger(__name__)

PICTURES_PER_HOUR = 60


class TooManyImagesError(ImageRefusedError):
    def __init__(self, wait_seconds: int):
        super().__init__(too_many_message(wait_seconds))
        self.wait_seconds = wait_seconds


@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    """An `image` to show in a text: {"url", "width", "height"}; else {"error"}."""
    if not request.user.is_authenticated:
        return JsonResponse(error_body(_("You are signed out.")), status=401)
    try:
        image = take_in(request)
    except TooManyImagesError as error:
        return too_many_requests(error.wait_seconds, JsonResponse(error_body(str(error))))
    except ImageRefusedError as error:
        return JsonResponse(error_body(str(error)), status=422)
    except StorageFullError:
        log.exception("A picture that was sent could not be kept.")
        return JsonResponse(error_body(no_room()), status=507)  # RFC 4918, 11.5
    url = address_of(image)
    # `address` is what the scripts of pages read that were open during an upgrade.
    body = {"url": url, "address": url, "width": image.width, "height": image.height}
    return JsonResponse(body, status=201)


def no_room() -> str:
    return _(
        "This site has no storage space left at the moment. Your text is still here. "
        "Keep writing, and upload the image again later."
    )


def take_in(request: HttpRequest) -> Image:
    """The file `image` of a form; raises ImageRefusedError, TooManyImagesError, StorageFullError."""
    # The second is its name in pages that were open during an upgrade.
    file = request.FILES.get("image") or request.FILES.get("picture")
    if file is None:
        raise ImageRefusedError(_("No image received. Choose a file first."))
    if settings.VERIFY_EMAIL and not request.user.is_verified:
        raise ImageRefusedError(_("Confirm your e-mail address first. We sent you a link."))
    wait_seconds = allow(f"picture:{request.user.pk}", PICTURES_PER_HOUR, 3600)
    if wait_seconds:
        raise TooManyImagesError(wait_seconds)
    # One byte more than may be, so that the rest of a huge file is not read at all.
    return add_image(uploader=request.user, data=file.read(MAX_BYTES + 1))
