"""The sanitiser's short way for escaped text says what the long way says."""

from html import escape, unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text.sanitize import _cleaner, sanitise


@given(st.lists(st.text(max_size=60), max_size=3))
def test_escaped_paragraphs_say_the_same_as_through_the_parser(texts):
    html = "".join(f"<p>{escape(text)}</p>" for text in texts)
    assert unescape(sanitise(html)) == unescape(_cleaner().clean(html))


@pytest.mark.parametrize(
    "html",
    [
        "<p><script>alert(1)</script></p>",
        "<p onclick=alert(1)>x</p>",
        "<p>x</p><img src=x onerror=alert(1)>",
        "<p>x<p>y</p>",
        "x > y",
        "a & b",
        "<p>\x00<\x00script></p>",
    ],
)
def test_anything_else_goes_through_the_parser(html):
    assert sanitise(html) == _cleaner().clean(html)


@pytest.mark.parametrize(("told", "stays"), [("0.7em", True), ("-.5ex", True), ("50em", False)])
def test_no_formula_is_moved_over_other_peoples_words(told, stays):
    html = f'<math><mpadded voffset="{told}"><mi>x</mi></mpadded></math>'
    assert ("voffset" in sanitise(html)) == stays
