"""The renderer: a table of cases, limits, and what it knows of a text."""

import json
import re
from pathlib import Path

import pytest

from common.text.sanitize import sanitise
from summaries.rendering import (
    MAX_CHARACTERS,
    CitedPaper,
    TextRefusedError,
    citation_keys,
    render,
    render_document,
)
from tests.support.cpu_time import processor_seconds
from tests.support.hostile_texts import HOSTILE

CASES = json.loads(
    (Path(__file__).parent.parent / "fixtures" / "markdown_cases.json").read_text("utf-8")
)
PAPERS = {
    "known": CitedPaper("/paper/7/known", "Known et al., 2015", "A known paper"),
    "other": CitedPaper("/paper/8/other", "Other, 2016", "Another paper"),
}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case):
    html = render(case["input"], papers=PAPERS)
    if "html" in case:
        assert html.strip() == case["html"]
    for part in case.get("contains", ()):
        assert part in html
    for part in case.get("absent", ()):
        assert part not in html
    assert sanitise(html) == html


def test_there_are_enough_cases():
    assert len(CASES) >= 150


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_bounded_in_time(text):
    began = processor_seconds()
    try:
        html = render(text)
    except TextRefusedError as error:
        assert len(str(error)) > 20
    else:
        assert isinstance(html, str)
    # At most two seconds of rendering, mostly less than one; the rest is the start of a child.
    assert processor_seconds() - began < 7


def test_the_next_text_is_rendered_after_a_refused_one():
    with pytest.raises(TextRefusedError):
        render("# a\n" * 20_000)
    assert render("*a*" + " b" * 12_000).startswith("<p><em>a</em>")


def test_a_text_that_is_too_long_is_refused_with_its_length():
    with pytest.raises(TextRefusedError, match="100,001"):
        render("x" * (MAX_CHARACTERS + 1))


def test_a_long_honest_text_is_rendered():
    section = "## Part\n\nWords with $x_i^2$ and *stress*, `code` and a list:\n\n- one\n- two\n\n"
    html = render((section * 40) + "words " * 5_000)
    assert html.count("<math") == 40 and html.count("<h4") == 40


def test_the_same_text_gives_the_same_html_here_and_in_the_child(monkeypatch):
    from summaries.rendering import sandbox

    text = "# A\n\n$x$ *b* \\cite{known}\n\n| a |\n|---|\n| b |\n\n[^1]\n\n[^1]: c"
    here = render_document(text, prefix="s1-", papers=PAPERS)
    monkeypatch.setattr(sandbox, "is_plainly_harmless", lambda text: False)
    assert render_document(text, prefix="s1-", papers=PAPERS) == here


def test_ids_carry_the_prefix():
    html = render("# A\n\nb[^1]\n\n[^1]: c", prefix="s41-")
    assert 'id="s41-a"' in html and 'href="#s41-a"' in html
    assert 'id="s41-note-1"' in html and 'href="#s41-note-1"' in html


def test_headings_are_told_for_the_list_of_contents():
    rendered = render_document("# The *idea*\n\n## Cost $O(n)$", prefix="s1-")
    assert [(h.anchor, h.text, h.level) for h in rendered.headings] == [
        ("s1-the-idea", "The idea", 3),
        ("s1-cost-on", "Cost O(n)", 4),
    ]


def test_problems_carry_line_excerpt_and_words():
    rendered = render_document("Fine.\n\nBad: $\\foo$\n\n\\cite{nobody}")
    assert [(p.line, p.excerpt) for p in rendered.problems] == [
        (3, "$\\foo$"),
        (5, "\\cite{nobody}"),
    ]
    assert "Unknown command \\foo" in rendered.problems[0].message


def test_citation_keys_are_found_once_and_not_in_code():
    text = "\\cite{a, b} `\\cite{c}` \\cite{a}\n\n```\n\\cite{d}\n```"
    assert citation_keys(text) == ("a", "b")


def test_the_excerpt_is_the_beginning_of_the_running_text():
    rendered = render_document(
        "# Title\n\nFirst [link](https://x.org) $x$ and *stress*[^1].\n\n[^1]: n"
    )
    assert rendered.excerpt_html.startswith("First link <math")
    assert "<em>stress</em>" in rendered.excerpt_html
    assert "<a " not in rendered.excerpt_html and "Title" not in rendered.excerpt_html
    assert "<sup" not in rendered.excerpt_html


def test_a_long_excerpt_is_cut_between_words_and_never_in_a_formula():
    rendered = render_document("word " * 58 + "$a + b + c$ " * 10)
    assert rendered.excerpt_html.endswith("…")
    assert rendered.excerpt_html.count("<math") == rendered.excerpt_html.count("</math>") == 2


def test_an_excerpt_cut_before_stress_ends_with_a_word():
    assert render_document("word " * 60 + "**more** words").excerpt_html.endswith("word…")


def test_an_excerpt_keeps_a_displayed_formula_within_its_line():
    excerpt = render_document("They diffuse by\n\n$$q = a + b$$\n\nfor a day.").excerpt_html
    assert re.sub(r"<math.*</math>", "M", excerpt) == "They diffuse by M for a day."
    assert 'display="block"' not in excerpt


@pytest.mark.parametrize(
    "shown",
    [
        "$$" + "a + b + c + d" * 6 + "$$",
        "$$\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}$$",
        "```\ncode\n```",
        "| a |\n|---|\n| b |",
    ],
)
def test_an_excerpt_ends_before_what_would_leave_a_hole_in_it(shown):
    excerpt = render_document(f"They diffuse by:\n\n{shown}\n\nBy a theorem.").excerpt_html
    assert excerpt == "They diffuse by…"
    whole = render_document(f"They diffuse.\n\n{shown}\n\nBy a theorem.").excerpt_html
    assert whole == "They diffuse. By a theorem."


def test_plain_text_has_no_markup_but_formulas():
    rendered = render_document("# A\n\n*b* $x_1$ [c](https://x.org) & <d>")
    assert rendered.plain_text == "A\nb $x_1$ c & <d>"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("a", 1), ("word " * 230, 1), ("word " * 231, 2), ("word " * 220 + "\n\n$$x$$", 2)],
)
def test_reading_time(text, minutes):
    assert render_document(text).reading_minutes == minutes
