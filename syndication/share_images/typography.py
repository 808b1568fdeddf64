"""Lines of text in an image; letters missing in a font are taken from the next one. Pure."""

import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from PIL import ImageDraw, ImageFont

_FONTS = Path(__file__).parent / "fonts"
_STATIC = Path(__file__).parent.parent.parent / "static" / "vendor"
_FAMILIES = {
    "serif": "source-serif-4.5.1/SourceSerif4-Regular.ttf.woff2",
    "serif-bold": "source-serif-4.5.1/SourceSerif4-Semibold.ttf.woff2",
    "sans": "source-sans-3.46.0/SourceSans3-Regular.ttf.woff2",
    "sans-bold": "source-sans-3.46.0/SourceSans3-Semibold.ttf.woff2",
}
# Fallback fonts, in this order: formulas, Japanese, Chinese, Korean.
_OTHERS = (
    _STATIC / "stix-two-math-5.3.0" / "stix-two-math-core.woff2",
    _STATIC / "stix-two-math-5.3.0" / "stix-two-math-rest.woff2",
    _FONTS / "noto-serif-5.3.0" / "noto-serif-jp-japanese-400-normal.woff2",
    _FONTS / "noto-serif-5.3.0" / "noto-serif-sc-chinese-simplified-400-normal.woff2",
    _FONTS / "noto-serif-5.3.0" / "noto-serif-kr-korean-400-normal.woff2",
)
_BELOW = {"": 0.0, "<super>": -0.34, "<sub>": 0.14}
_SMALL = 0.62
_MORE = " …"
# No font has this character, so that it draws the box for missing ones.
_NO_LETTERS = "\uffff"
# FreeType's faces are not thread-safe, and one for each thread would take too much memory: see
# `_font`.
_fonts_in_use = threading.Lock()
# Chinese and Japanese are written without spaces: a line may break after any character.
_IDEOGRAPHS = ((0x2E80, 0xA4CF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF))


@dataclass(frozen=True)
class Typeface:
    """A font family in one size, in pixels."""

    family: str
    size: int

    def width(self, text: str) -> float:
        with _fonts_in_use:
            return sum(font.getlength(run) for font, run, _below in _runs(self, text))

    def draw(self, on: ImageDraw.ImageDraw, at: tuple[float, float], text: str, fill: str) -> None:
        """Draw text; `at` is the left end of its base line."""
        left, base = at
        with _fonts_in_use:
            for font, run, below in _runs(self, text):
                on.text((left, base + below), run, font=font, fill=fill, anchor="ls")
                left += font.getlength(run)


def wrap(text: str, letters: Typeface, *, width: float, lines: int) -> list[str]:
    """Break text between words into at most `lines` lines; a text that is cut ends in "…"."""
    wrapped: list[str] = []
    line = ""
    pieces = list(_pieces(text, letters, width))
    for index, piece in enumerate(pieces):
        if line and letters.width((line + piece).rstrip()) > width:
            wrapped.append(line.rstrip())
            line = ""
            if len(wrapped) == lines:
                wrapped[-1] = shortened(wrapped[-1] + " " + "".join(pieces[index:]), letters, width)
                return wrapped
        line += piece
    return [*wrapped, line.rstrip()] if line.strip() else wrapped


def balanced(text: str, letters: Typeface, *, width: float, lines: int) -> list[str]:
    """Break text like `wrap`, into as many lines but of nearly the same length.

    So that no last line has a single word.
    """
    wrapped = wrap(text, letters, width=width, lines=lines)
    if not 1 < len(wrapped) <= lines or wrapped[-1].endswith(_MORE):
        return wrapped
    for part in range(19, 10, -1):
        narrower = wrap(text, letters, width=width * part / 20, lines=lines)
        if len(narrower) > len(wrapped) or narrower[-1].endswith(_MORE):
            break
        wrapped = narrower
    return wrapped


def shortened(text: str, letters: Typeface, width: float) -> str:
    """Return `text` if it is no wider than `width`, else its beginning and "…"."""
    if letters.width(text) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = letters.width(text[:middle].rstrip(" ,;:") + _MORE) <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    cut = text[:low]
    # Between words, unless the last word is longer than half a line.
    whole = cut.rpartition(" ")[0] if text[low : low + 1].strip() else cut
    cut = whole if len(whole) * 2 > len(cut) else cut
    return cut.rstrip(" ,;:") + _MORE


def _pieces(text: str, letters: Typeface, width: float) -> Iterator[str]:
    """Yield words with the space after them.

    Words wider than a line, and ideographs, are split into characters.
    """
    for word in text.split():
        if any(map(_is_ideograph, word)) or letters.width(word) > width:
            yield from word[:-1]
            yield word[-1] + " "
        else:
            yield word + " "


def _is_ideograph(letter: str) -> bool:
    return any(first <= ord(letter) <= last for first, last in _IDEOGRAPHS)


def _runs(letters: Typeface, text: str) -> Iterator[tuple[ImageFont.FreeTypeFont, str, float]]:
    """Yield `text` in parts: the first font that has all characters, the part, and its offset.

    The offset is how far below the base line the part is drawn. A character that no font has is left
    out: better than a box. Raised and lowered characters are drawn as small ones, because fonts have
    only a few of them: in "x²ⁿ⁺¹" all have to look alike.
    """
    own = _FONTS / _FAMILIES[letters.family]
    shown = [_shown(letter) for letter in text]
    for (path, level), run in groupby(shown, key=lambda item: (_font_with(item[0], own), item[1])):
        if path is not None:
            size = round(letters.size * (_SMALL if level else 1))
            yield _font(path, size), "".join(item[0] for item in run), letters.size * _BELOW[level]


@cache
def _shown(letter: str) -> tuple[str, str]:
    """Return the character to draw, and "<super>", "<sub>" or "" for its position."""
    level, _blank, code = unicodedata.decomposition(letter).partition(" ")
    if level in _BELOW and level and " " not in code:
        return chr(int(code, 16)), level
    return letter, ""


@lru_cache(maxsize=20_000)
def _font_with(letter: str, own: Path) -> Path | None:
    for path in (own, *_OTHERS):
        if letter.isspace() or _mask(path, letter) != _mask(path, _NO_LETTERS):
            return path
    return None


def _mask(path: Path, letter: str) -> bytes:
    mask = _font(path, 20).getmask(letter)
    return bytes(mask) + repr(mask.size).encode()


# Each holds its file, five megabytes for fonts with thousands of characters.
@lru_cache(maxsize=24)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    # Parts in different fonts are laid out independently of each other.
    return ImageFont.truetype(path, size)
