"""Formulas of several lines, judged by where Chromium puts their parts, on a screen and a phone."""

import itertools

import pytest

from tests.support.factories import make_summary

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# "relation": the second column of each pair begins where the first ends, in every row. A number:
# so many equation numbers. "left" and "right": columns (from 0) with one edge. "rules": borders.
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
]

# Of each formula: its box, and row by row its cells with the boxes of what is drawn in them.
MEASURE = """
() => [...document.querySelectorAll(".prose .eq")].map((eq) => {
  const box = (rect) => ({left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom});
  const letters = (element) => [...element.querySelectorAll("mi, mn, mo, mtext")]
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
  const origin = eq.getBoundingClientRect().left - eq.scrollLeft;
  return {
    tex: eq.querySelector("annotation").textContent,
    left: origin, right: origin + Math.max(eq.clientWidth, eq.scrollWidth),
    visible: origin + eq.clientWidth,
    letters: letters(eq),
    rules: table ? [table, ...table.querySelectorAll("mtd")].reduce((sum, cell) => sum + borders(cell), 0) : 0,
    rows: table ? [...table.children].map((row) => [...row.children].map((cell) => ({
      ...box(cell.getBoundingClientRect()), letters: letters(cell),
      isNumber: cell.classList.contains("m-number"),
      isCut: cell.scrollWidth > cell.clientWidth,
    }))) : [],
  };
})
"""


@pytest.mark.parametrize("width", [390, 1280])
def test_every_part_of_a_formula_is_where_it_belongs(open_page, width):
    text = "\n\n".join(f"$$\n{tex}\n$$" for tex, _ in FORMULAS)
    summary = make_summary(text=text)
    page = open_page(width=width)
    page.goto(f"/summary/{summary.pk}")
    shown = page.evaluate(MEASURE)
    assert len(shown) == len(FORMULAS)
    faults = [
        f"{tex}: {fault}"
        for (tex, expected), formula in zip(FORMULAS, shown, strict=True)
        for fault in faults_of_formula(formula, expected)
    ]
    assert not faults, "\n".join(faults)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


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
