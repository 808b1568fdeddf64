"""Bundle stylesheets that import others or contain fonts into single files.

static/css/site.css imports its layers with `@import`. Browsers would fetch them one after the other
before showing the page, and they compress less well one by one. So whenever static files are looked
up (collectstatic, tests, the development server), the sheet contains its parts, without comments and
space, which saves 1.2 KB on the first visit.

The math fonts (static/css/math-font*.css) are embedded in their sheets for another reason: browsers
wait for a stylesheet, but not for a font. A font that arrives after the first paint shifts the text,
and without it brackets don't stretch.
"""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage

from common.files import write_whole

SHEET = "css/site.css"
BUNDLED = {SHEET, "css/math-font.css", "css/math-font-inline.css"}
IMPORT = re.compile(r'@import url\("([\w-]+\.css)"\);')
INSIDE = re.compile(r'url\("([^"]+\.woff2)#inside"\)')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SPACE = re.compile(r"""("[^"]*"|'[^']*')|\s*([{};,>])\s*|(:)[ ]+|\s+""")


def bundle(sheet: Path) -> str:
    """Return the text of `sheet` with its imports and the fonts marked "#inside" embedded."""

    def part(match: re.Match[str]) -> str:
        return sheet.with_name(match[1]).read_text(encoding="utf-8")

    def font(match: re.Match[str]) -> str:
        data = (sheet.parent / match[1]).read_bytes()
        return f'url("data:font/woff2;base64,{base64.b64encode(data).decode()}")'

    text = INSIDE.sub(font, IMPORT.sub(part, sheet.read_text(encoding="utf-8")))
    return SPACE.sub(_without_space, COMMENT.sub("", text)).strip()


def _without_space(match: re.Match[str]) -> str:
    """Keep strings, drop the space around punctuation, and leave one blank anywhere else."""
    return match[1] or match[2] or match[3] or " "


class BundlingFinder(FileSystemFinder):
    """Find the files of STATICFILES_DIRS, and the bundled versions of stylesheets."""

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
    """Write the bundled sheet and return its path, safely while other processes read or write it."""
    target = _folder() / path
    style = bundle(sheet)
    if target.exists() and target.read_text(encoding="utf-8") == style:
        return target
    write_whole(target, style.encode())
    return target
