"""Tools for readers: the browser extension, the bookmarklet, and links to the others."""

import io
import json
import zipfile
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shortscience.web import static_pages

EXTENSION = Path(settings.BASE_DIR) / "extension"
BROWSERS = ("chromium", "firefox")
# Zip files contain dates; a fixed one gives the same bytes for the same files.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


@require_safe
def tools(request: HttpRequest) -> HttpResponse:
    """Show the page."""
    add = settings.SITE_URL + reverse("add")
    context = {
        "page_title": _("Tools"),
        "tabs": static_pages.tabs("tools"),
        "bookmarklet": f"javascript:location.href='{add}?q='+encodeURIComponent(location.href)",
        "hosts": extension_hosts(),
    }
    return render(request, "tools.html", context)


@require_safe
def extension(request: HttpRequest, browser: str) -> HttpResponse:
    """Send the extension as a zip file, configured for this site."""
    if browser not in BROWSERS:
        raise Http404
    response = HttpResponse(packed(browser), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="shortscience-{browser}.zip"'
    response["Cache-Control"] = "public, max-age=3600"
    return response


@cache
def packed(browser: str) -> bytes:
    """Return the zip of `extension/`, its manifest reduced to what the browser knows."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zip_file:
        for path in sorted(EXTENSION.rglob("*")):
            if path.is_file() and path.suffix != ".md":
                name = path.relative_to(EXTENSION).as_posix()
                zip_file.writestr(zipfile.ZipInfo(name, _NO_DATE), _content(path, browser))
    return archive.getvalue()


def _content(path: Path, browser: str) -> bytes:
    if path.name == "site.js":
        return path.read_bytes().replace(b"http://127.0.0.1:8000", settings.SITE_URL.encode())
    if path.name != "manifest.json":
        return path.read_bytes()
    manifest = json.loads(path.read_text(encoding="utf-8"))
    if browser == "chromium":
        del manifest["browser_specific_settings"], manifest["background"]["scripts"]
    else:
        del manifest["minimum_chrome_version"], manifest["background"]["service_worker"]
    return json.dumps(manifest, ensure_ascii=False, indent=2).encode()


@cache
def extension_hosts() -> tuple[str, ...]:
    """Return the hosts on which the extension works, from its manifest."""
    manifest = json.loads((EXTENSION / "manifest.json").read_text(encoding="utf-8"))
    patterns = manifest["content_scripts"][0]["matches"]
    return tuple(sorted({pattern.split("/")[2].removeprefix("www.") for pattern in patterns}))
