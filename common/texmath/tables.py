"""Rewrite tables in MathML so that browsers that only support MathML Core draw them correctly.

MathML Core leaves the layout of tables to CSS: Chromium ignores columnalign, columnlines, rowlines
and columnspacing, and our content security policy blocks style attributes. So each cell gets
classes, which static/css/math.css draws. Attributes of older MathML are kept or added for feeds and
mail, which don't use the stylesheet.
"""

import re
import xml.etree.ElementTree as ElementTree
from html import unescape
from xml.etree.ElementTree import Element, ParseError

from common.texmath.stretchy import add_class, mark

_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
# &ApplyFunction; and other named entities that XML doesn't define.
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)\w+;")
_NEEDS_CLASSES = re.compile(r"<(?:mtable|mover|munder|msqrt)\b")
_RULE = re.compile(r"border-(top|right|bottom|left):[^;]*?\b(solid|dashed)\b")
# A part of math-core's style attributes, and the equivalent class.
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
    # \!, the only negative space in common use. MathML Core has no negative width.
    ("margin-left:-0.16666667em", "m-back"),
)
_TAG = re.compile(r"\\tag(\*?)\s*\{([^{}]*)\}")

_AFTER_LAST_ROW = re.compile(r"\\\\\s*(\\end\{)")


def classes_of_style(style: str) -> str:
    """Return the classes for a style attribute of math-core: "m-right m-flush-right"."""
    names = [name for part, name in _STYLES if part in style]
    names += [_rule_class(side, kind) for side, kind in _RULE.findall(style)]
    return " ".join(names)


def with_classes(mathml: str, tex: str = "") -> str:
    """Return a <math> element of math-core or KaTeX with classes for the stylesheet.

    `tex` is its source. Equation numbers that KaTeX leaves to its own stylesheet are taken from it.
    An element that needs no classes or isn't valid XML is returned unchanged.
    """
    if not _NEEDS_CLASSES.search(mathml):
        return mathml
    namespace = _NAMESPACE if _NAMESPACE in mathml else ""
    plain = _NAMED.sub(lambda match: unescape(match[0]), mathml.replace(_NAMESPACE, "", 1))
    try:
        math = ElementTree.fromstring(plain)  # noqa: S314 - a typesetter wrote it, without a DTD
    except ParseError:
        return mathml
    for table in list(math.iter("mtable")):
        _rewrite_table(table, tex)
    for frame in list(math.iter("menclose")):
        _replace_frame(frame)
    mark(math)
    xml = ElementTree.tostring(math, encoding="unicode", short_empty_elements=False)
    return xml.replace("<math", f"<math{namespace}", 1)


def _rewrite_table(table: Element, tex: str) -> None:
    """Add the classes and equation numbers of one table."""
    for row in [row for row in table if not len(row)]:
        table.remove(row)
    _replace_last_rule(table)
    _mark_cells(table)
    _number_rows(table, tex)
    _mark_widths(table)
    for cell in table.iter("mtd"):
        for side in ("left", "right"):
            if _has(cell, f"m-{side}"):
                cell.set("columnalign", side)


# KaTeX writes "left" for a line above the first row and "top" for one left of the first column.
_TURNED = {"left": "top", "right": "bottom", "top": "left", "bottom": "right"}


def _replace_frame(frame: Element) -> None:
    """Replace the frame that KaTeX puts around a table by border classes of the table."""
    names = frame.get("notation", "").split()
    if [child.tag for child in frame] == ["mtable"] and set(names) <= _TURNED.keys():
        frame.tag = "mrow"
        frame.attrib.clear()
        add_class(frame[0], " ".join(f"m-line-{_TURNED[name]}" for name in names))


def _replace_last_rule(table: Element) -> None:
    r"""Replace the empty row that math-core writes for a final \hline by a border of the table."""
    last = table[-1] if len(table) > 1 else None
    if last is None or len(last) != 1 or len(last[0]) or last[0].text:
        return
    for kind in ("line", "dash"):
        if _has(last[0], f"m-{kind}-top"):
            table.remove(last)
            add_class(table, f"m-{kind}-bottom")
            return


def _mark_cells(table: Element) -> None:
    """Mark each cell with the alignment, spacing and lines that KaTeX only sets on the table."""
    is_numbered = any(_has(cell, "mtr-glue") for row in table for cell in row)
    aligned, spaced = _values(table, "columnalign"), _values(table, "columnspacing")
    column_lines, row_lines = _values(table, "columnlines"), _values(table, "rowlines")
    is_tight = table.get("rowspacing") == "0.1em"
    for row_index, row in enumerate(table):
        cells = [cell for cell in row if not {"mtr-glue", "mml-eqn-num"} & _classes(cell)]
        for column, cell in enumerate(cells):
            side = _nth(aligned, column)
            add_class(cell, f"m-{side}" if side in {"left", "right"} else "")
            add_class(cell, _rule_class("left", _nth(column_lines, column - 1)))
            add_class(cell, _rule_class("top", _nth(row_lines, row_index - 1)))
            add_class(cell, _space_class("left", _nth(spaced, column - 1)))
            if column + 1 < len(cells):
                add_class(cell, _space_class("right", _nth(spaced, column)))
            add_class(cell, "m-tight" if is_tight else "")
        if is_numbered and not _has(row[0], "mtr-glue"):
            row.insert(0, Element("mtd", {"class": "mtr-glue"}))
    if is_numbered:
        # These attributes don't count the margins and the column of numbers.
        for name in ("columnalign", "columnspacing", "columnlines", "rowspacing"):
            table.attrib.pop(name, None)
        add_class(table, "m-full")


def _number_rows(table: Element, tex: str) -> None:
    """Write the equation numbers that KaTeX leaves to CSS counters, and the tags that it drops."""
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
    r"""Return the \tag{} of each row: ["(7)", "", ""]. All are "" if the rows can't be matched."""
    pieces = [tex] if rows == 1 else _AFTER_LAST_ROW.sub(r"\1", tex).split("\\\\")
    if len(pieces) != rows:
        return [""] * rows
    tags = [_TAG.search(piece) for piece in pieces]
    return ["" if not tag else tag[2] if tag[1] else f"({tag[2]})" for tag in tags]


def _mark_widths(table: Element) -> None:
    """Mark a numbered table: it is as wide as the line, with the number in the right margin."""
    if table.get("width") == "100%":
        add_class(table, "m-full")
    for row in table:
        for cell in list(row):
            if cell.get("width") == "50%":
                add_class(cell, "m-half")
        # KaTeX puts the number of a \tag into a separate column after the right margin.
        if len(row) > 3 and row[-2].get("width") == "50%":
            row.remove(row[-2])
            add_class(row[-1], "m-half m-right")
        last = row[-1]
        if (len(last) or last.text) and {"m-half", "m-edge"} & _classes(last):
            add_class(last, "m-number")


def _values(table: Element, name: str) -> list[str]:
    return table.get(name, "").split()


def _nth(values: list[str], index: int) -> str:
    """Return the value for a column or row; the last value also applies to all after it."""
    return values[min(index, len(values) - 1)] if values and index >= 0 else ""


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
