"""Serve the pictures of texts before sessions, languages and compression."""

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
    """Before sessions, languages and compression, for they are the same for all."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = _PATH.match(request.path_info)
        if found is None or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        return _picture(request, found["digest"], found["ending"]) or self.get_response(request)


def _picture(request: HttpRequest, digest: str, ending: str) -> HttpResponse | None:
    """Its name is what is in it: no cache ever has to ask again. None when there is none.

    Nor when the file is not what its name says: caches would keep it for a year.
    """
    try:
        with default_storage.open(f"images/{digest}.{ending}") as file:
            data = file.read()
    except FileNotFoundError:
        return None
    if hashlib.sha256(data).hexdigest() != digest:
        log.error("images/%s.%s is not what its name says: restore or upload it.", digest, ending)
        return None
    answer = HttpResponse(data, content_type=_TYPES[ending])
    answer["Cache-Control"] = f"public, max-age={A_YEAR_SECONDS}, immutable"
    # Opened by itself it is a page of its own, which may do nothing.
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    etag = f'"{digest}"'
    answer["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=answer)
