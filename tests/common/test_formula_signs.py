"""Signs that grow over several letters say by classes what a stylesheet draws."""

from xml.etree import ElementTree

import pytest

from common.texmath import typeset
from common.text.sanitize import sanitise


def classes_of(tex: str) -> list[str]:
    """The classes of all elements around growing signs, as the sanitiser leaves them."""
    math = ElementTree.fromstring(sanitise(typeset(tex, display=True).mathml))
    return [
        element.get("class", "")
        for element in math.iter()
        if element.tag.rpartition("}")[2] in {"mover", "munder", "msqrt"} and element.get("class")
    ]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\overline{x+y}", ["m-over m-line"]),
        (r"\underline{ab}", ["m-under m-line"]),
        (r"\overline{z}", ["m-over m-line"]),
        (r"\bar{z}", []),
        (r"\hat{x} + \tilde{x} + \dot{x}", []),
        (r"\widehat{xyz}", ["m-over m-hat"]),
        (r"\overbrace{a+b}", ["m-over m-brace"]),
        (r"\underbrace{a+b}_{n}", ["m-under m-brace"]),
        (r"\overrightarrow{AB}", ["m-over m-arrow-right"]),
        (r"\overleftrightarrow{AB}", ["m-over m-arrow-both"]),
        (r"\underrightarrow{ab}", ["m-under m-arrow-right"]),
        (r"\vec{v}", ["m-over m-arrow-right"]),
        (r"A \xrightarrow{f} B", ["m-label-over m-arrow-right"]),
        (r"A \xleftarrow[g]{} B", ["m-label-under m-arrow-left"]),
        (r"A \xmapsto{f} B", ["m-label-over m-arrow-maps"]),
        (r"\sum_{i}^{n} \lim_{x \to 0} \stackrel{!}{=}", []),
        (r"\sqrt{x+1}", ["m-root"]),
        (r"\sqrt{\frac{a}{b}} + \sqrt[3]{x}", []),
    ],
)
def test_what_is_drawn_over_and_under(tex, expected):
    assert [names for names in classes_of(tex) if names] == expected


def test_the_longer_of_two_labels_says_how_long_the_arrow_is():
    above = ElementTree.fromstring(typeset(r"A \xrightarrow[n]{\text{long}} B").mathml)
    below = ElementTree.fromstring(typeset(r"A \xrightarrow[\text{long}]{n} B").mathml)
    for math, name in ((above, "m-label-over"), (below, "m-label-under")):
        (arrow,) = [one for one in math.iter() if name in one.get("class", "").split()]
        assert "long" in "".join(arrow.itertext())


def test_a_wide_tilde_is_the_one_that_browsers_let_grow():
    assert "\u02dc</mo>" in typeset(r"\widetilde{abc}").mathml


def test_the_bars_of_a_determinant_are_fences_and_a_lone_bar_is_not():
    matrix = typeset(r"\begin{vmatrix} a & b \\ c & d \end{vmatrix}").mathml
    assert matrix.count('stretchy="true"') == 2
    assert "form=" not in typeset(r"p(x|y) \begin{pmatrix} a \end{pmatrix} | c").mathml


def test_the_tex_stays_as_it_was_written():
    tex = r"\overbrace{a+b}^{n \text{ times}} \xrightarrow[b]{a}"
    assert ElementTree.fromstring(typeset(tex).mathml).find(".//{*}annotation").text == tex
