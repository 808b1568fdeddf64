"""Formulas on a page: their font is there at once, and they give their TeX."""

import pytest
from playwright.sync_api import expect

from tests.support.factories import make_summary

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

TEXT = """## A heading

Let $x_i$ be $\\sqrt{\\frac{a}{b}}$, then

$$\\left( \\sum_{i=1}^{n} \\frac{x_i}{y_i} \\right)^2 = \\overbrace{a + b + c}^{n}$$

and *so on*.
"""


@pytest.fixture
def address():
    return make_summary(text=TEXT + "\n\nMore $\\alpha^2$ words. " * 20).get_absolute_url()


def test_nothing_moves_when_a_formula_is_first_seen_on_a_slow_line(open_page, address):
    page = open_page(width=390)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    # 150 ms and 1.6 Mbit/s, as a phone has them on the move.
    line = {"latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
    devtools.send("Network.emulateNetworkConditions", {"offline": False, **line})
    page.add_init_script(
        """
        window.shifts = 0;
        new PerformanceObserver((list) => {
          for (const shift of list.getEntries()) window.shifts += shift.value;
        }).observe({ type: "layout-shift", buffered: true });
        // What the first frame shows is what is known when it is painted.
        new PerformanceObserver(() => {
          window.fontAtFirstPaint ??= [...document.fonts].some(
            (font) => /Math/.test(font.family) && font.status === "loaded");
        }).observe({ type: "paint", buffered: true });
        """
    )
    page.goto(address, wait_until="networkidle")
    page.wait_for_function("window.fontAtFirstPaint !== undefined")
    assert page.evaluate("[window.shifts, window.fontAtFirstPaint]") == [0, True]
    fence = page.locator(".prose .eq mo", has_text="(").first
    assert fence.bounding_box()["height"] > 40


def test_a_copied_passage_has_the_tex_of_its_formulas(open_page, address):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address)
    page.evaluate(
        """() => {
          const prose = document.querySelector(".prose");
          const range = document.createRange();
          range.setStart(prose.querySelector("p").firstChild, 0);
          range.setEndAfter(prose.querySelectorAll("p")[1]);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }"""
    )
    page.keyboard.press("Control+c")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Let $x_i$ be $\\sqrt{\\frac{a}{b}}$, then" in copied.replace("\u2060", "")
    assert "$$\\left( \\sum_{i=1}^{n} \\frac{x_i}{y_i} \\right)^2" in copied
    assert "and so on." in copied


def test_part_of_a_formula_is_copied_as_the_whole(open_page, address):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address)
    page.evaluate(
        """() => getSelection().selectAllChildren(document.querySelector(".prose .eq mfrac"))"""
    )
    page.keyboard.press("Control+c")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == TEXT.split("\n\n")[2]


@pytest.mark.parametrize("how", ["mouse", "keyboard"])
def test_a_formula_shows_its_tex_and_copies_it(open_page, address, how):
    page = open_page(width=390)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address)
    formula = page.locator(".prose .eq").first
    if how == "mouse":
        formula.locator("mo", has_text="=").first.click()
    else:
        formula.focus()
        page.keyboard.press("Enter")
    source = page.get_by_role("dialog", name="Source of the formula")
    expect(source.locator("code")).to_have_text(TEXT.split("\n\n")[2].strip("$"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    source.get_by_role("button", name="Copy TeX").click()
    expect(source.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == TEXT.split("\n\n")[2].strip("$")
    page.keyboard.press("Escape")
    expect(source).not_to_be_visible()


def test_the_cover_of_a_shadow_is_not_seen_on_the_paper_nor_in_the_preview(enter, alice):
    summary = make_summary(author=alice, text=TEXT)
    page = enter(alice)
    for address, ground in (
        (summary.get_absolute_url(), ":root"),
        (f"{summary.get_absolute_url()}/edit", "#pane-preview"),
    ):
        page.goto(address)
        expect(page.locator(".prose .eq").first).to_be_visible()
        covers = page.evaluate(
            """() => getComputedStyle(document.querySelector(".prose .eq")).backgroundImage"""
        )
        under = page.locator(ground).evaluate("one => getComputedStyle(one).backgroundColor")
        assert covers.count(f"{under} 40%") == 2, (address, under, covers)
