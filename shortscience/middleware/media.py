"""Serve the pictures in texts before sessions, languages and compression."""

import hashlib
import logging
import re

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

log = logging.getLogger(__name__)


_PATH = re.compile(r"/media/images/(?P<digest>[0-9a-f]{64})\.(?P<ending>png|jpg|webp)\Z")


_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


A_YEAR_SECONDS = 31_536_000


class MediaMiddleware:
    """Serve pictures; it comes first because they are the same for everyone."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        match = _PATH.match(request.path_info)
        if match is None or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        return _picture(request, match["digest"], match["ending"]) or self.get_response(request)


def _picture(request: HttpRequest, digest: str, ending: str) -> HttpResponse | None:
    """Return the picture, which caches may keep for a year because its name is its digest.

    Returns None when the file is missing, or when its content does not match its name.
    """
    try:
        with default_storage.open(f"images/{digest}.{ending}") as file:
            data = file.read()
    except FileNotFoundError:
        return None
    if hashlib.sha256(data).hexdigest() != digest:
        log.error(
            "The content of images/%s.%s does not match its name. Restore the file.", digest, ending
        )
        return None
    response = HttpResponse(data, content_type=_TYPES[ending])
    response["Cache-Control"] = f"public, max-age={A_YEAR_SECONDS}, immutable"
    # Opened directly, the picture is a document of its own, which must not load anything.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    etag = f'"{digest}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response)
