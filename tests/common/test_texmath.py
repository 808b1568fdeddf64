"""Formulas: found in text, typeset, bounded."""

from pathlib import Path

import pytest

from common.texmath import split_math, typeset
from common.text.sanitize import sanitise

FORMULAS = [
    line
    for line in (Path(__file__).parent.parent / "fixtures" / "formulas.txt")
    .read_text("utf-8")
    .splitlines()
    if line
]
SHARE_THAT_TYPESETS = 0.995


def test_nearly_all_real_formulas_typeset():
    failed = [tex for tex in FORMULAS if typeset(tex, display=True).error]
    assert 1 - len(failed) / len(FORMULAS) >= SHARE_THAT_TYPESETS, failed


@pytest.mark.parametrize("tex", FORMULAS)
def test_a_formula_survives_the_sanitiser_and_keeps_its_source(tex):
    formula = typeset(tex, display=True)
    html = sanitise(formula.mathml)
    assert sanitise(html) == html and " style=" not in html
    if formula.error is None:
        assert "<math" in html and 'encoding="application/x-tex"' in html
    else:
        assert html.startswith('<code class="tex-error" title="')


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("price $5, size $n^2$", ["n^2"]),
        ("$x$ and $y$", ["x", "y"]),
        (r"\(x\) and \[y\]", ["x", "y"]),
        ("$$x$$", ["x"]),
        ("from $5 to $10", []),
        ("a $ b $ c", []),
        (r"\$5 and \$6", []),
        ("$0.999$", ["0.999"]),
        (r"$1.6\times10^{12}$", [r"1.6\times10^{12}"]),
        ("$2^{10}$ steps", ["2^{10}"]),
        ("$x\n\ny$", []),
        ("$", []),
        ("", []),
    ],
)
def test_formulas_are_told_from_money(text, formulas):
    spans = split_math(text)
    assert [span.tex for span in spans if span.kind != "text"] == formulas
    assert "".join(span.source for span in spans) == text
