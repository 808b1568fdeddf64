"""The HTML that writers use within Markdown: which tags pass, and what is left of their attributes.

Everything else is text. The sanitiser has its own lists and the last word; this is about what a
page of this site can show.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

VOID = {"br", "hr", "img"}
# What a name means that is no longer HTML, or that this site shows in its own way.
_STANDS_FOR = {"center": "div", "font": "span", "strike": "s", "tt": "code", "big": "span"}
KNOWN = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "dd", "del"),
    *("details", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4"),
    *("h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s"),
    *("section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody"),
    *("td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "big"),
}
_KEPT = {
    "a": {"href", "title", "id", "name"},
    "abbr": {"title"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height", "title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
# An opening tag ends what its author did not close: <li>a<li>b.
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
    """`name` is that of the element to make; `source` as it was written."""

    name: str
    source: str
    is_closing: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


def pieces_of(html: str) -> Iterator[tuple[int, Tag | str]]:
    """A piece of HTML as (place, tag or text); comments and what declares something are left out.

    Text comes as it was written; so does a tag that is not known.
    """
    position = written = 0
    # Looked for once already: there is none further on.
    unclosed: set[str] = set()
    while (at := html.find("<", position)) >= 0:
        if html.startswith(("<!--", "<?", "<!"), at):
            end = _end_of_comment(html, at, unclosed)
            if end < 0:
                position = at + 1
                continue
            if at > written:
                yield written, html[written:at]
            position = written = end
            continue
        found = _TAG.match(html, at)
        if not found or found["name"].lower() not in KNOWN:
            position = at + 1
            continue
        if at > written:
            yield written, html[written:at]
        yield at, _tag(found)
        position = written = found.end()
    if written < len(html):
        yield written, html[written:]


def _end_of_comment(html: str, at: int, unclosed: set[str]) -> int:
    """Where a comment, a declaration or an instruction ends; -1 for one that does not."""
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


def _tag(found: re.Match[str]) -> Tag:
    name = found["name"].lower()
    stands_for = _STANDS_FOR.get(name, name)
    if found["close"]:
        return Tag(stands_for, found[0], is_closing=True)
    told: dict[str, str] = {}
    for key, *values in _ATTRIBUTE.findall(found["attributes"]):
        told.setdefault(key.lower(), unescape("".join(values)))
    kept = {key: told[key] for key in _KEPT.get(name, ()) if key in told}
    for key in ("width", "height", "colspan", "rowspan", "start"):
        if key in kept and not _NUMBER.match(kept[key].removesuffix("px")):
            del kept[key]
        elif key in kept:
            kept[key] = kept[key].removesuffix("px")
    if "name" in kept:
        kept.setdefault("id", kept.pop("name"))
    align = "center" if name == "center" else told.get("align", "").lower()
    if align in {"left", "center", "right"} and name != "img":
        kept["class"] = f"m-{align}"
    return Tag(stands_for, found[0], attributes=kept)
