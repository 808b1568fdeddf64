"""Build Python-Markdown's element tree from tokens, in place of its own parser."""

import re
from collections import Counter
from collections.abc import Callable
from html import unescape
from xml.etree import ElementTree as etree

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown_it.token import Token

from common.texmath import split_math
from summaries.rendering import html_tags
from summaries.rendering.autolinks import split_bare
from summaries.rendering.emoji import EMOJI
from summaries.rendering.equations import is_math_fence
from summaries.rendering.html_tags import Tag, pieces_of
from summaries.rendering.paper_names import key_of_address, names_in
from summaries.rendering.parser import MAX_DEPTH
from summaries.rendering.pieces import Pieces
from summaries.rendering.results import TooManyPartsError, gettext_noop

DEEPEST = 3 * MAX_DEPTH
# Follows an escaped character that must not start a mention.
ESCAPED = "\ue003"
# The sanitiser needs a tenth of a millisecond for each element. A heading also has a link to itself,
# and a footnote has links in both directions.
MOST_PARTS = 10_000
SIGNS_OF_ONE_PART = 5  # & and < become entities, which bleach parses one by one.
WEIGHTS = {**dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), 4), "sup": 4, "stash": 2}
# On an image written as an HTML tag: it doesn't become a figure, because its author chose the tags.
AS_TAG = "data-as-tag"
# Elements with inline content: they can't contain a display formula.
_LINES = {
    *(
        "a",
        "abbr",
        "b",
        "cite",
        "code",
        "del",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "i",
        "ins",
    ),
    *("kbd", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "summary", "u"),
}
_NOT_IN_PARAGRAPHS = {"h1", "h2", "h3", "h4", "h5", "h6", "summary"}
_BLOCKS = {
    "paragraph": "p",
    "blockquote": "blockquote",
    "bullet_list": "ul",
    "ordered_list": "ol",
    "list_item": "li",
    "table": "table",
    "thead": "thead",
    "tbody": "tbody",
    "tr": "tr",
    "th": "th",
    "td": "td",
}
_SPANS = {"em": "em", "strong": "strong", "s": "del"}
_ALERTS = {"note": "ℹ️", "tip": "💡", "important": "❗", "warning": "⚠️", "caution": "🛑"}
_SHOWN_SOURCE = re.compile(r"(?:https?://|/)\S+\Z", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_EMOJI_NAME = re.compile(r":([a-z0-9_+-]{1,50}):")


class TokenParser(BlockParser):
    """Replace Python-Markdown's block and inline parsers: build the tree from tokens."""

    def __init__(self, md: Markdown, tokens: list[Token], pieces: Pieces):
        super().__init__(md)
        self.tokens, self.pieces = tokens, pieces

    def parseDocument(self, lines: object) -> "etree.ElementTree[etree.Element | None]":  # noqa: N802
        root = etree.Element(self.md.doc_tag)
        Builder(root, self.md, self.pieces).add(self.tokens)
        return etree.ElementTree(root)


class OpenElement:
    """An element that isn't closed yet.

    `tag` is the requested tag; if it was too deep, `element` is the one around it.
    """

    def __init__(self, element: etree.Element, tag: str, *, is_html: bool):
        self.element, self.tag, self.is_html = element, tag, is_html


class Builder:
    """Add the tokens of one text to a tree."""

    def __init__(self, root: etree.Element, md: Markdown, pieces: Pieces):
        self.md, self.pieces = md, pieces
        self.stack = [OpenElement(root, root.tag, is_html=False)]
        self.open_tags: Counter[str] = Counter()
        self.pending_text: list[str] = []
        self.line = 1
        self.weight = 0.0
        # Tokens of a link that was replaced by the link to a paper.
        self.tokens_to_skip = 0

    def add(self, tokens: list[Token]) -> None:
        """Add all tokens: each goes to the method that has its type as name."""
        for token in tokens:
            if token.map:
                self.line = token.map[0] + 1
            if token.type == "inline":
                self.pieces.begin_line(token.content, self.line)
                for child in token.children or []:
                    if self.tokens_to_skip:
                        self.tokens_to_skip -= 1
                    else:
                        self._add(child)
            else:
                self._add(token)
        self._flush()

    def _add(self, token: Token) -> None:
        base, _, end = token.type.rpartition("_")
        if end == "open" and base in _BLOCKS:
            self._open_block(token, _BLOCKS[base])
        elif end == "open" and base in _SPANS:
            self.open(_SPANS[base])
        elif end == "close":
            if not token.hidden:
                self.close()
        else:
            put: Callable[[Token], None] | None = getattr(self, f"_{token.type}", None)
            if put:
                put(token)

    # -- the tree -----------------------------------------------------------------------------

    @property
    def here(self) -> etree.Element:
        """The innermost open element."""
        return self.stack[-1].element

    def open(
        self, tag: str, attributes: dict[str, str] | None = None, *, is_html: bool = False
    ) -> etree.Element:
        """Open an element and return it, or the one around it if it is nested too deeply."""
        self._flush()
        self._count(tag)
        if len(self.stack) > DEEPEST:
            self._open_nothing(tag, is_html=is_html)
        else:
            element = etree.SubElement(self.here, tag, attributes or {})
            self._push(OpenElement(element, tag, is_html=is_html))
        return self.here

    def _push(self, item: OpenElement) -> None:
        self.stack.append(item)
        self.open_tags[item.tag] += 1

    def _pop(self) -> OpenElement:
        item = self.stack.pop()
        self.open_tags[item.tag] -= 1
        return item

    def _open_nothing(self, tag: str, *, is_html: bool = False) -> None:
        """Open something that adds no element to the page, only its content."""
        self._flush()
        self._push(OpenElement(self.here, tag, is_html=is_html))

    def close(self) -> None:
        """Close the innermost element of Markdown, and the unclosed HTML tags in it."""
        self._flush()
        while len(self.stack) > 1 and self._pop().is_html:
            pass

    def put(
        self, tag: str, attributes: dict[str, str] | None = None, text: str = ""
    ) -> etree.Element:
        """Add a complete element and return it."""
        self._flush()
        self._count(tag)
        element = etree.SubElement(self.here, tag, attributes or {})
        element.text = text or None
        return element

    def _count(self, tag: str) -> None:
        self.weight += WEIGHTS.get(tag, 1)
        self._check_weight()

    def _check_weight(self) -> None:
        if self.weight > MOST_PARTS:
            raise TooManyPartsError

    def write(self, text: str) -> None:
        """Add text to the innermost open element."""
        self.pending_text.append(text)

    def _flush(self) -> None:
        if not self.pending_text:
            return
        text = "".join(self.pending_text)
        self.weight += sum(map(text.count, "&<>")) / SIGNS_OF_ONE_PART
        self._check_weight()
        self.pending_text.clear()
        parent = self.here
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + text
        else:
            parent.text = (parent.text or "") + text

    def _is_within(self, *tags: str) -> bool:
        return any(self.open_tags[tag] for tag in tags)

    # -- blocks -------------------------------------------------------------------------------

    def _open_block(self, token: Token, tag: str) -> None:
        if token.hidden:
            return
        attributes: dict[str, str] = {}
        if tag == "ol" and token.attrGet("start") is not None:
            attributes["start"] = str(token.attrGet("start"))
        align = str(token.attrGet("style") or "").removeprefix("text-align:")
        if align in {"center", "right"}:
            attributes["class"] = f"m-{align}"
        self.open(tag, attributes)

    def _heading_open(self, token: Token) -> None:
        self.open(token.tag)

    def _hr(self, token: Token) -> None:
        self.put("hr")

    def _fence(self, token: Token) -> None:
        language = token.info.split()[0].strip("{.}") if token.info.strip() else ""
        if is_math_fence(token):
            self.pieces.go_to(token)
            self._display(token)
            return
        self.pieces.check_fence(token)
        self._block_of_html(self.pieces.code(token.content.rstrip("\n"), language))
        if language == "mermaid":
            self.put("p", text="This diagram is shown as its source.")

    def _code_block(self, token: Token) -> None:
        self._block_of_html(self.pieces.code(token.content.rstrip("\n"), ""))

    def _block_of_html(self, html: str) -> None:
        """Add HTML as a block: Python-Markdown replaces a paragraph with only a placeholder by the HTML."""
        self.put("p", text=self.md.htmlStash.store(html))

    def _alert_open(self, token: Token) -> None:
        kind = str(token.meta["kind"]).lower()
        self.open("blockquote", {"class": f"alert alert-{kind}"})

    def _alert_title_open(self, token: Token) -> None:
        kind = (self.here.get("class") or "").rpartition("-")[2]
        self.open("p", {"class": "alert-title"})
        icon = self.put("span", {"aria-hidden": "true"}, _ALERTS.get(kind, ""))
        icon.tail = " "

    def _html_block(self, token: Token) -> None:
        self.pieces.begin_line(token.content, self.line)
        first = next(pieces_of(token.content.lstrip()), None)
        is_line = isinstance(first, tuple) and isinstance(first[1], Tag) and _is_of_a_line(first[1])
        if is_line and not self.stack[-1].is_html:
            self.open("p")
            self._html(token.content, is_block=True)
            self.close()
        else:
            self._html(token.content, is_block=True)

    def _footnote_block_open(self, token: Token) -> None:
        self.open("div", {"class": "notes"})
        self.open("ol")

    def _footnote_block_close(self, token: Token) -> None:
        self.close()
        self.close()

    def _footnote_open(self, token: Token) -> None:
        self.open("li", {"id": self.pieces.note_id(token)})

    def _footnote_anchor(self, token: Token) -> None:
        if token.meta["subId"] >= MOST_BACK_LINKS:
            return
        if self.here.tag == "li" or len(self.stack) > DEEPEST:
            self.open("p")
            self._footnote_anchor(token)
            self.close()
            return
        self.write(" ")
        link = {"class": "note-ref", "aria-label": "Back to the text"}
        self.put("a", {"href": f"#{self.pieces.reference_id(token)}", **link}, "↩")

    # -- lines --------------------------------------------------------------------------------

    def _text(self, token: Token) -> None:
        text = token.content
        if self._is_within("a"):
            self.write(_EMOJI_NAME.sub(self._emoji, text))
            return
        position = 0
        for begin, end, key in names_in(text):
            html = self.pieces.named_paper(key, text[begin:end])
            if html:
                self._plain_text(text[position:begin])
                self._line_of_html(html)
                position = end
        self._plain_text(text[position:])

    def _plain_text(self, text: str) -> None:
        text = _EMOJI_NAME.sub(self._emoji, text) if ":" in text else text
        if "@" in text or "www." in text:
            for shown, address in split_bare(text):
                if address:
                    self.put("a", {"href": address}, shown)
                else:
                    self.write(shown)
        else:
            self.write(text)

    def _text_special(self, token: Token) -> None:
        is_escape = token.info == "escape" and token.content in "@["
        self.write(token.content + (ESCAPED if is_escape else ""))

    def _emoji(self, match: re.Match[str]) -> str:
        return EMOJI.get(match[1], match[0])

    def _softbreak(self, token: Token) -> None:
        self.write("\n")

    def _hardbreak(self, token: Token) -> None:
        self.put("br")

    def _code_inline(self, token: Token) -> None:
        self.put("code", text=token.content)

    def _link_open(self, token: Token) -> None:
        attributes = {name: str(value) for name, value in token.attrs.items()}
        key = key_of_address(attributes.get("href", "")) if token.info == "auto" else ""
        html = self.pieces.named_paper(key, key) if key else ""
        if html:
            self._line_of_html(html)
            self.tokens_to_skip = 2  # The text of the link, and its end.
            return
        if _is_relative(attributes.get("href", "")):
            self.pieces.go_to(token)
            self.pieces.add_relative_address_problem(
                attributes["href"], token.markup, is_picture=False
            )
            self._open_nothing("a")
        else:
            self.open("a", attributes)

    def _image(self, token: Token) -> None:
        attributes = {"src": str(token.attrGet("src") or ""), "alt": plain(token.children or [])}
        if token.attrGet("title"):
            attributes["title"] = str(token.attrGet("title"))
        if not attributes["alt"].strip():
            self.pieces.go_to(token)
            message = gettext_noop("This image has no description. Describe it in the brackets.")
            self.pieces.add_problem(token.markup, message)
        self.pieces.go_to(token)
        self._picture(attributes, attributes["alt"])

    def _picture(self, attributes: dict[str, str], source: str) -> None:
        """Add an image, or text instead if the URL is relative or not allowed."""
        address = attributes.get("src", "")
        if address.startswith("//"):
            address = attributes["src"] = f"https:{address}"
        if _SHOWN_SOURCE.match(address):
            attributes.setdefault("alt", "")
            self.put("img", attributes)
        elif _SCHEME.match(address) or not address:
            self.write(source)
        else:
            self.pieces.add_relative_address_problem(address, source, is_picture=True)
            self.write(
                f"Picture {address}" + (f": {attributes['alt']}" if attributes.get("alt") else "")
            )

    def _footnote_ref(self, token: Token) -> None:
        number = str(token.meta["id"] + 1)
        sup = self.put("sup", {"id": self.pieces.reference_id(token)})
        link = {"class": "note-ref", "href": f"#{self.pieces.note_id(token)}"}
        etree.SubElement(sup, "a", {**link, "aria-label": f"Note {number}"}).text = number

    def _html_inline(self, token: Token) -> None:
        self._html(token.content, is_block=False)

    def _formula(self, token: Token) -> None:
        self.pieces.go_to(token)
        if token.meta["display"]:
            self._display(token)
        else:
            self._line_of_html(self.pieces.formula(token, display=False)[0])

    def _display(self, token: Token) -> None:
        if self.here.tag in _LINES:
            self._line_of_html(self.pieces.formula(token, display=False)[0])
            return
        html, anchor = self.pieces.formula(token, display=True)
        if html:
            self._box(html, anchor)

    def _box(self, formula: str, anchor: str = "") -> None:
        """Add a display formula; it splits the paragraph around it."""
        is_in_paragraph = self.stack[-1].tag == "p" and not self.stack[-1].is_html
        if is_in_paragraph:
            self.close()
        self._block_of_html(self.pieces.equation(formula, anchor))
        if is_in_paragraph:
            self.open("p")

    def _line_of_html(self, html: str) -> None:
        if html:
            if not html.startswith("<math"):
                self._count("stash")
            self.write(self.md.htmlStash.store(html))

    def _cite(self, token: Token) -> None:
        self.pieces.go_to(token)
        self._citation(token.content, token.markup)

    def _citation(self, content: str, source: str) -> None:
        self._line_of_html(self.pieces.citation(content, source))

    def _reference(self, token: Token) -> None:
        self.pieces.go_to(token)
        reference = self.pieces.equation_reference(token)
        if reference:
            anchor, shown = reference
            self.put("a", {"class": "eq-ref", "href": f"#{anchor}"}, shown)
        else:
            self.write(token.markup)

    def _lint(self, token: Token) -> None:
        self.pieces.add_lint_problem(token)

    # -- HTML ---------------------------------------------------------------------------------

    def _html(self, html: str, *, is_block: bool) -> None:
        for at, piece in pieces_of(html):
            if isinstance(piece, Tag):
                self.pieces.at = at if is_block else self.pieces.at
                self._tag(piece)
            elif is_block and not self._is_within("pre", "code"):
                self._text_in_html(piece, at)
            else:
                self.write(unescape(piece))

    def _text_in_html(self, text: str, at: int) -> None:
        for span in split_math(text):
            if span.kind == "text":
                self.write(unescape(span.source))
            else:
                self.pieces.at = at + span.start
                is_box = span.kind == "display" and self.here.tag not in _LINES
                html = self.pieces.formula_in_html(unescape(span.tex), span.source, display=is_box)
                if is_box:
                    self._box(html)
                else:
                    self._line_of_html(html)

    def _tag(self, tag: Tag) -> None:
        if tag.is_closing:
            self._close_tag(tag.name)
        elif tag.name == "img":
            self._picture({**tag.attributes, AS_TAG: ""}, tag.source)
        elif tag.name == "br":
            self._line_of_html("<br>")
        elif tag.name in html_tags.VOID:
            self.put(tag.name)
        elif len(self.stack) <= DEEPEST:
            ends = html_tags.ENDS.get(tag.name, set())
            while self.stack[-1].is_html and self.stack[-1].tag in ends:
                self._flush()
                self._pop()
            if tag.name == "a" and _is_relative(tag.attributes.get("href", "")):
                self.pieces.add_relative_address_problem(
                    tag.attributes["href"], tag.source, is_picture=False
                )
                self._open_nothing("a", is_html=True)
                return
            self.open(tag.name, tag.attributes, is_html=True)

    def _close_tag(self, name: str) -> None:
        """Close the innermost tag of that name, unless a Markdown element in it is still open."""
        for depth in range(len(self.stack) - 1, 0, -1):
            item = self.stack[depth]
            if not item.is_html:
                return
            if item.tag == name:
                self._flush()
                while len(self.stack) > depth:
                    self._pop()
                return


MOST_BACK_LINKS = 20


def _is_relative(address: str) -> bool:
    """Return whether a URL is relative to a file: "notes.md" or "../a/b"."""
    return bool(address) and not _SCHEME.match(address) and address[0] not in "/#?"


def _is_of_a_line(tag: Tag) -> bool:
    return not tag.is_closing and (tag.name == "img" or tag.name in _LINES - _NOT_IN_PARAGRAPHS)


def plain(tokens: list[Token]) -> str:
    """Return the text of inline tokens, with formulas and citations as they were written."""
    parts = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif token.type in {"formula", "cite", "reference"}:
            parts.append(token.markup)
        elif token.type == "image":
            parts.append(plain(token.children or []))
        elif token.type != "html_inline":
            parts.append(token.content)
    return "".join(parts)
