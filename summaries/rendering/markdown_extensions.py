"""The Markdown dialect: Python-Markdown with what a page of summaries needs of its tree."""

import re
import unicodedata
from collections.abc import Mapping
from xml.etree import ElementTree as etree

from django.utils.text import slugify
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor
from pymdownx.magiclink import MagiclinkExtension
from pymdownx.tilde import DeleteSubExtension

from common.http.urls import parts_of
from summaries.rendering.mentions import link_mentions
from summaries.rendering.placeholders import MARK, Placeholders
from summaries.rendering.results import Heading, MentionedPerson

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


def to_html(
    text: str, *, aside: Placeholders, prefix: str, people: Mapping[str, MentionedPerson]
) -> tuple[str, tuple[Heading, ...], tuple[str, ...]]:
    """Markdown to (HTML that still has marks in it, headings, user names that became links).

    `text` comes from `lines.prepare`.
    """
    finish = Finish(aside, prefix, people)
    markdown = Markdown(
        extensions=[
            TableExtension(),
            SaneListExtension(),
            FootnoteExtension(BACKLINK_TEXT="↩", UNIQUE_IDS=False),
            DeleteSubExtension(subscript=False),
            MagiclinkExtension(hide_protocol=False),
            finish,
        ],
        output_format="html",
        tab_length=4,
    )
    html = markdown.convert(text)
    return html, tuple(finish.headings), finish.mentions


class Finish(Extension):
    """No raw HTML, and the last tree processor."""

    def __init__(self, aside: Placeholders, prefix: str, people: Mapping[str, MentionedPerson]):
        super().__init__()
        self.aside, self.prefix, self.people = aside, prefix, people
        self.headings: list[Heading] = []
        self.mentions: tuple[str, ...] = ()

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  The library's name.
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        # Code was set aside already, with rules of its own for quotes and lists.
        md.parser.blockprocessors.deregister("code")
        md.inlinePatterns.deregister("backtick")
        md.treeprocessors.register(FinishTree(md, self), "finish", 5)


class FinishTree(Treeprocessor):
    def __init__(self, md: Markdown, finish: Finish):
        super().__init__(md)
        self.finish, self.aside, self.prefix = finish, finish.aside, finish.prefix
        self.slugs: set[str] = set()
        self.tables = 0

    def run(self, root: etree.Element) -> None:
        self._notes(root)
        for parent in list(root.iter()):
            self._attributes(parent)
        for parent in list(root.iter()):
            for index, child in enumerate(list(parent)):
                self._child(parent, index, child)
        self.finish.mentions = link_mentions(root, self.finish.people)
        for element in root.iter():
            if element.tag == "a" and "class" not in element.attrib:
                element.set("rel", LINK_REL)

    def _attributes(self, element: etree.Element) -> None:
        """A mark inside an attribute is what was written there: addresses may hold dollars."""
        for name, value in element.attrib.items():
            if isinstance(value, str) and "\ue000" in value:
                element.set(name, self.aside.restore(value))

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

    def _heading(self, heading: etree.Element) -> None:
        """Two levels down, because the page's title is h1 and "3 summaries" h2."""
        level = min(int(heading.tag[1]) + 2, 6)
        heading.tag = f"h{level}"
        text = self.aside.restore("".join(heading.itertext())).strip()
        anchor = self._anchor(text)
        heading.set("id", anchor)
        self.finish.headings.append(Heading(anchor, _readable(text), level))
        link = etree.SubElement(heading, "a", {"class": "perma", "href": f"#{anchor}"})
        link.set("aria-label", f"Link to: {_readable(text)}")
        link.text = "#"

    def _anchor(self, text: str) -> str:
        folded = unicodedata.normalize("NFKD", _readable(text))
        base = slugify(folded)[:50].strip("-") or slugify(text, allow_unicode=True)[:50] or "part"
        slug, number = base, 2
        while slug in self.slugs:
            slug, number = f"{base}-{number}", number + 1
        self.slugs.add(slug)
        return f"{self.prefix}{slug}"

    def _paragraph(self, parent: etree.Element, index: int, paragraph: etree.Element) -> None:
        """An image alone becomes a figure, a video's address alone a card."""
        children = list(paragraph)
        if len(children) != 1 or (paragraph.text or "").strip() or (children[0].tail or "").strip():
            return
        only = children[0]
        address = only.get("href", "")
        if only.tag == "img":
            parent[index] = _figure(only.attrib, only.get("title") or only.get("alt") or "")
        elif only.tag == "a" and "".join(only.itertext()) == address:
            if _IMAGE_PATH.search(parts_of(address).path):
                parent[index] = _figure({"src": address, "alt": "", "loading": "lazy"}, "")
            elif _is_video(address):
                only.set("class", "card-link")
                only.set("rel", LINK_REL)
                only.text = f"Video on {_VIDEO_HOSTS[parts_of(address).netloc.lower()]}: {address}"
                return
            else:
                return
        else:
            return
        parent[index].tail = paragraph.tail

    def _table(self, parent: etree.Element, index: int, table: etree.Element) -> None:
        self.tables += 1
        head = table.find("thead")
        if head is not None and not "".join(head.itertext()).strip():
            table.remove(head)
        for cell in table.iter("th"):
            if "".join(cell.itertext()).strip() or len(cell):
                cell.set("scope", "col")
            else:
                # Screen readers would call the column by nothing.
                cell.tag = "td"
        for cell in [*table.iter("th"), *table.iter("td")]:
            style = cell.attrib.pop("style", "")
            if "right" in style:
                cell.set("class", "m-right")
        box = etree.Element("div", {"class": "scroll", "tabindex": "0", "role": "group"})
        box.set("aria-label", f"Table {self.tables}")
        box.tail, table.tail = table.tail, None
        parent[index] = box
        box.append(table)

    def _task(self, item: etree.Element) -> None:
        paragraph = item.find("p")
        first = item if paragraph is None or (item.text or "").strip() else paragraph
        found = _TASK.match((first.text or "").lstrip())
        if not found:
            return
        is_done = found[1] != " "
        box = etree.Element("span", {"class": "task", "role": "img"})
        box.set("aria-label", "done" if is_done else "to do")
        box.text = "☑" if is_done else "☐"
        box.tail = " " + (first.text or "").lstrip()[found.end() :]
        first.text = None
        first.insert(0, box)

    def _notes(self, root: etree.Element) -> None:
        """Footnotes get ids of their own text, a class of ours, and names for the links."""
        for element in root.iter():
            kind = element.get("class", "")
            if kind == "footnote":
                element.set("class", "notes")
                for rule in element.findall("hr"):
                    element.remove(rule)
            elif kind == "footnote-ref":
                element.set("class", "note-ref")
                element.set("aria-label", f"Note {element.text}")
                element.set("href", "#" + self._note_id(element.get("href", "")[1:]))
            elif kind == "footnote-backref":
                element.set("class", "note-ref")
                element.attrib.pop("title", None)
                element.set("aria-label", "Back to the text")
                element.set("href", "#" + self._note_id(element.get("href", "")[1:]))
            name = element.get("id", "")
            if re.match(r"fn(?:ref\d*)?:", name):
                element.set("id", self._note_id(name))

    def _note_id(self, name: str) -> str:
        """ "fn:a b" gives "s41-note-a-b", "fnref:a b" gives "s41-ref-a-b"."""
        kind, _, label = name.partition(":")
        place = "note" if kind == "fn" else f"ref{kind.removeprefix('fnref')}"
        return f"{self.prefix}{place}-{slugify(label, allow_unicode=True) or 'x'}"


def _figure(attributes: dict[str, str], caption: str) -> etree.Element:
    figure = etree.Element("figure")
    kept = {name: value for name, value in attributes.items() if name != "title"}
    etree.SubElement(figure, "img", {**kept, "loading": "lazy"})
    if caption:
        etree.SubElement(figure, "figcaption").text = caption
    return figure


def _is_video(address: str) -> bool:
    parts = parts_of(address)
    return parts.netloc.lower() in _VIDEO_HOSTS and len(parts.path) > 1


def _readable(text: str) -> str:
    """A heading without its markup, for lists of contents: "$O(n)$ time" gives "O(n) time"."""
    return " ".join(re.sub(r"[$`*]|\\[()\[\]]", "", MARK.sub("", text)).split())
