"""Draw a share image, a PNG of 1200 by 630 pixels, for a paper or summary; pure.

https://ogp.me/#structured
"""

import unicodedata
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

from syndication.share_images.typography import Typeface, balanced, shortened, wrap

WIDTH, HEIGHT = 1200, 630
# A new number makes all stored images outdated.
LOOK = 2

# The site's colours on white, see static/css/tokens.css.
_SHEET, _INK, _INK_2, _INK_3 = "#ffffff", "#17202b", "#434d59", "#5f6975"
_LINK, _RULE, _MARK, _MARK_BG = "#174d8c", "#dde1e6", "#8a5200", "#fdf3dc"
_LEFT, _RIGHT, _TOP = 80, 1120, 92
_FOOT = 574


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The texts of the image, plain and without TeX; `score` is None without a summary."""

    site: str
    address: str  # "shortscience.example"
    title: str
    authors: str  # "Vaswani, Shazeer and 6 more"
    where: str  # "NeurIPS 2017"
    sentence: str
    caption: str  # "3 summaries", or who wrote the summary
    score: int | None


def draw(facts: Facts) -> bytes:
    """Draw the image and return the PNG."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _SHEET)
    on = ImageDraw.Draw(image)
    on.rectangle((0, 0, 16, HEIGHT), fill=_MARK)
    bottom = _heading(on, facts)
    _sentence(on, facts, bottom)
    _foot(on, facts)
    file = BytesIO()
    # Few colours: a palette reduces the file to a third without a visible difference.
    image.quantize(colors=64, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def _heading(on: ImageDraw.ImageDraw, facts: Facts) -> float:
    """Draw site, title and byline, and return the position of the last base line.

    The font of a long title gets smaller before the title is shortened.
    """
    mark, brand = Typeface("serif", 36), Typeface("serif-bold", 36)
    mark.draw(on, (_LEFT, _TOP), "¶", _MARK)
    site = shortened(_tidy(facts.site), brand, 420)
    brand.draw(on, (_LEFT + mark.width("¶") + 9, _TOP), site, _INK)
    where, small = _tidy(facts.where), Typeface("sans", 28)
    where = shortened(where, small, 560)
    small.draw(on, (_RIGHT - small.width(where), _TOP), where, _INK_3)
    title = _tidy(facts.title)
    for size, most in ((64, 2), (52, 3), (44, 3)):
        letters = Typeface("serif-bold", size)
        lines = balanced(title, letters, width=_RIGHT - _LEFT, lines=most)
        if not lines or not lines[-1].endswith(" …"):
            break
    base = _TOP + 34
    for line in lines:
        base += round(size * 1.18)
        letters.draw(on, (_LEFT, base), line, _INK)
    authors = Typeface("sans", 30)
    base += 52
    authors.draw(
        on, (_LEFT, base), shortened(_tidy(facts.authors), authors, _RIGHT - _LEFT), _INK_2
    )
    return base


def _sentence(on: ImageDraw.ImageDraw, facts: Facts, top: float) -> None:
    letters = Typeface("serif", 34)
    step = 46
    base = top + 76
    room = int((_FOOT - 70 - base) // step) + 1
    if room < 1 or not facts.sentence:
        return
    lines = wrap(_tidy(facts.sentence), letters, width=_RIGHT - _LEFT, lines=min(room, 4))
    on.line((_LEFT, top + 32, _LEFT + 96, top + 32), fill=_RULE, width=3)
    for line in lines:
        letters.draw(on, (_LEFT, base), line, _INK)
        base += step


def _foot(on: ImageDraw.ImageDraw, facts: Facts) -> None:
    bold, address = Typeface("sans-bold", 28), Typeface("sans", 26)
    left = _LEFT
    if facts.score is not None:
        score = f"{facts.score:,}".replace("-", "\N{MINUS SIGN}")
        width = bold.width(score) + 64
        on.rounded_rectangle((left, _FOOT - 38, left + width, _FOOT + 14), 6, fill=_MARK_BG)
        top, middle = _FOOT - 22, left + 27
        triangle = [(middle, top), (middle + 11, top + 18), (middle - 11, top + 18)]
        on.polygon(triangle, fill=_MARK)
        bold.draw(on, (left + 48, _FOOT - 2), score, _MARK)
        left += width + 24
    site = shortened(_tidy(facts.address), address, 420)
    room = _RIGHT - left - address.width(site) - 40
    bold.draw(on, (left, _FOOT - 2), shortened(_tidy(facts.caption), bold, room), _INK_2)
    address.draw(on, (_RIGHT - address.width(site), _FOOT - 2), site, _INK_3)


def _tidy(text: str) -> str:
    """Remove what cannot be drawn: control characters, direction marks, repeated white space."""
    letters = (" " if letter.isspace() else letter for letter in unicodedata.normalize("NFC", text))
    return " ".join(
        "".join(char for char in letters if unicodedata.category(char)[0] != "C").split()
    )
