"""Tables of cases: blocks as GitHub shows them, and what else writers use in their texts."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html as lxml_html

from common.text import sanitize
from common.text.sanitize import clean_by_bleach, sanitise
from summaries.rendering import render, render_document
from tests.support.structure import outline

FIXTURES = Path(__file__).parent.parent / "fixtures"


def cases(name: str) -> list[dict]:
    return json.loads((FIXTURES / name).read_text("utf-8"))


# Each outline is what cmark-gfm makes of the text; a formula is a word for it.
BLOCKS = cases("github_cases.json")
WRITTEN = cases("writers_cases.json")


@pytest.mark.parametrize("case", BLOCKS, ids=[case["name"] for case in BLOCKS])
def test_blocks_are_those_of_github(case):
    assert outline(render(case["text"]), is_ours=True) == case["outline"]


@pytest.mark.parametrize("case", WRITTEN, ids=[case["name"] for case in WRITTEN])
def test_what_writers_use_is_shown(case):
    rendered = render_document(case["text"])
    for part in case.get("contains", ()):
        assert part in rendered.html
    for part in case.get("absent", ()):
        assert part not in rendered.html
    messages = [problem.text for problem in rendered.problems]
    for words in case.get("problems", ()):
        assert any(words in message for message in messages)


def test_the_tables_are_long_enough():
    assert len(BLOCKS) + len(WRITTEN) >= 250
    names = [case["name"] for case in BLOCKS + WRITTEN]
    assert len(names) == len(set(names))


def all_html() -> Iterator[tuple[str, str]]:
    for case in cases("markdown_cases.json"):
        yield case["name"], case["input"]
    for case in BLOCKS + WRITTEN:
        yield case["name"], case["text"]


def as_read(html: str) -> str:
    """One way to write what a browser reads: both may write a quotation mark in two ways."""
    root = lxml_html.fromstring(f"<div>{html}</div>")
    return lxml_html.tostring(root, encoding="unicode").replace(' open=""', " open")


def test_the_two_sanitisers_agree_on_every_case(monkeypatch):
    """What leaves bleach is left as it is by nh3: they have the same lists."""
    seen: list[str] = []

    def note(html: str) -> str:
        seen.append(clean_by_bleach(html))
        return seen[-1]

    monkeypatch.setattr(sanitize, "clean_by_bleach", note)
    different = []
    for name, text in all_html():
        seen.clear()
        render(text, prefix="s1-")
        last = sanitize._last_word()
        different += [(name, html) for html in seen if as_read(last.clean(html)) != as_read(html)]
    assert different == []


@pytest.mark.parametrize("name", ["markdown_cases.json", "writers_cases.json"])
def test_either_sanitiser_alone_makes_raw_html_harmless(name):
    """Bleach shows as text what nh3 leaves out; neither lets anything through."""
    for case in cases(name):
        text = case.get("input") or case.get("text") or ""
        for clean in (sanitize._cleaner().clean, sanitize._last_word().clean):
            html = clean(text).lower()
            assert not {"<script", "<style", "<iframe", "<svg", "<form"} & {
                tag for tag in ("<script", "<style", "<iframe", "<svg", "<form") if tag in html
            }
            assert sanitise(html) is not None


def test_a_formula_passes_bleach_by_only_when_all_of_it_is_listed():
    good = '<math display="block"><mi mathvariant="normal">x</mi><mo>&lt;</mo></math>'
    assert sanitize.is_plain_formula(good)
    for bad in (
        "<math><mi>x</mi>",
        "<math><mi>x</math></mi>",
        "<math><script>x</script></math>",
        '<math><mi onclick="x">x</mi></math>',
        '<math><mi class="nobody-knows-it">x</mi></math>',
        "<math><mi>x</mi></math><b>",
        "<math><!-- --></math>",
        "<math><mi>a & b</mi></math>",
        '<math><maction actiontype="x">x</maction></math>',
        '<math><mpadded voffset="40em">x</mpadded></math>',
    ):
        assert not sanitize.is_plain_formula(bad)
        assert "script" not in sanitise(bad).replace("&lt;script", "").replace("&lt;/script", "")


def test_a_formula_in_an_attribute_stays_there():
    html = sanitise('<a href="/x" title="<math><mi>x</mi></math>">y</a>')
    assert html.startswith('<a href="/x" title="') and html.endswith(">y</a>")
    assert "<mi>" not in html.replace("&lt;mi&gt;", "")
