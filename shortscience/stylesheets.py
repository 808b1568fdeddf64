"""Stylesheets that are written in parts and sent as one: layers of style, and fonts inside.

static/css/site.css names the layers with `@import`. A reader's browser would fetch one after the
other before it draws anything, and each packed alone they weigh more. So wherever static files are
found (collectstatic, tests, the development server) the sheet is found with its parts in it, and
without comments and indents, which are for people: 1.2 KB less at a first visit.

The fonts of formulas (static/css/math-font*.css) are sent inside their sheets for another reason:
browsers wait for a sheet, not for a font. A font that comes after the first drawing moves the text,
and one that is not waited for leaves brackets that do not grow.
"""

import base64
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage

SHEET = "css/site.css"
BUNDLED = {SHEET, "css/math-font.css", "css/math-font-inline.css"}
IMPORT = re.compile(r'@import url\("([\w-]+\.css)"\);')
INSIDE = re.compile(r'url\("([^"]+\.woff2)#inside"\)')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
INDENT = re.compile(r"\n\s*")


def bundle(sheet: Path) -> str:
    """Return the style of `sheet` with what it imports and the fonts marked "#inside" in place."""

    def part(match: re.Match[str]) -> str:
        return sheet.with_name(match[1]).read_text(encoding="utf-8")

    def font(match: re.Match[str]) -> str:
        data = (sheet.parent / match[1]).read_bytes()
        return f'url("data:font/woff2;base64,{base64.b64encode(data).decode()}")'

    text = INSIDE.sub(font, IMPORT.sub(part, sheet.read_text(encoding="utf-8")))
    return INDENT.sub("\n", COMMENT.sub("", text))


class BundlingFinder(FileSystemFinder):
    """Find files of STATICFILES_DIRS, and stylesheets with their parts in them."""

    def find_location(self, root: str, path: str, prefix: str | None = None) -> str | None:
        location = super().find_location(root, path, prefix)
        return str(_write(Path(location), path)) if location and path in BUNDLED else location

    def list(self, ignore_patterns: list[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for path, storage in super().list(ignore_patterns):
            if path in BUNDLED:
                _write(Path(storage.path(path)), path)
                yield path, FileSystemStorage(location=_folder())
            else:
                yield path, storage


def _folder() -> Path:
    return Path(settings.DATA_DIR, "bundled")


def _write(sheet: Path, path: str) -> Path:
    """Return a file with the whole style; another process can be about to read or write it."""
    target = _folder() / path
    style = bundle(sheet)
    if target.exists() and target.read_text(encoding="utf-8") == style:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=target.parent, delete=False
    ) as draft:
        draft.write(style)
    Path(draft.name).chmod(0o644)
    os.replace(draft.name, target)
    return target
