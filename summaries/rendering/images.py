"""Replace the images in rendered HTML: ours get their size, others become links.

Readers' browsers only fetch images from this site, so that no other host learns who reads what.
"""

import re
from collections.abc import Mapping
from html import escape, unescape

from common.http.urls import parts_of
from common.text.integers import parse_positive_int
from summaries.rendering.results import ShownPicture

# Our renderer quotes all attributes, and escapes < and > in them.
_TOKEN = re.compile(r"<(?P<open>a)\b|</(?P<close>a)>|<img\b(?P<attributes>[^<>]*)>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


def show_images(
    html: str, pictures: Mapping[str, ShownPicture] | None
) -> tuple[str, tuple[str, ...]]:
    """Return the HTML with the images that readers get, and the URLs as they were written.

    An image on another host becomes a link unless `pictures`, which maps URLs to our copies, has it.
    If `pictures` is None, the HTML stays as it is.
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
            attributes = {
                name: unescape(value) for name, value in _ATTRIBUTE.findall(token["attributes"])
            }
            sources[attributes.get("src", "")] = None
            if pictures is not None:
                has_caption = token.string.startswith("<figcaption>", token.end())
                return _image_html(
                    token[0], attributes, pictures, in_link=depth > 0, has_caption=has_caption
                )
        return token[0]

    html = _TOKEN.sub(put, html)
    return html, tuple(sources)


def _image_html(
    tag: str,
    attributes: dict[str, str],
    pictures: Mapping[str, ShownPicture],
    *,
    in_link: bool,
    has_caption: bool,
) -> str:
    source = attributes.get("src", "")
    picture = pictures.get(source)
    if picture:
        size = _size(attributes.get("width", ""), picture)
        alt, title = escape(attributes.get("alt", "")), escape(attributes.get("title", ""))
        named = f' title="{title}"' if title else ""
        return f'<img src="{escape(picture.url)}" alt="{alt}"{named}{size} loading="lazy">'
    if source.startswith("/"):
        return tag
    label = f"Picture on {parts_of(source).hostname or 'another host'}"
    if attributes.get("alt") and not has_caption:
        label = f"{label}: {attributes['alt']}"
    if in_link:
        return escape(label)
    return f'<a href="{escape(source)}" rel="ugc nofollow noopener">{escape(label)}</a>'


def _size(requested_width: str, picture: ShownPicture) -> str:
    """Return the size attributes: the author's width, or the image's own, in the same proportion."""
    if requested_width.endswith("%"):
        return f' width="{requested_width}"'
    width = parse_positive_int(requested_width, most_digits=4) or picture.width
    return f' width="{width}" height="{max(round(picture.height * width / picture.width), 1)}"'
