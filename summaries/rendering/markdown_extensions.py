"""Build the HTML of a page from tokens, with extensions of Python-Markdown."""

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import unquote
from xml.etree import ElementTree as etree

from django.utils.text import slugify
from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE
from markdown_it.token import Token

from common.http.urls import parts_of
from summaries.rendering.mentions import link_mentions
from summaries.rendering.pieces import Pieces
from summaries.rendering.results import Heading, MentionedPerson
from summaries.rendering.tree import AS_TAG, ESCAPED, TokenParser

LINK_REL = "ugc nofollow noopener"
_IMAGE_PATH = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|avif)\Z", re.IGNORECASE)
_VIDEO_HOSTS = {
    "youtube.com": "YouTube",
    "www.youtube.com": "YouTube",
    "m.youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "vimeo.com": "Vimeo",
}
_TASK = re.compile(r"\[([ xX])\]\s+")
_NOT_IN_PARAGRAPHS = {
    *("p", "div", "ul", "ol", "table", "blockquote", "hr", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("details", "figure", "pre", "dl"),
}
_TOC = re.compile(r"\[\[?_?toc_?\]\]?\Z", re.IGNORECASE)
# Python-Markdown doesn't escape an & that looks like an entity. Here every & is part of the text.
_ENTITY = re.compile(r"&(?=(?:#[0-9]+|#x[0-9a-f]+|[0-9a-z]+);)", re.IGNORECASE)


def to_html(
    tokens: list[Token], pieces: Pieces, people: Mapping[str, MentionedPerson]
) -> tuple[str, tuple[Heading, ...], tuple[str, ...]]:
    """Return (HTML, headings, user names that became links) for the tokens of a text."""
    finish = Finish(tokens, pieces, people)
    markdown = Markdown(extensions=[finish], output_format="html")
    # Python-Markdown only checks that the text isn't empty. The content comes from the tokens.
    html = markdown.convert("text")
    return html, tuple(finish.headings), finish.mentions


class Finish(Extension):
    """Replace Python-Markdown's parser by one that reads tokens, and add the last tree processors."""

    def __init__(self, tokens: list[Token], pieces: Pieces, people: Mapping[str, MentionedPerson]):
        super().__init__()
        self.tokens, self.pieces, self.people = tokens, pieces, people
        self.headings: list[Heading] = []
        self.mentions: tuple[str, ...] = ()

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  The library's name.
        for name in ("normalize_whitespace", "html_block"):
            md.preprocessors.deregister(name)
        # A paragraph may contain only a formula.
        md.block_level_elements.remove("math")
        md.parser = TokenParser(md, self.tokens, self.pieces)
        for name in ("inline", "unescape"):
            md.treeprocessors.deregister(name)
        md.treeprocessors.register(FinishTree(md, self), "finish", 15)
        md.treeprocessors.register(Ampersands(md), "ampersands", 1)


class Ampersands(Treeprocessor):
    """Escape every & as text, and remove the marks of escaped characters."""

    def run(self, root: etree.Element) -> None:
        for element in root.iter():
            if element.text:
                element.text = _as_text(element.text)
            if element.tail:
                element.tail = _as_text(element.tail)
            for name, value in element.attrib.items():
                if "&" in value:
                    element.set(name, _ENTITY.sub("&amp;", value))


def _as_text(text: str) -> str:
    return (
        _ENTITY.sub("&amp;", text.replace(ESCAPED, ""))
        if "&" in text
        else text.replace(ESCAPED, "")
    )


class FinishTree(Treeprocessor):
    """Finish the tree: headings, figures, tables, task lists, contents, mentions and links."""

    def __init__(self, md: Markdown, finish: Finish):
        super().__init__(md)
        self.finish, self.pieces, self.prefix = finish, finish.pieces, finish.pieces.prefix
        # {slug: how often it was used} and {name that a link may use: id of the heading}.
        self.slugs: dict[str, int] = {}
        self.targets: dict[str, str] = {}
        self.contents: list[etree.Element] = []
        self.tables = 0

    def run(self, root: etree.Element) -> None:
        for parent in list(root.iter()):
            for index, child in reversed(list(enumerate(parent))):
                if _is_empty_paragraph(child):
                    _remove(parent, index)
        for parent in list(root.iter()):
            for index, child in enumerate(list(parent)):
                self._child(parent, index, child)
        if self.contents:
            self._list_contents(self.contents[0])
        self.finish.mentions = link_mentions(root, self.finish.people)
        for element in root.iter():
            if element.tag == "a":
                self._link(element)

    def _child(self, parent: etree.Element, index: int, child: etree.Element) -> None:
        if child.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self._heading(child)
        elif child.tag == "p":
            self._paragraph(parent, index, child)
        elif child.tag == "table":
            self._table(parent, index, child)
        elif child.tag == "li":
            self._task(child)
        elif child.tag == "img":
            child.set("loading", "lazy")
            child.attrib.pop(AS_TAG, None)

    def _link(self, link: etree.Element) -> None:
        href = link.get("href", "")
        name = link.get("id", "")
        if name:
            link.set("id", f"{self.prefix}{slugify(name, allow_unicode=True) or 'x'}")
        if "class" in link.attrib:
            return
        scheme = parts_of(href).scheme
        if scheme not in {"", "http", "https", "mailto"}:
            del link.attrib["href"]
        elif href.startswith("#"):
            link.set("href", f"#{self._target(unquote(href[1:]))}")
        link.set("rel", LINK_REL)

    def _target(self, name: str) -> str:
        """Return the id that a link within the text points to; GitHub's names of headings work too."""
        if name.startswith(self.prefix) and self.prefix:
            return name
        slug = slugify(name, allow_unicode=True) or name
        return self.targets.get(name.lower()) or self.targets.get(slug) or f"{self.prefix}{slug}"

    def _list_contents(self, list_element: etree.Element) -> None:
        if not self.finish.headings:
            return
        list_element.tag, list_element.text = "ul", None
        list_element.set("class", "toc")
        top = min((heading.level for heading in self.finish.headings), default=3)
        lists = [(top, list_element)]
        for heading in self.finish.headings:
            while len(lists) > 1 and heading.level < lists[-1][0]:
                lists.pop()
            level, entries = lists[-1]
            if heading.level > level and len(entries):
                entries = etree.SubElement(entries[-1], "ul")
                lists.append((heading.level, entries))
            link = etree.SubElement(etree.SubElement(entries, "li"), "a")
            link.set("href", f"#{heading.anchor}")
            link.text = heading.text

    def _heading(self, heading: etree.Element) -> None:
        """Move a heading down by two levels: on the page, h1 is the title and h2 is "3 summaries"."""
        level = min(int(heading.tag[1]) + 2, 6)
        heading.tag = f"h{level}"
        text = self._source_text(heading)
        anchor = self._anchor(text)
        heading.set("id", anchor)
        self.finish.headings.append(Heading(anchor, _readable(text), level))
        link = etree.SubElement(heading, "a", {"class": "perma", "href": f"#{anchor}"})
        link.set("aria-label", f"Link to: {_readable(text)}")
        link.text = "#"

    def _source_text(self, element: etree.Element) -> str:
        """Return the text of an element, with formulas and citations as they were written."""
        return HTML_PLACEHOLDER_RE.sub(
            lambda match: self.pieces.source_of(
                str(self.md.htmlStash.rawHtmlBlocks[int(match[1])])
            ),
            "".join(element.itertext()).replace(ESCAPED, ""),
        ).strip()

    def _anchor(self, text: str) -> str:
        readable = _readable(text)
        folded = unicodedata.normalize("NFKD", readable)
        base = slugify(folded)[:50].strip("-") or slugify(text, allow_unicode=True)[:50] or "part"
        slug = base
        while slug in self.slugs:
            self.slugs[base] += 1
            slug = f"{base}-{self.slugs[base]}"
        self.slugs[slug] = 1
        anchor = f"{self.prefix}{slug}"
        for name in (slug, slugify(readable, allow_unicode=True), as_on_github(readable)):
            self.targets.setdefault(name, anchor)
        return anchor

    def _paragraph(self, parent: etree.Element, index: int, paragraph: etree.Element) -> None:
        """Turn a paragraph that is only an image into a figure, and one that is only a video into a card."""
        children = list(paragraph)
        _strip(paragraph)
        if not children and _TOC.match((paragraph.text or "").strip()):
            self.contents.append(paragraph)
            return
        if any(child.tag in _NOT_IN_PARAGRAPHS for child in children):
            paragraph.tag = "div"
            return
        if len(children) != 1 or (paragraph.text or "").strip() or (children[0].tail or "").strip():
            return
        only = children[0]
        address = only.get("href", "")
        if only.tag == "img" and AS_TAG not in only.attrib:
            figure = _figure(only.attrib, only.get("title") or only.get("alt") or "")
        elif only.tag == "a" and "".join(only.itertext()) == address:
            if _is_video(address):
                only.set("class", "card-link")
                only.set("rel", LINK_REL)
                only.text = f"Video on {_VIDEO_HOSTS[parts_of(address).netloc.lower()]}: {address}"
                return
            if not _IMAGE_PATH.search(parts_of(address).path):
                return
            figure = _figure({"src": address, "alt": "", "loading": "lazy"}, "")
        else:
            return
        if paragraph.get("class"):
            figure.set("class", paragraph.get("class", ""))
        figure.tail = paragraph.tail
        parent[index] = figure

    def _table(self, parent: etree.Element, index: int, table: etree.Element) -> None:
        self.tables += 1
        head = table.find("thead")
        if head is not None and not "".join(head.itertext()).strip():
            table.remove(head)
        for cell in table.iter("th"):
            if "".join(cell.itertext()).strip() or len(cell):
                cell.set("scope", "col")
            else:
                # An empty column header would confuse screen readers.
                cell.tag = "td"
        box = etree.Element("div", {"class": "scroll", "tabindex": "0", "role": "group"})
        box.set("aria-label", f"Table {self.tables}")
        box.tail, table.tail = table.tail, None
        parent[index] = box
        box.append(table)

    def _task(self, item: etree.Element) -> None:
        paragraph = item.find("p")
        first = item if paragraph is None or (item.text or "").strip() else paragraph
        match = _TASK.match((first.text or "").lstrip())
        if not match:
            return
        is_done = match[1] != " "
        box = etree.Element("span", {"class": "task", "role": "img"})
        box.set("aria-label", "done" if is_done else "to do")
        box.text = "☑" if is_done else "☐"
        box.tail = " " + (first.text or "").lstrip()[match.end() :]
        first.text = None
        first.insert(0, box)


def _figure(attributes: dict[str, str], caption: str) -> etree.Element:
    figure = etree.Element("figure")
    image_attributes = {name: value for name, value in attributes.items() if name != "title"}
    etree.SubElement(figure, "img", {**image_attributes, "loading": "lazy"})
    if caption:
        etree.SubElement(figure, "figcaption").text = caption
    return figure


def _is_video(address: str) -> bool:
    parts = parts_of(address)
    return parts.netloc.lower() in _VIDEO_HOSTS and len(parts.path) > 1


def _readable(text: str) -> str:
    """Return a heading without markup, for tables of contents: "$O(n)$ time" gives "O(n) time"."""
    return " ".join(re.sub(r"[$`*]|\\[()\[\]]", "", text).split())


def as_on_github(heading: str) -> str:
    """Return the id that GitHub gives a heading: "What's new?" gives "whats-new"."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _strip(paragraph: etree.Element) -> None:
    """Strip the white space that a display formula leaves at the ends of a paragraph."""
    paragraph.text = (paragraph.text or "").lstrip()
    if len(paragraph):
        paragraph[-1].tail = (paragraph[-1].tail or "").rstrip()
    else:
        paragraph.text = paragraph.text.rstrip()


def _is_empty_paragraph(element: etree.Element) -> bool:
    return element.tag == "p" and not len(element) and not (element.text or "").strip()


def _remove(parent: etree.Element, index: int) -> None:
    """Remove an element, but not the text after it."""
    tail = parent[index].tail or ""
    if tail.strip():
        if index:
            parent[index - 1].tail = (parent[index - 1].tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
    del parent[index]
