"""Parse the HTML that authors use inside Markdown: the allowed tags and their allowed attributes.

Everything else is shown as text. This is about what a page can show; the sanitiser, which has its
own lists, is responsible for safety.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

VOID = {"br", "hr", "img"}
# Replacements for obsolete elements.
_STANDS_FOR = {"center": "div", "font": "span", "strike": "s", "tt": "code", "big": "span"}
KNOWN = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "dd", "del"),
    *("details", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4"),
    *("h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s"),
    *("section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody"),
    *("td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "big"),
}
_ALLOWED_ATTRIBUTES = {
    "a": {"href", "title", "id", "name"},
    "abbr": {"title"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height", "title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
# An opening tag closes elements of these kinds that are still open: <li>a<li>b.
ENDS = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"td", "th", "tr"},
    "tbody": {"td", "th", "tr", "thead", "tbody"},
    "tfoot": {"td", "th", "tr", "thead", "tbody"},
    **{
        name: {"p"}
        for name in (
            *("p", "div", "ul", "ol", "table", "blockquote"),
            *("h1", "h2", "h3", "h4", "h5", "h6"),
        )
    },
}
_NUMBER = re.compile(r"\d{1,4}%?\Z")
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)"
    r"(?P<attributes>(?:\s+[^\s<>\"'=/`]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*+)\s*/?>"
)
_DECLARATION = re.compile(r"<![A-Za-z][^<>]*>")
_ATTRIBUTE = re.compile(
    r"([^\s<>\"'=/`]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?", re.DOTALL
)


@dataclass(frozen=True)
class Tag:
    """A tag: `name` is the element to create, and `source` is the tag as it was written."""

    name: str
    source: str
    is_closing: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


def pieces_of(html: str) -> Iterator[tuple[int, Tag | str]]:
    """Yield (index, tag or text) for each part of HTML, without comments and declarations.

    Text is returned as it was written, with its entities. Unknown tags are text.
    """
    position = text_start = 0
    # Openings of comments that have no end in the rest of the text, so that we search only once.
    unclosed: set[str] = set()
    while (at := html.find("<", position)) >= 0:
        if html.startswith(("<!--", "<?", "<!"), at):
            end = _end_of_comment(html, at, unclosed)
            if end < 0:
                position = at + 1
                continue
            if at > text_start:
                yield text_start, html[text_start:at]
            position = text_start = end
            continue
        match = _TAG.match(html, at)
        if not match or match["name"].lower() not in KNOWN:
            position = at + 1
            continue
        if at > text_start:
            yield text_start, html[text_start:at]
        yield at, _tag(match)
        position = text_start = match.end()
    if text_start < len(html):
        yield text_start, html[text_start:]


def _end_of_comment(html: str, at: int, unclosed: set[str]) -> int:
    """Return where a comment, declaration or processing instruction ends, or -1."""
    for whole in ("<!-->", "<!--->"):
        if html.startswith(whole, at):
            return at + len(whole)
    for begin, end in (("<!--", "-->"), ("<?", "?>")):
        if html.startswith(begin, at):
            closed = -1 if begin in unclosed else html.find(end, at + len(begin))
            if closed < 0:
                unclosed.add(begin)
                return -1
            return closed + len(end)
    declaration = _DECLARATION.match(html, at)
    return declaration.end() if declaration else -1


def _tag(match: re.Match[str]) -> Tag:
    name = match["name"].lower()
    stands_for = _STANDS_FOR.get(name, name)
    if match["close"]:
        return Tag(stands_for, match[0], is_closing=True)
    attributes: dict[str, str] = {}
    for key, *values in _ATTRIBUTE.findall(match["attributes"]):
        attributes.setdefault(key.lower(), unescape("".join(values)))
    allowed = {
        key: attributes[key] for key in _ALLOWED_ATTRIBUTES.get(name, ()) if key in attributes
    }
    for key in ("width", "height", "colspan", "rowspan", "start"):
        if key in allowed and not _NUMBER.match(allowed[key].removesuffix("px")):
            del allowed[key]
        elif key in allowed:
            allowed[key] = allowed[key].removesuffix("px")
    if "name" in allowed:
        allowed.setdefault("id", allowed.pop("name"))
    align = "center" if name == "center" else attributes.get("align", "").lower()
    if align in {"left", "center", "right"} and name != "img":
        allowed["class"] = f"m-{align}"
    return Tag(stands_for, match[0], attributes=allowed)
