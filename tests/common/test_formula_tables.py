"""Tables of formulas say by classes how they are drawn, whichever typesetter wrote them."""

import re

import pytest

from common.texmath import typeset
from common.texmath.tables import with_classes
from common.text.sanitize import sanitise


def cells(tex):
    """The classes of each cell, row by row, after the sanitiser: [["m-left", ""], …]."""
    html = sanitise(typeset(tex, display=True).mathml)
    rows = re.findall(r"<mtr>(.*?)</mtr>", html)
    return [re.findall(r'<mtd(?:[^>]*? class="([^"]*)")?', row) for row in rows]


def numbers(tex):
    html = sanitise(typeset(tex, display=True).mathml)
    return re.findall(r'm-number"[^>]*><mtext>(.*?)</mtext>', html)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (
            r"\begin{aligned} a &= b \end{aligned}",
            [["m-right m-flush-right", "m-left m-flush-left"]],
        ),
        (
            r"\begin{alignedat}{1} a &= b \end{alignedat}",
            [["m-right m-flush-right", "m-left m-flush-left"]],
        ),
        (r"\begin{matrix} a & b \end{matrix}", [["", ""]]),
        (
            r"\begin{bmatrix*}[r] a & b \end{bmatrix*}",
            [["m-right m-near-left", "m-right m-near-right"]],
        ),
        (
            r"\begin{equation} a \end{equation}",
            [["m-half", "", "m-right m-half m-number"]],
        ),
        (r"a\tag{7}", [["m-half", "", "m-half m-right m-number"]]),
        (
            r"\begin{array}{l|c} a & b \\ \hline c & d \end{array}",
            [["m-left m-line-right", ""], ["m-left m-line-top m-line-right", "m-line-top"]],
        ),
        # KaTeX: math-core knows no \large.
        (
            r"\begin{array}{l|c} \large a & b \\ \hline c & d \end{array}",
            [["m-left", "m-line-left"], ["m-left m-line-top", "m-line-left m-line-top"]],
        ),
        (r"\sum_{\substack{a\\b}}", [["m-tight"], ["m-tight"]]),
    ],
)
def test_cells_say_how_they_are_drawn(tex, expected):
    assert cells(tex) == expected


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\begin{align} a &= b \\ c &= d \end{align}", ["(1)", "(2)"]),
        (r"\begin{align*} a &= b \end{align*}", []),
        (r"\begin{equation}\begin{split} a &= b \\ &= c \end{split}\end{equation}", ["(1)"]),
        (r"\begin{eqnarray} a &=& b \\ c &\le&d \end{eqnarray}", ["(1)", "(2)"]),
        (r"\begin{flalign} a &= b \end{flalign}", ["(1)"]),
        (r"a = b \tag{7}", ["(7)"]),
        (r"a = b \tag*{seven}", ["seven"]),
        (r"\begin{align} a &= b \tag{7} \\ c &= d \nonumber \\ e &= f \end{align}", ["(7)", "(1)"]),
        # KaTeX alone knows alignat; it forgets tags, and columns of rows without a number.
        (r"\begin{alignat}{1} a &= b \\ c &= d \end{alignat}", ["(1)", "(2)"]),
        (
            r"\begin{alignat}{1} a &= b \tag{7} \\ c &= d \nonumber \\ e &= f \end{alignat}",
            ["(7)", "(1)"],
        ),
        (
            r"\begin{alignat}{1} a &= \begin{cases} b \\ c \end{cases} \tag{7} \\ d &= e \end{alignat}",
            ["(1)", "(2)"],
        ),
        (r"\begin{alignat*}{1} a &= b \end{alignat*}", []),
    ],
)
def test_equations_have_their_numbers(tex, expected):
    assert numbers(tex) == expected


def test_rows_of_katex_have_the_same_columns_with_and_without_a_number():
    rows = cells(r"\begin{alignat}{1} a &= b \\ c &= d \nonumber \end{alignat}")
    assert [row[:3] for row in rows] == [["m-half", *rows[0][1:3]]] * 2


def test_the_last_rule_goes_below_the_whole_array():
    tex = r"\begin{array}{|c|c|} \hline a & b \\ \hline \end{array}"
    html = sanitise(typeset(tex, display=True).mathml)
    assert html.count("<mtr>") == 1
    assert '<mtable class="m-line-left m-line-top m-line-bottom"' in html


def test_katex_takes_rules_above_and_below_for_sides():
    html = typeset(r"\begin{array}{cc} \hline\hline a & b \\ \hline \end{array}").mathml
    assert "m-line-top m-line-bottom" in html and "m-line-left" not in html


@pytest.mark.parametrize("tex", [r"a \\[1ex] b", r"a \\*[ -2pt ] b", r"a \\ b"])
def test_the_height_of_a_row_is_not_printed(tex):
    mathml = typeset(rf"\begin{{gathered}} {tex} \end{{gathered}}", display=True).mathml
    shown, source = mathml.split("<annotation", 1)
    assert "[" not in shown and "ex" not in shown
    assert tex in source


def test_an_interval_in_a_new_row_is_no_height():
    shown = typeset(r"\begin{gathered} a \\ [0, 1] \end{gathered}").mathml.split("<annotation")[0]
    assert "[" in shown


def test_what_has_no_table_or_is_no_xml_comes_back_as_it_is():
    for mathml in ("<math><mi>a</mi></math>", "<math><mtable>\x0b</mtable></math>"):
        assert with_classes(mathml) == mathml


def test_named_letters_and_nested_tables_survive():
    tex = r"\begin{pmatrix} \sin x & \begin{matrix} a \\ b \end{matrix} \end{pmatrix} < c"
    html = sanitise(typeset(tex, display=True).mathml)
    assert html.count("<mtable") == 2 and "&lt;" in html and "sin" in html
