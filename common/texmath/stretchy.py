"""Mark symbols that stretch horizontally, so that a stylesheet can draw them.

MathML leaves braces, arrows and lines over several letters to the font. Chromium measures such a
symbol before it is stretched: long ones are cut off, and arrows and lines don't stretch at all. So
the element around the symbol gets a class, and static/css/math.css draws it in every browser. The
symbol itself stays, for feeds, mail and screen readers, which don't use the stylesheet.
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
# A single letter keeps the font's own accent, as in \bar{x} and \hat{x}.
_LETTER = {"mi", "mn", "mtext"}

_DRAWN = {**_BRACES, **_ARROWS, **_LINES, **_HATS}


def mark(math: Element) -> None:
    """Add the classes to all stretching symbols of a <math> element, and to low roots."""
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
            add_class(element, "m-root")


def _grow_bars(row: Element) -> None:
    """Make the bars around a table, as of a determinant, stretch with it; other bars don't."""
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
                add_class(line[0], "m-near-left")
        if position + 1 < len(row) and row[position + 1].tag == "mo":
            for line in table:
                add_class(line[-1], "m-near-right")


def _mark_over(element: Element) -> None:
    r"""Mark a symbol over or under something: \overbrace, \overline, \widehat, \overrightarrow."""
    base, sign = element
    text = (sign.text or "").strip()
    if sign.tag != "mo":
        return
    stretches = sign.get("stretchy")
    if text in _TILDES and stretches == "true":
        # Of three similar characters, browsers only stretch this one.
        sign.text = "\u02dc"
    name = _DRAWN.get(text)
    if name is None or (stretches == "false" and text != _VECTOR):
        return
    is_letter = base.tag in _LETTER and len(base.text or "") <= 1
    # A line over a letter that stretches is \overline, another one \bar.
    if is_letter and (name == "hat" or (name == "line" and stretches != "true")):
        return
    where = "over" if element.tag == "mover" else "under"
    if name == "line":
        sign.text = "\u203e" if where == "over" else "_"
    add_class(element, f"m-{where} m-{name}")


def _mark_arrow(element: Element) -> None:
    r"""Mark an arrow with a label: \xrightarrow{f}."""
    arrow = element[0]
    name = _ARROWS.get((arrow.text or "").strip())
    if arrow.tag == "mo" and name and arrow.get("stretchy") != "false" and len(element) == 2:
        _unwrap_label(element)
        add_class(element, f"m-label-{'over' if element.tag == 'mover' else 'under'} m-{name}")


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
    """Nest an arrow with two labels as a label on a labelled arrow; return the inner element.

    The arrow gets the length of the inner label, so that is the longer one. Any other element is
    returned unchanged.
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
    """Return whether a root contains one line with simple scripts: the font's smallest root fits."""
    parts = [child for child in root.iter() if child is not root]
    if any(part.tag in _HIGH for part in parts):
        return False
    return all(not len(script) for part in parts if part.tag in _SCRIPTS for script in part[1:])


def add_class(element: Element, names: str) -> None:
    """Add class names, separated by blanks, that the element does not have yet."""
    if names:
        element.set(
            "class", " ".join(dict.fromkeys([*element.get("class", "").split(), *names.split()]))
        )
