"""Signs that grow along a line, marked so that a stylesheet draws them.

MathML leaves braces, arrows and lines over several letters to the font. Chromium measures such a
sign before it grows: long ones are cut, and arrows and lines do not grow at all. So the element
around them says by its class what is drawn, and static/css/math.css draws it in every browser. The
sign itself stays for feeds, mail and screen readers, which have no such stylesheet.
"""

from xml.etree.ElementTree import Element

_BRACES = {"⏞": "brace", "⏟": "brace", "⏜": "paren", "⏝": "paren", "⎴": "bracket", "⎵": "bracket"}
_ARROWS = {
    "→": "arrow-right",
    "⟶": "arrow-right",
    "←": "arrow-left",
    "⟵": "arrow-left",
    "↔": "arrow-both",
    "⟷": "arrow-both",
    "⇀": "arrow-right",
    "↼": "arrow-left",
    "↦": "arrow-maps",
    "⟼": "arrow-maps",
    "\u20d7": "arrow-right",
}
_LINES = dict.fromkeys("\u00af\u203e\u0305\u0332_\u2015", "line")
_HATS = dict.fromkeys("^\u0302\u02c6", "hat")
_TILDES = "~\u0303\u02dc"
_VECTOR = "\u20d7"
_BARS = {"|", "∥", "‖"}
# One letter keeps the sign that the font has for one letter, as in \bar{x} and \hat{x}.
_LETTER = {"mi", "mn", "mtext"}

SIGNS = frozenset({*_BRACES, *_ARROWS, *_LINES, *_HATS, *_TILDES})


def mark(math: Element) -> None:
    """Add the classes to all growing signs of a <math> element, and to small roots."""
    for element in list(math.iter()):
        if element.tag == "mrow":
            _grow_bars(element)
            _close_up_to_fences(element)
        if element.tag in {"mover", "munder"} and len(element) == 2:
            _mark_over(element)
        if element.tag in {"mover", "munder"}:
            _mark_arrow(element)
        elif element.tag == "munderover":
            _mark_arrow(_nest(element))
        elif element.tag == "msqrt" and _is_low(element):
            _add(element, "m-root")


def _grow_bars(row: Element) -> None:
    """The bars of a determinant are fences, which grow; a bar alone is an operator."""
    for before, table, after in zip(row, row[1:], row[2:], strict=False):
        fences = [(before, "prefix"), (after, "postfix")]
        if table.tag == "mtable" and all(
            fence.tag == "mo" and (fence.text or "").strip() in _BARS for fence, _ in fences
        ):
            for fence, form in fences:
                fence.attrib.update({"fence": "true", "form": form, "stretchy": "true"})
                for side in ("lspace", "rspace"):
                    fence.attrib.setdefault(side, "0")


def _close_up_to_fences(row: Element) -> None:
    """Leave little space between the outer columns of a matrix and the brackets around it, as TeX does."""
    for position, table in enumerate(row):
        if table.tag != "mtable" or "m-full" in table.get("class", "").split():
            continue
        if position and row[position - 1].tag == "mo":
            for line in table:
                _add(line[0], "m-near-left")
        if position + 1 < len(row) and row[position + 1].tag == "mo":
            for line in table:
                _add(line[-1], "m-near-right")


def _mark_over(element: Element) -> None:
    """A sign over or under something: \\overbrace, \\overline, \\widehat, \\overrightarrow."""
    base, sign = element
    text = (sign.text or "").strip()
    if sign.tag != "mo" or text not in SIGNS:
        return
    if text in _TILDES:
        # The one of three look-alikes that browsers let grow.
        if sign.get("stretchy") == "true":
            sign.text = "\u02dc"
        return
    is_letter = base.tag in _LETTER and len(base.text or "") <= 1
    if is_letter and (text in _HATS or text in _LINES) and not _is_line_of(element, text):
        return
    if sign.get("stretchy") == "false" and text != _VECTOR:
        return
    name = {**_BRACES, **_ARROWS, **_LINES, **_HATS}[text]
    where = "over" if element.tag == "mover" else "under"
    if name == "line":
        sign.text = "\u203e" if where == "over" else "_"
    _add(element, f"m-{where} m-{name}")


def _is_line_of(element: Element, text: str) -> bool:
    """Whether a sign over one letter is \\overline and not \\bar: it says that it grows."""
    return text in _LINES and element[1].get("stretchy") == "true"


def _mark_arrow(element: Element) -> None:
    """An arrow with a label: \\xrightarrow{f}."""
    arrow = element[0]
    name = _ARROWS.get((arrow.text or "").strip())
    if arrow.tag == "mo" and name and arrow.get("stretchy") != "false" and len(element) == 2:
        _unwrap_label(element)
        _add(element, f"m-label-{'over' if element.tag == 'mover' else 'under'} m-{name}")


def _unwrap_label(element: Element) -> None:
    """Give a label the room that its arrow needs at its sides.

    KaTeX writes <mover><mrow>label</mrow><mspace width="3.5em"/></mover>: the space makes the arrow
    long enough, and puts an empty line above the label.
    """
    wrapper = element[1]
    if wrapper.tag not in {"mover", "munder"} or len(wrapper) != 2 or wrapper[1].tag != "mspace":
        return
    label = wrapper[0]
    element.remove(wrapper)
    element.append(label)
    if len("".join(label.itertext())) <= 3:
        for space in label.findall("mspace"):
            space.set("width", "1em")


def _nest(element: Element) -> Element:
    """Two labels become a label on a labelled arrow; return the inner element, or as it was.

    The arrow is as long as the label next to it, so the longer one is put there.
    """
    arrow, under, over = element
    if arrow.tag != "mo" or (arrow.text or "").strip() not in _ARROWS:
        return element
    is_over_longer = len("".join(over.itertext())) >= len("".join(under.itertext()))
    inner = Element("mover" if is_over_longer else "munder")
    inner.extend([arrow, over if is_over_longer else under])
    outer = under if is_over_longer else over
    element.tag = "munder" if is_over_longer else "mover"
    for child in list(element):
        element.remove(child)
    element.extend([inner, outer])
    return inner


_SCRIPTS = {"msup", "msub", "msubsup"}
_HIGH = {"mfrac", "mover", "munder", "munderover", "mtable", "msqrt", "mroot", "mpadded"}


def _is_low(root: Element) -> bool:
    """Whether letters in a line stand under a root, with plain scripts: the font's first root fits."""
    parts = [child for child in root.iter() if child is not root]
    if any(part.tag in _HIGH for part in parts):
        return False
    return all(not len(script) for part in parts if part.tag in _SCRIPTS for script in part[1:])


def _add(element: Element, names: str) -> None:
    element.set(
        "class", " ".join(dict.fromkeys([*element.get("class", "").split(), *names.split()]))
    )
