"""Formulas, judged by where Chromium and Firefox put their parts, on a screen and a phone."""

import itertools

import pytest

from tests.support.factories import make_summary

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# "relation": the second column of each pair begins where the first ends, in every row. A number:
# so many equation numbers. "left" and "right": columns (from 0) with one edge. "rules": borders.
# "signs": so many drawn signs over or under letters, each as wide as what it spans. "roots": roots
# whose room ends where their letters end. "fences": signs as high as what they stand around.
# "frames": boxes around a formula. "strikes": lines through it.
FORMULAS = [
    (
        r"\begin{align} a &= b + \sum_{i=1}^n x_i \\ \mathrm{Swish}(x) &= x\,\sigma(\beta x) \end{align}",
        {"relation": 1, "numbers": 2},
    ),
    (r"\begin{align*} a &= b + c & e &= f \\ xxxx &= d & g &= h \end{align*}", {"relation": 1}),
    (r"\begin{aligned} wwww &= x \\ y &= \frac{d}{e} \\ &\le e \end{aligned}", {"relation": 0}),
    (r"\begin{gather} a = b \\ \sum_i x_i = \frac{1}{2} \end{gather}", {"numbers": 2}),
    (r"\begin{gathered} a = b \\ cccc = dddd \end{gathered}", {}),
    (r"\begin{equation} E = mc^2 \end{equation}", {"numbers": 1}),
    (r"\begin{equation*} E = mc^2 \end{equation*}", {}),
    (r"\begin{equation}\begin{split} a &= b \\ &= cc \end{split}\end{equation}", {"numbers": 1}),
    (r"\begin{multline} a + b + c + d \\ + e + f \\ + g + h \end{multline}", {"numbers": 1}),
    (
        r"\begin{cases} x & \text{if } x \ge 0 \\ -x & \text{otherwise} \end{cases}",
        {"left": [0, 1]},
    ),
    (
        r"\begin{dcases} \frac{a}{b} & \text{if } c \\ dddd & \text{else} \end{dcases}",
        {"left": [0, 1]},
    ),
    (
        r"\begin{array}{l|cr} a & b & c \\ \hline dddd & eeee & ffff \end{array}",
        {"left": [0], "right": [2], "rules": 5},
    ),
    (
        r"\begin{array}{|l||c|} \hline aaaa & b \\ \hdashline d & eeee \\ \hline \end{array}",
        {"rules": 12},
    ),
    (
        r"\begin{array}{l|r} \large a & b \\ \hline dd & eeee \end{array}",
        {"right": [1], "rules": 4},
    ),
    (r"\begin{pmatrix} a & b \\ c & -dddd \end{pmatrix}", {}),
    (r"\begin{bmatrix*}[r] 1 & -22 \\ 33 & 4 \end{bmatrix*}", {"right": [0, 1]}),
    (
        r"\begin{alignat}{2} a &= b &\quad cccc &= d \\ e &= fffff & g &= h \end{alignat}",
        {"relation": 1, "numbers": 2},
    ),
    (r"\begin{alignedat}{1} aaa &= b \\ c &= d \end{alignedat}", {"relation": 0}),
    (
        r"\begin{alignat}{1} aaa &= b \\ c &= d \nonumber \end{alignat}",
        {"relation": 1, "numbers": 1},
    ),
    (
        r"\begin{eqnarray} a &=& \sum_i b_i \\ eeee &\le& f \end{eqnarray}",
        {"relation": 1, "numbers": 2},
    ),
    (r"a = b \tag{7}", {"numbers": 1}),
    (
        r"\begin{align} a &= b \tag{7} \\ e &= f \tag*{a long tag} \\ g &= h \nonumber \end{align}",
        {"relation": 1, "numbers": 2},
    ),
    (
        r"\begin{align} \mathcal{L}(\theta, \phi; x) &= \mathbb{E}_{q_\phi(z|x)}\left[\log p_\theta(x|z)"
        r"\right] - D_{KL}\left(q_\phi(z|x)\,\|\,p_\theta(z)\right) + \text{a long rest} \\ &\le 1 \end{align}",
        {"relation": 1, "numbers": 2},
    ),
    (r"\sum_{\substack{0 \le i \le n \\ j \ne i}} x_{ij}", {}),
    (r"\overline{x + y + z} = \overline{a}", {"signs": 2}),
    (r"\underline{abc + def}", {"signs": 1}),
    (r"\widehat{xyz} + \hat{x}", {"signs": 1}),
    (r"\widehat{ABCDEFGH}", {"signs": 1}),
    (r"\widetilde{fg} + \tilde{x} + \bar{x} + \dot{x} + \ddot{x}", {}),
    (r"\overbrace{a + b + c + d}^{n \text{ times}}", {"signs": 1}),
    (r"\underbrace{x_1 + \dots + x_n}_{=\,1}", {"signs": 1}),
    (
        r"\underbrace{\frac{a}{b} + \sum_i x_i}_{\text{a label that is longer than the sum}}",
        {"signs": 1},
    ),
    (r"\overrightarrow{AB} + \overleftarrow{CDE} + \overleftrightarrow{FG}", {"signs": 3}),
    (r"\underrightarrow{abc} + \underleftarrow{abc}", {"signs": 2}),
    (r"\vec{v} + \vec{AB}", {"signs": 2}),
    (r"\overbracket{ab} + \underbracket{abc}_{d}", {"signs": 2}),
    (r"\overparen{abc} + \underparen{abc}", {"signs": 2}),
    (r"A \xrightarrow{\text{a long label above}} B", {"signs": 1}),
    (r"A \xleftarrow[\text{below it}]{f} B", {"signs": 1}),
    (r"X_n \xrightarrow[n \to \infty]{\text{in distribution}} X", {"signs": 1}),
    (r"A \xmapsto{f(x)} B \xleftrightarrow{g} C", {"signs": 2}),
    (r"\sqrt{x} + \sqrt{1} + \sqrt{x + y}", {"roots": 3}),
    (r"\sqrt{\frac{a}{b}} + \sqrt{x^2 + y^2}", {"roots": 2}),
    (r"\sqrt{1 + \sqrt{1 + \sqrt{1 + x}}}", {"roots": 3}),
    (r"\sqrt[3]{x + y}", {}),
    (r"\boxed{E = mc^2}", {"frames": 1}),
    (r"\fbox{text}", {"frames": 1}),
    (r"\cancel{x} + \bcancel{abc} + \xcancel{y + z} + \sout{gone}", {"strikes": 4}),
    (r"\left( \sum_{i=1}^{n} \frac{x_i}{y_i} \right)^2", {"fences": 2}),
    (r"\left[ \frac{a}{b} \right] + \left\{ \frac{a}{b} \right\}", {"fences": 4}),
    (r"\left\lVert \frac{x}{y} \right\rVert_2 + \left| \frac{a}{b} \right|", {"fences": 4}),
    (
        r"\left\langle \frac{a}{b} \right\rangle + \left\lfloor \frac{a}{b} \right\rceil",
        {"fences": 4},
    ),
    (r"\begin{vmatrix} a & b \\ c & d \end{vmatrix}", {"fences": 2}),
    (r"\begin{Vmatrix} a & b \\ c & d \end{Vmatrix}", {"fences": 2}),
    (r"\begin{Bmatrix} a \\ b \\ c \end{Bmatrix}", {"fences": 2}),
    (r"\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}", {"roots": 1}),
    (r"\iint_D f + \oint_C g + \prod_{i=1}^n \bigcup_j A_j", {}),
    (r"\frac{\partial^2 f}{\partial x\,\partial y} + \tfrac12 + \binom{n}{k}", {"fences": 2}),
    (r"\cfrac{1}{1 + \cfrac{1}{1 + x}}", {}),
    (r"\lim_{x \to 0} \max_\theta \operatorname*{arg\,min}_x f", {}),
]

# Of each formula: its box, and row by row its cells with the boxes of what is drawn in them.
MEASURE = """
() => [...document.querySelectorAll(".prose .eq")].map((eq) => {
  const box = (rect) => ({left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom});
  const letters = (element) => [element, ...element.querySelectorAll("*")]
    .filter((leaf) => /^m[ino]$|^mtext$/.test(leaf.localName))
    .filter((leaf) => leaf.textContent.trim() && !/^[\\u2061-\\u2064]$/.test(leaf.textContent))
    .map((leaf) => {
      const range = document.createRange();
      range.selectNodeContents(leaf);
      return {...box(leaf.getBoundingClientRect()), text: leaf.textContent,
              lines: range.getClientRects().length};
    });
  const borders = (element) => ["Top", "Right", "Bottom", "Left"].filter((side) => {
    const style = getComputedStyle(element);
    return parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== "none";
  }).length;
  const table = eq.querySelector("mtable");
  const inked = (element) => {
    const boxes = letters(element);
    const side = (name, most) => Math[most](...boxes.map((one) => one[name]));
    return {left: side("left", "min"), right: side("right", "max"), top: side("top", "min"), bottom: side("bottom", "max")};
  };
  const drawn = (element) => getComputedStyle(element).backgroundImage !== "none";
  const origin = eq.getBoundingClientRect().left - eq.scrollLeft;
  return {
    tex: eq.querySelector("annotation").textContent,
    left: origin, right: origin + Math.max(eq.clientWidth, eq.scrollWidth),
    visible: origin + eq.clientWidth,
    letters: letters(eq),
    signs: [...eq.querySelectorAll(".m-over, .m-under, .m-label-over, .m-label-under")].map((element) => {
      const isLabel = /m-label/.test(element.className);
      return {drawn: drawn(element), hidden: getComputedStyle(element.querySelector(":scope > mo")).visibility,
              box: box(element.getBoundingClientRect()), inner: inked(element.children[isLabel ? 1 : 0])};
    }),
    roots: [...eq.querySelectorAll("msqrt")].map((root) => ({
      right: root.getBoundingClientRect().right + parseFloat(getComputedStyle(root).marginInlineEnd),
      inner: inked(root), size: parseFloat(getComputedStyle(root).fontSize)})),
    fences: [...eq.querySelectorAll("mo")].filter((mo) => /^[()\\[\\]{}|‖∥⟨⟩⌊⌋⌈⌉]$/.test(mo.textContent.trim())).map((mo) => {
      const around = [...mo.parentElement.children].filter((child) => child.tagName !== "mo");
      return {height: mo.getBoundingClientRect().height, text: mo.textContent,
              inner: Math.max(0, ...around.map((child) => { const ink = inked(child); return ink.bottom - ink.top; }))};
    }).filter((fence) => fence.inner > 0),
    frames: [...eq.querySelectorAll("menclose[notation=box]")].map((frame) => ({
      box: box(frame.getBoundingClientRect()), inner: inked(frame), borders: borders(frame)})),
    strikes: [...eq.querySelectorAll("menclose[notation*=strike]")].map((frame) => ({
      drawn: drawn(frame), box: box(frame.getBoundingClientRect()), inner: inked(frame)})),
    rules: table ? [table, ...table.querySelectorAll("mtd")].reduce((sum, cell) => sum + borders(cell), 0) : 0,
    rows: table ? [...table.children].map((row) => [...row.children].map((cell) => ({
      ...box(cell.getBoundingClientRect()), letters: letters(cell),
      isNumber: cell.classList.contains("m-number"),
      isCut: cell.scrollWidth > cell.clientWidth,
    }))) : [],
  };
})
"""


@pytest.fixture
def address(live_server):
    """A page with all formulas."""
    text = "\n\n".join(f"$$\n{tex}\n$$" for tex, _ in FORMULAS)
    return f"{live_server.url}/summary/{make_summary(text=text).pk}"


@pytest.mark.parametrize("width", [390, 1280])
def test_chromium_puts_every_part_where_it_belongs(open_page, address, width):
    page = open_page(width=width)
    page.goto(address)
    assert not (faults := faults_on_page(page.evaluate(MEASURE), draws_frames=False)), "\n".join(
        faults
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [390, 1280])
def test_firefox_puts_every_part_where_it_belongs(firefox, address, width):
    firefox.resize(width)
    firefox.goto(address)
    assert not (faults := faults_on_page(firefox.evaluate(MEASURE), draws_frames=True)), "\n".join(
        faults
    )
    assert firefox.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    firefox.goto("about:blank")


def faults_on_page(shown, *, draws_frames):
    """What is wrong with any formula; `draws_frames`: the browser draws <menclose> of its own."""
    assert len(shown) == len(FORMULAS)
    return [
        f"{tex}: {fault}"
        for (tex, expected), formula in zip(FORMULAS, shown, strict=True)
        for fault in faults_of_formula(formula, {**expected, "draws frames": draws_frames})
    ]


def faults_of_formula(formula, expected):
    yield from broken_words(formula)
    yield from overlaps(formula)
    yield from outside(formula)
    yield from numbers(formula, expected.get("numbers", 0))
    if "relation" in expected:
        yield from relations(formula, first=expected["relation"])
    for side in ("left", "right"):
        for column in expected.get(side, []):
            edges = [inner(row[column])[side] for row in formula["rows"]]
            if spread(edges) > 2:
                yield f"column {column} has no common {side} edge: {edges}"
    yield from signs(formula, expected.get("signs", 0))
    yield from roots(formula, expected.get("roots", 0))
    yield from fences(formula, expected.get("fences", 0))
    yield from frames(formula, expected.get("frames", 0), by_browser=expected["draws frames"])
    yield from strikes(formula, expected.get("strikes", 0), by_browser=expected["draws frames"])
    if formula["rules"] != expected.get("rules", 0):
        yield f"{formula['rules']} rules instead of {expected.get('rules', 0)}"


def broken_words(formula):
    for letter in formula["letters"]:
        if letter["lines"] > 1:
            yield f"{letter['text']} is broken into {letter['lines']} lines"


def overlaps(formula):
    for row in formula["rows"]:
        for one, other in itertools.combinations([cell for cell in row if cell["letters"]], 2):
            if inner(one)["right"] > inner(other)["left"] + 1:
                yield f"{words(one)} stands over {words(other)}"
    above = [cells for cells in formula["rows"] if any(cell["letters"] for cell in cells)]
    for upper, lower in itertools.pairwise(above):
        if max(cell["bottom"] for cell in upper) > min(cell["top"] for cell in lower) + 1:
            yield "rows overlap"


def outside(formula):
    for row in formula["rows"]:
        for cell in row:
            if cell["isCut"]:
                yield f"{words(cell)} is cut"
            if cell["letters"] and (
                inner(cell)["left"] < cell["left"] - 1 or inner(cell)["right"] > cell["right"] + 1
            ):
                yield f"{words(cell)} leaves its cell"
    for letter in formula["letters"]:
        if letter["left"] < formula["left"] - 1 or letter["right"] > formula["right"] + 1:
            yield f"{letter['text']} cannot be scrolled to"


def numbers(formula, count):
    found = [(row, cell) for row in formula["rows"] for cell in row if cell["isNumber"]]
    if len(found) != count:
        yield f"{len(found)} numbers instead of {count}"
    for row, number in found:
        if abs(inner(number)["right"] - formula["right"]) > 2:
            yield f"{words(number)} is not at the right edge"
        beside = [cell for cell in row if cell["letters"] and not cell["isNumber"]]
        if any(inner(cell)["right"] + 8 > inner(number)["left"] for cell in beside):
            yield f"{words(number)} touches the formula"
        middle = (inner(number)["top"] + inner(number)["bottom"]) / 2
        if (
            not min(inner(cell)["top"] for cell in beside)
            < middle
            < max(inner(cell)["bottom"] for cell in beside)
        ):
            yield f"{words(number)} is not beside its row"


def relations(formula, *, first):
    rows = [row for row in formula["rows"] if len(row) > first + 1]
    ends = [inner(row[first])["right"] for row in rows if row[first]["letters"]]
    begins = [inner(row[first + 1])["left"] for row in rows]
    if spread(ends) > 1.5 or spread(begins) > 1.5:
        yield f"the relations are not below each other: {ends}, {begins}"
    if min(begins) - max(ends) > 8:
        yield f"{min(begins) - max(ends)} px before the relation"


def signs(formula, count):
    if len(formula["signs"]) != count:
        yield f"{len(formula['signs'])} signs instead of {count}"
    for sign in formula["signs"]:
        if not sign["drawn"] or sign["hidden"] != "hidden":
            yield "a sign is not drawn by the style"
        if (
            sign["box"]["left"] > sign["inner"]["left"] + 1.5
            or sign["box"]["right"] < sign["inner"]["right"] - 3
        ):
            yield "a sign is shorter than what it spans"
        if (
            sign["box"]["top"] > sign["inner"]["top"]
            and sign["box"]["bottom"] < sign["inner"]["bottom"]
        ):
            yield "a sign has no room of its own"


def roots(formula, count):
    if len(formula["roots"]) < count:
        yield f"{len(formula['roots'])} roots instead of {count}"
    for root in formula["roots"]:
        if abs(root["right"] - root["inner"]["right"]) > 0.35 * root["size"]:
            yield f"{root['right'] - root['inner']['right']} px between a root's letters and its end"


def fences(formula, count):
    if count and len(formula["fences"]) != count:
        yield f"{len(formula['fences'])} fences instead of {count}"
    for fence in formula["fences"] if count else ():
        if fence["height"] < 0.7 * fence["inner"]:
            yield f"{fence['text']} is {fence['height']} px high around {fence['inner']}"


def frames(formula, count, *, by_browser):
    if len(formula["frames"]) != count:
        yield f"{len(formula['frames'])} frames instead of {count}"
    for frame in formula["frames"]:
        if not by_browser and frame["borders"] != 4:
            yield f"a frame of {frame['borders']} lines"
        if not contains(frame["box"], frame["inner"], by=1):
            yield "a frame cuts what is in it"


def strikes(formula, count, *, by_browser):
    if len(formula["strikes"]) != count:
        yield f"{len(formula['strikes'])} strikes instead of {count}"
    for strike in formula["strikes"]:
        if not by_browser and not strike["drawn"]:
            yield "a strike is not drawn"


def contains(outer, part, *, by):
    return (
        outer["left"] <= part["left"] - by
        and outer["right"] >= part["right"] + by
        and outer["top"] <= part["top"] + by
        and outer["bottom"] >= part["bottom"] - by
    )


def inner(cell):
    """What is drawn in a cell, without its padding."""
    return {
        "left": min(letter["left"] for letter in cell["letters"]),
        "right": max(letter["right"] for letter in cell["letters"]),
        "top": min(letter["top"] for letter in cell["letters"]),
        "bottom": max(letter["bottom"] for letter in cell["letters"]),
    }


def words(cell):
    return "".join(letter["text"] for letter in cell["letters"]) or "an empty cell"


def spread(values):
    return max(values) - min(values)
