"""Tables in MathML, written so that browsers with MathML Core alone draw them right.

MathML Core leaves the look of tables to CSS: Chromium ignores columnalign, columnlines, rowlines
and columnspacing, and a strict policy refuses style attributes. So each cell says by its classes
how it is drawn; static/css/math.css draws them. Attributes that older readers of MathML know stay
or are added, for feeds and mail, which have no such stylesheet.
"""

import re
import xml.etree.ElementTree as ElementTree
from html import unescape
from xml.etree.ElementTree import Element, ParseError

from common.texmath import stretchy

_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
# &ApplyFunction; and other names that XML does not have of its own.
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)\w+;")
_NEEDS_CLASSES = re.compile(r"<(?:mtable|mover|munder|msqrt)\b")
_RULE = re.compile(r"border-(top|right|bottom|left):[^;]*?\b(solid|dashed)\b")
# A part of math-core's style attributes, and the class that says the same.
_STYLES = (
    ("text-align: left", "m-left"),
    ("text-align: right", "m-right"),
    ("padding-left: 0;", "m-flush-left"),
    ("padding-right: 0;", "m-flush-right"),
    ("padding-left: 0.1em", "m-near-left"),
    ("padding-right: 0.1em", "m-near-right"),
    ("padding-left:1em", "m-gap"),
    ("padding-top: 0;", "m-tight"),
    ("width: 7.5%", "m-edge"),
    ("width: 50%", "m-half"),
    ("width: 100%", "m-full"),
    # \! is the one negative space that people write; MathML Core knows no negative width.
    ("margin-left:-0.16666667em", "m-back"),
)
_TAG = re.compile(r"\\tag(\*?)\s*\{([^{}]*)\}")

_AFTER_LAST_ROW = re.compile(r"\\\\\s*(\\end\{)")


def classes_of_style(style: str) -> str:
    """The classes that say what a style attribute of math-core says: "m-right m-flush-right"."""
    names = [name for part, name in _STYLES if part in style]
    names += [_rule_class(side, kind) for side, kind in _RULE.findall(style)]
    return " ".join(names)


def with_classes(mathml: str, tex: str = "") -> str:
    """A <math> element of math-core or KaTeX that says by classes how it is drawn.

    `tex` is its source, from which equation numbers are taken that KaTeX leaves to a stylesheet.
    Pure. What needs no class, or has letters that XML does not allow, comes back as it is.
    """
    if not _NEEDS_CLASSES.search(mathml):
        return mathml
    namespace = _NAMESPACE if _NAMESPACE in mathml else ""
    plain = _NAMED.sub(lambda found: unescape(found[0]), mathml.replace(_NAMESPACE, "", 1))
    try:
        math = ElementTree.fromstring(plain)  # noqa: S314 - a typesetter wrote it, without a DTD
    except ParseError:
        return mathml
    for table in list(math.iter("mtable")):
        _dress(table, tex)
    for frame in list(math.iter("menclose")):
        _turn(frame)
    stretchy.mark(math)
    written = ElementTree.tostring(math, encoding="unicode", short_empty_elements=False)
    return written.replace("<math", f"<math{namespace}", 1)


def _dress(table: Element, tex: str) -> None:
    for row in [row for row in table if not len(row)]:
        table.remove(row)
    _close(table)
    _lay_out(table)
    _number(table, tex)
    _widths(table)
    for cell in table.iter("mtd"):
        for side in ("left", "right"):
            if _has(cell, f"m-{side}"):
                cell.set("columnalign", side)


# KaTeX writes a rule above the first row as "left", one before the first column as "top".
_TURNED = {"left": "top", "right": "bottom", "top": "left", "bottom": "right"}


def _turn(frame: Element) -> None:
    """The frame that KaTeX draws around a table becomes rules of the table's own."""
    names = frame.get("notation", "").split()
    if [child.tag for child in frame] == ["mtable"] and set(names) <= _TURNED.keys():
        frame.tag = "mrow"
        frame.attrib.clear()
        _add(frame[0], " ".join(f"m-line-{_TURNED[name]}" for name in names))


def _close(table: Element) -> None:
    """A last \\hline is a row of one empty cell for math-core: it becomes the table's own rule."""
    last = table[-1] if len(table) > 1 else None
    if last is None or len(last) != 1 or len(last[0]) or last[0].text:
        return
    for kind in ("line", "dash"):
        if _has(last[0], f"m-{kind}-top"):
            table.remove(last)
            _add(table, f"m-{kind}-bottom")
            return


def _lay_out(table: Element) -> None:
    """KaTeX says for the whole table what MathML Core wants to be said of each cell."""
    is_numbered = any(_has(cell, "mtr-glue") for row in table for cell in row)
    aligned, spaced = _words(table, "columnalign"), _words(table, "columnspacing")
    column_lines, row_lines = _words(table, "columnlines"), _words(table, "rowlines")
    is_tight = table.get("rowspacing") == "0.1em"
    for number, row in enumerate(table):
        cells = [cell for cell in row if not {"mtr-glue", "mml-eqn-num"} & _classes(cell)]
        for column, cell in enumerate(cells):
            side = _nth(aligned, column)
            _add(cell, f"m-{side}" if side in {"left", "right"} else "")
            _add(cell, _rule_class("left", _nth(column_lines, column - 1)))
            _add(cell, _rule_class("top", _nth(row_lines, number - 1)))
            _add(cell, _space_class("left", _nth(spaced, column - 1)))
            if column + 1 < len(cells):
                _add(cell, _space_class("right", _nth(spaced, column)))
            _add(cell, "m-tight" if is_tight else "")
        if is_numbered and not _has(row[0], "mtr-glue"):
            row.insert(0, Element("mtd", {"class": "mtr-glue"}))
    if is_numbered:
        # They count the columns without those that hold nothing or a number.
        for name in ("columnalign", "columnspacing", "columnlines", "rowspacing"):
            table.attrib.pop(name, None)
        _add(table, "m-full")


def _number(table: Element, tex: str) -> None:
    """The numbers that KaTeX leaves to counters of a stylesheet; it forgets the tags of rows."""
    for row in table:
        if _has(row[0], "mtr-glue"):
            row[0].attrib["class"] = "m-half"
    rows = [row for row in table if any(_has(cell, "mml-eqn-num") for cell in row)]
    tags = _tags(tex, len(table))
    count = 0
    for row in rows:
        tag = tags[list(table).index(row)]
        count += not tag
        for cell in [cell for cell in row if _has(cell, "mtr-glue")]:
            row.remove(cell)
        cell = row[-1]
        cell.attrib["class"] = "m-half m-right"
        ElementTree.SubElement(cell, "mtext").text = tag or f"({count})"


def _tags(tex: str, rows: int) -> list[str]:
    """What \\tag{} says of each row: ["(7)", "", ""]; where rows cannot be told apart, nothing."""
    pieces = [tex] if rows == 1 else _AFTER_LAST_ROW.sub(r"\1", tex).split("\\\\")
    if len(pieces) != rows:
        return [""] * rows
    found = [_TAG.search(piece) for piece in pieces]
    return ["" if not tag else tag[2] if tag[1] else f"({tag[2]})" for tag in found]


def _widths(table: Element) -> None:
    """A table with numbers fills the line: two equal margins, the second with the number in it."""
    if table.get("width") == "100%":
        _add(table, "m-full")
    for row in table:
        for cell in list(row):
            if cell.get("width") == "50%":
                _add(cell, "m-half")
        # KaTeX puts the number of \\tag into a column of its own, behind the second margin.
        if len(row) > 3 and row[-2].get("width") == "50%":
            row.remove(row[-2])
            _add(row[-1], "m-half m-right")
        last = row[-1]
        if (len(last) or last.text) and {"m-half", "m-edge"} & _classes(last):
            _add(last, "m-number")


def _words(table: Element, name: str) -> list[str]:
    return table.get(name, "").split()


def _nth(words: list[str], index: int) -> str:
    """The last word also speaks for all columns or rows behind it."""
    return words[min(index, len(words) - 1)] if words and index >= 0 else ""


def _rule_class(side: str, kind: str) -> str:
    return {"solid": f"m-line-{side}", "dashed": f"m-dash-{side}"}.get(kind, "")


def _space_class(side: str, space: str) -> str:
    if not re.fullmatch(r"[\d.]+em", space):
        return ""
    ems = float(space[:-2])
    return f"m-flush-{side}" if ems == 0 else f"m-near-{side}" if ems < 0.6 else ""


def _classes(element: Element) -> set[str]:
    return set(element.get("class", "").split())


def _has(element: Element, name: str) -> bool:
    return name in _classes(element)


def _add(element: Element, names: str) -> None:
    if names:
        element.set(
            "class", " ".join(dict.fromkeys([*element.get("class", "").split(), *names.split()]))
        )
