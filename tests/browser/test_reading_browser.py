"""Reading with a pointer and with single keys: cards of citations, contents, shortcuts."""

import pytest
from playwright.sync_api import expect

from summaries.models import Vote
from tests.browser.signing_in import sign_in
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
WITHOUT_INTEREST = """for (const kind of [HTMLButtonElement, HTMLAnchorElement])
  delete kind.prototype.interestForElement;
  document.addEventListener("interest", (event) => event.preventDefault(), true);"""


@pytest.fixture
def citing():
    cited = make_paper(title="Adam: A Method", arxiv="1412.6980", venue="ICLR", year=2015)
    make_summary(paper=cited, text="Adam keeps two running means for each of the weights.")
    return make_summary(text="As \\cite{1412.6980} says.\n\n" + "More words. " * 40)


@pytest.mark.parametrize("by", ["the browser", "our script"])
def test_a_citation_shows_its_card(open_page, citing, by):
    page = open_page(script=by == "our script")
    if by == "our script":
        page.add_init_script(WITHOUT_INTEREST)
    page.goto(citing.get_absolute_url())
    assert page.locator("script[src*=cards]").count() == (by == "our script")
    card, link = page.locator(".card"), page.locator("a.cite")
    expect(card).to_be_hidden()
    link.hover()
    expect(card).to_be_visible()
    expect(card).to_contain_text("Adam keeps two running means")
    # The pointer may enter it, and it stays (WCAG 1.4.13).
    card.hover()
    page.wait_for_timeout(600)
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.mouse.move(5, 5)
    link.click()
    assert "/paper/" in page.url


def test_the_focus_shows_a_card_too(open_page, citing):
    page = open_page()
    page.add_init_script(WITHOUT_INTEREST)
    page.goto(citing.get_absolute_url())
    page.locator("a.cite").focus()
    expect(page.locator(".card")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".card")).to_be_hidden()


def test_the_contents_mark_where_one_reads(open_page):
    text = "\n\n".join(f"## Part {n}\n\n" + "Words. " * 300 for n in range(4))
    page = open_page()
    page.goto(make_summary(text=text).get_absolute_url())
    current = page.locator(".toc [aria-current]")
    page.get_by_role("link", name="Part 2", exact=True).click()
    expect(current).to_have_text("Part 2")
    page.evaluate("scrollTo(0, 0)")
    expect(current).to_have_count(0)


def test_an_item_with_a_formula_shows_its_number(open_page):
    wide = " + ".join(f"x_{{{n}}}" for n in range(60))
    summary = make_summary(text=f"1. Plain.\n2. With ${wide}$.\n\n" + "More words. " * 40)
    page = open_page()
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(summary.get_absolute_url())
    # A number stands outside of its item: whatever clips the item would hide it.
    assert page.locator(".prose li").nth(1).evaluate("e => getComputedStyle(e).overflowX") == (
        "visible"
    )
    box = page.locator(".prose ol").evaluate("e => [e.scrollWidth > e.clientWidth, innerWidth]")
    assert box[0]
    assert page.evaluate("document.documentElement.scrollWidth") <= box[1]


def test_the_whole_abstract_is_one_click_away_and_a_short_one_has_no_button(open_page):
    short = make_paper(title="Short", abstract="Few words.")
    long = make_paper(title="Long", abstract="Many words. " * 80)
    page = open_page()
    page.goto(short.get_absolute_url())
    expect(page.locator(".abstract p")).to_be_visible()
    expect(page.locator(".abstract button")).to_have_count(0)
    page.goto(long.get_absolute_url())
    before = page.locator(".abstract").bounding_box()["height"]
    assert before < 150
    page.locator(".abstract button").click()
    assert page.locator(".abstract").bounding_box()["height"] > 2 * before


def test_keys_of_a_reader(open_page):
    for number in range(3):
        make_summary(paper=make_paper(title=f"Paper {number}"))
    page = open_page()
    page.goto("/")
    focused = page.locator(":focus")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = focused.inner_text()
    assert second == page.locator("article h2 a").nth(1).inner_text()
    page.keyboard.press("k")
    assert focused.inner_text() == page.locator("article h2 a").first.inner_text()
    page.keyboard.press("Control+j")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type("jo")
    expect(page.locator("#q")).to_have_value("jo")
    page.locator("#q").blur()
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/paper/**")


def test_keys_of_a_member_and_their_switch(open_page):
    summary = make_summary()
    tunde = make_user("tunde")
    page = open_page()
    sign_in(page, "tunde")
    page.goto(summary.paper.get_absolute_url())
    page.keyboard.press("v")
    expect(page.get_by_role("button", name="Useful").first).to_have_attribute(
        "aria-pressed", "true"
    )
    assert Vote.objects.get().value == 1
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="Saved").first).to_be_visible()
    page.keyboard.press("e")
    page.wait_for_url("**/write")
    tunde.reading = {"shortcuts": False}
    tunde.save()
    page.goto("/")
    page.keyboard.press("/")
    expect(page.locator("#q")).not_to_be_focused()
    expect(page.locator("#keys")).to_have_count(0)


def test_what_a_reader_chooses_in_the_foot_of_the_page(open_page):
    page = open_page(script=False)
    page.goto("/about")
    page.get_by_role("contentinfo").get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url.endswith("/about")
