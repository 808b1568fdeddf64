"""Extract an excerpt, the plain text, the number of words and the reading time from HTML."""

import copy
import math
import re
from dataclasses import dataclass
from html import escape

from lxml import etree
from lxml import html as lxml_html

WORDS_PER_MINUTE = 230
WORDS_PER_DISPLAY_FORMULA = 12
EXCERPT_WORDS = 60
_SKIPPED_IN_EXCERPT = {"h3", "h4", "h5", "h6", "div", "pre", "figure", "table", "details", "hr"}
# A display formula in one of these may be part of a sentence that would be incomplete without it.
_SHOWN_APART = {"div", "pre", "figure", "table"}
# The most characters of a display formula that fit on one line of a phone.
MOST_SIGNS_IN_LINE = 40
_KEPT_INLINE = {"em", "strong", "code", "sub", "sup", "kbd", "del", "i", "b"}


@dataclass(frozen=True)
class View:
    """What can be derived from the HTML of a text."""

    excerpt_html: str
    plain_text: str
    word_count: int
    reading_minutes: int


def read(html: str) -> View:
    """Return the view of a text, given its sanitised HTML."""
    if not html.strip():
        return View("", "", 0, 1)
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    plain = _plain_text(root)
    words = len(plain.split())
    formulas = len(root.xpath("//math[@display='block']"))
    minutes = math.ceil((words + WORDS_PER_DISPLAY_FORMULA * formulas) / WORDS_PER_MINUTE)
    return View(_excerpt(root), plain, words, max(minutes, 1))


def _plain_text(root: lxml_html.HtmlElement) -> str:
    """Return all text: formulas as TeX in dollar signs, one line for each paragraph."""
    root = copy.deepcopy(root)
    for link in root.xpath("//a[@class='perma' or @class='note-ref']"):
        link.drop_tree()
    for formula in root.xpath("//math"):
        source = formula.xpath("string(.//annotation)")
        tail = formula.tail
        formula.clear()
        formula.text, formula.tail = f"${source}$", tail
    for block in root.iter("p", "li", "h3", "h4", "h5", "h6", "pre", "tr", "div", "figure", "br"):
        block.tail = "\n" + (block.tail or "")
    for cell in root.iter("td", "th"):
        cell.tail = " " + (cell.tail or "")
    lines = (
        " ".join(line.split()) for line in root.text_content().replace("\u2060", "").split("\n")
    )
    return "\n".join(line for line in lines if line)


def _excerpt(root: lxml_html.HtmlElement) -> str:
    """Return the first words of the text with their formulas, and "…" if more follows."""
    parts: list[str] = []
    left = EXCERPT_WORDS
    is_cut = False
    for block in root:
        if block.tag == "p" or block.tag in {"ul", "ol", "blockquote"}:
            texts = [block]
        elif block.tag in _SHOWN_APART and parts and _is_open(parts[-1]):
            formula = _in_line(block)
            if not formula or left <= 0:
                is_cut = True
                break
            parts.append(formula)
            left -= 1
            continue
        else:
            continue
        for text in texts:
            if left <= 0:
                is_cut = True
                break
            pieces: list[str] = []
            left, was_cut = _take(text, pieces, left)
            sentence = re.sub(r"\s+", " ", "".join(pieces)).strip()
            if sentence:
                parts.append(sentence)
            is_cut = is_cut or was_cut
    # Remove a last element that is empty because its first word did not fit.
    excerpt = re.sub(r"<(\w+)>\s*</\1>$", "", " ".join(parts))
    return f"{excerpt.rstrip(' ,;:.')}…" if is_cut and excerpt else excerpt


def _is_open(text: str) -> bool:
    """Return whether HTML probably ends in the middle of a sentence."""
    return not re.search(r"[.!?…。！？][)\]”’\"']*(?:</\w+>)*$", text)


def _in_line(block: lxml_html.HtmlElement) -> str:
    """Return a display formula as an inline one, or "" if it is too large or no formula at all."""
    formula = block.find("math")
    if formula is None or formula.find(".//mtable") is not None:
        return ""
    formula = copy.deepcopy(formula)
    signs = sum(
        len((leaf.text or "").strip()) for leaf in formula.iter("mi", "mn", "mo", "mtext", "ms")
    )
    if signs > MOST_SIGNS_IN_LINE:
        return ""
    formula.attrib.pop("display", None)
    return etree.tostring(formula, encoding="unicode", with_tail=False, method="html")


def _take(element: lxml_html.HtmlElement, pieces: list[str], left: int) -> tuple[int, bool]:
    """Append as much of an element as fits; return (words left, whether it was cut)."""
    left, is_cut = _take_text(element.text, pieces, left)
    for child in element:
        if is_cut:
            break
        if child.tag == "math":
            if left <= 0:
                return 0, True
            pieces.append(etree.tostring(child, encoding="unicode", with_tail=False, method="html"))
            left -= 1
        elif child.get("class") == "note-ref" or child.xpath("./a[@class='note-ref']"):
            pass
        elif child.tag in _SKIPPED_IN_EXCERPT or child.tag == "img":
            pieces.append(" ")
        elif child.tag in _KEPT_INLINE:
            pieces.append(f"<{child.tag}>")
            left, is_cut = _take(child, pieces, left)
            pieces.append(f"</{child.tag}>")
        else:
            pieces.append(" " if child.tag in {"li", "br", "p"} else "")
            left, is_cut = _take(child, pieces, left)
        if not is_cut:
            left, is_cut = _take_text(child.tail, pieces, left)
    return left, is_cut


def _take_text(text: str | None, pieces: list[str], left: int) -> tuple[int, bool]:
    """Append as many words as fit; return (words left, whether it was cut)."""
    if not text:
        return left, False
    words = re.findall(r"\s*\S+\s*", text)
    if not words:
        pieces.append(" ")
        return left, False
    pieces.append(escape("".join(words[: max(left, 0)]), quote=False))
    return left - len(words), len(words) > left
