"""The outline of HTML: which blocks stand in which, written so that two renderers can be compared.

"h1 p ul(li(. ul(li(.))) li(.))": a full stop is text that stands in its parent without a paragraph.
What this site adds of its own is taken away: headings two levels down, boxes around tables, figures
around pictures, the titles of alerts; a displayed formula is part of the paragraph around it.
"""

import re

from lxml import html as lxml_html

DISPLAY = "DISPLAYEDFORMULA"
_HEADING = re.compile(r"h([1-6])\Z")
_BLOCKS = {
    *("p", "ul", "ol", "li", "blockquote", "pre", "hr", "table", "details", "summary", "div", "dl"),
    *("figure", "section", "h1", "h2", "h3", "h4", "h5", "h6", "center", "dt", "dd"),
}


def outline(html: str, *, is_ours: bool) -> str:
    """`is_ours` tells whether headings have already been moved down."""
    if not html.strip():
        return ""
    root = lxml_html.fromstring(f"<div>{html}</div>")
    return _inside(root, is_ours)


def _inside(element: lxml_html.HtmlElement, is_ours: bool) -> str:
    parts: list[str] = []
    _add_text(parts, element.text, element)
    for child in element:
        if isinstance(child.tag, str):
            _add(parts, child, is_ours)
        _add_text(parts, child.tail, element)
    return " ".join(_without_cuts(parts))


def _add_text(parts: list[str], text: str | None, parent: lxml_html.HtmlElement) -> None:
    if text and text.strip():
        parts.append("display" if DISPLAY in text else ".")


def _add(parts: list[str], child: lxml_html.HtmlElement, is_ours: bool) -> None:
    kind = child.get("class") or ""
    heading = _HEADING.match(child.tag)
    if child.tag == "div" and kind == "eq":
        parts.append("display")
    elif kind in {"notes", "footnotes"} or child.get("data-footnotes") is not None:
        parts.append(f"notes[{len(child.findall('.//li'))}]")
    elif kind == "toc":
        parts.append("p")
    elif kind == "alert-title" or child.get("class") == "task" or child.tag == "input":
        pass
    elif child.tag == "div" and kind == "scroll":
        parts.append(_table(child.find("table")))
    elif child.tag == "table":
        parts.append(_table(child))
    elif heading:
        parts.append(f"h{min(int(heading[1]) - 2 * is_ours, 4)}")
    elif child.tag in {"p", "figure"}:
        parts.append("p" + ("=display" if DISPLAY in child.text_content() else ""))
    elif child.tag in _BLOCKS:
        name = "div" if child.tag == "center" else child.tag
        start = f"@{child.get('start')}" if child.get("start") else ""
        inner = "" if child.tag in {"pre", "hr"} else _inside(child, is_ours)
        parts.append(f"{name}{start}({inner})" if inner else f"{name}{start}")
    else:
        parts.append(".")


def _without_cuts(parts: list[str]) -> list[str]:
    """A paragraph in which a formula is displayed is one, however many pieces it is cut into."""
    kept: list[str] = []
    for part in parts:
        is_piece = part in {"display", "p=display"}
        if is_piece and kept and kept[-1] in {"p", ".", "~"}:
            kept[-1] = "~"
        elif is_piece or (part in {"p", "."} and kept and kept[-1] == "~"):
            if not (kept and kept[-1] == "~"):
                kept.append("~")
        elif not (part == "." and kept and kept[-1] == "."):
            kept.append(part)
    return kept


def _table(table: lxml_html.HtmlElement) -> str:
    rows = []
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in {"th", "td"}]
        if any(cell.text_content().strip() or len(cell) for cell in cells) or rows:
            rows.append(" ".join(_cell(cell) for cell in cells))
    return f"table({' | '.join(rows)})"


def _cell(cell: lxml_html.HtmlElement) -> str:
    told = cell.get("align") or (cell.get("class") or "").removeprefix("m-")
    return {"right": ">", "center": "^"}.get(told, "c")
