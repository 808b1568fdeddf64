"""Pictures in finished HTML: ours with their size, those of other hosts as a link.

Readers' browsers talk to us alone, so that no other host learns who reads what.
"""

import re
from collections.abc import Mapping
from html import escape, unescape

from common.http.urls import parts_of
from common.text.integers import parse_positive_int
from summaries.rendering.results import ShownPicture

# What our own renderer wrote: attributes are quoted, and no < or > stands in them.
_TOKEN = re.compile(r"<(?P<open>a)\b|</(?P<close>a)>|<img\b(?P<attributes>[^<>]*)>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


def show_pictures(
    html: str, pictures: Mapping[str, ShownPicture] | None
) -> tuple[str, tuple[str, ...]]:
    """The HTML with each picture as readers get it, and the addresses that were written.

    A picture of another host that is not in `pictures` becomes a link; with None nothing does.
    """
    sources: dict[str, None] = {}
    depth = 0

    def put(token: re.Match[str]) -> str:
        nonlocal depth
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        else:
            told = {
                name: unescape(value) for name, value in _ATTRIBUTE.findall(token["attributes"])
            }
            sources[told.get("src", "")] = None
            if pictures is not None:
                has_caption = token.string.startswith("<figcaption>", token.end())
                return _shown(token[0], told, pictures, in_link=depth > 0, has_caption=has_caption)
        return token[0]

    html = _TOKEN.sub(put, html)
    return html, tuple(sources)


def _shown(
    tag: str,
    told: dict[str, str],
    pictures: Mapping[str, ShownPicture],
    *,
    in_link: bool,
    has_caption: bool,
) -> str:
    source = told.get("src", "")
    picture = pictures.get(source)
    if picture:
        size = _size(told.get("width", ""), picture)
        alt, title = escape(told.get("alt", "")), escape(told.get("title", ""))
        named = f' title="{title}"' if title else ""
        return f'<img src="{escape(picture.url)}" alt="{alt}"{named}{size} loading="lazy">'
    if source.startswith("/"):
        return tag
    words = f"Picture on {parts_of(source).hostname or 'another host'}"
    if told.get("alt") and not has_caption:
        words = f"{words}: {told['alt']}"
    if in_link:
        return escape(words)
    return f'<a href="{escape(source)}" rel="ugc nofollow noopener">{escape(words)}</a>'


def _size(wished: str, picture: ShownPicture) -> str:
    """The picture's own, or as wide as the writer wants it in the same proportion."""
    if wished.endswith("%"):
        return f' width="{wished}"'
    width = parse_positive_int(wished, most_digits=4) or picture.width
    return f' width="{width}" height="{max(round(picture.height * width / picture.width), 1)}"'
