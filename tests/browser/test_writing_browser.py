"""What the script of the writing page and of the votes adds, and what it must never lose."""

import re

import pytest
from playwright.sync_api import expect

from summaries.models import Summary, Vote
from tests.browser.test_main_job import sign_in
from tests.factories import make_paper, make_summary, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def desk(open_page):
    """A signed-in page on the writing page of a paper."""
    mara = make_user("mara")
    make_summary(author=mara, text="An earlier one, so that no template is offered.")
    page = open_page()
    sign_in(page, "mara")
    page.goto(f"/paper/{make_paper().pk}/write")
    return page


def text(page):
    return page.get_by_label("Summary, in Markdown")


def write(page, words: str) -> None:
    text(page).fill(words)
    expect(page.get_by_text("Kept in this browser.")).to_be_visible()


def test_a_text_survives_a_crash_until_it_is_saved(desk):
    write(desk, "Hours of work.")
    desk.reload()
    expect(text(desk)).to_have_value("")
    desk.get_by_role("button", name="Use it").click()
    expect(text(desk)).to_have_value("Hours of work.")
    desk.get_by_role("button", name="Save draft").click()
    expect(desk.get_by_text("Draft saved.")).to_be_visible()
    assert desk.evaluate("Object.keys(localStorage).length") == 0


def test_an_unanswered_copy_outlives_new_typing(desk):
    write(desk, "Hours of work.")
    desk.reload()
    write(desk, "a")
    desk.get_by_role("button", name="Use it").click()
    expect(text(desk)).to_have_value("Hours of work.")
    desk.keyboard.press("Control+z")
    expect(text(desk)).to_have_value("a")


def test_a_forgotten_copy_is_gone(desk):
    write(desk, "Hours of work.")
    desk.reload()
    desk.get_by_role("button", name="Forget it").click()
    assert desk.evaluate("Object.keys(localStorage).length") == 0


def test_a_refused_text_keeps_its_copy(desk, settings):
    settings.VERIFY_EMAIL = True
    make_user("unused")
    Summary.objects.get().author.__class__.objects.update(is_verified=False)
    write(desk, "Hours of work.")
    desk.get_by_role("button", name="Publish").click()
    expect(desk.locator("#problem")).to_be_focused()
    text(desk).press("End")
    text(desk).type("!")
    text(desk).press("Backspace")
    desk.wait_for_timeout(900)
    desk.goto("/settings")
    desk.go_back()
    desk.goto(desk.url)
    desk.get_by_role("button", name="Use it").click()
    expect(text(desk)).to_have_value("Hours of work.")


def test_a_session_that_ended_is_told_and_the_text_is_kept(desk):
    desk.context.clear_cookies(name="sessionid")
    text(desk).fill("Hours of work.")
    expect(desk.get_by_text("You are signed out.")).to_be_visible()
    desk.get_by_role("button", name="Publish").click()
    expect(desk.get_by_label("Your text")).to_have_value("Hours of work.")
    desk.get_by_role("main").get_by_role("link", name="Sign in").click()
    desk.locator("main").get_by_label("E-mail or user name").fill("mara")
    desk.locator("main").get_by_label("Password").fill("correct horse")
    desk.locator("main").get_by_role("button", name="Sign in").click()
    desk.get_by_role("button", name="Use it").click()
    expect(text(desk)).to_have_value("Hours of work.")


@pytest.mark.parametrize(
    ("press", "result"),
    [
        ("Control+b", "**word**"),
        ("Control+i", "*word*"),
        ("Control+k", "[word](https://)"),
        ("Formula", "$word$"),
        ("Image", "![word](https://)"),
        ("Heading", "## word"),
    ],
)
def test_keys_and_tools_mark_the_chosen_words(desk, press, result):
    text(desk).fill("word")
    text(desk).select_text()
    if "+" in press:
        desk.keyboard.press(press)
    else:
        desk.get_by_role("button", name=press, exact=True).click()
    expect(text(desk)).to_have_value(result)
    desk.keyboard.press("Control+z")
    expect(text(desk)).to_have_value("word")


def test_ctrl_enter_publishes(desk):
    text(desk).fill("It *works*.")
    text(desk).press("Control+Enter")
    expect(desk.get_by_text("Published.")).to_be_visible()
    assert Summary.objects.latest("pk").state == "published"


def test_a_vote_keeps_the_focus_and_tells_when_it_fails(open_page):
    summary = make_summary()
    make_user("tunde")
    page = open_page()
    sign_in(page, "tunde")
    page.goto(summary.paper.get_absolute_url())
    useful = page.get_by_role("button", name=re.compile("^Useful"))
    useful.focus()
    page.keyboard.press("Enter")
    expect(useful).to_have_attribute("aria-pressed", "true")
    expect(useful).to_be_focused()
    page.context.set_offline(True)
    useful.click()
    expect(page.get_by_role("alert")).to_have_text("No connection: the vote was not counted.")
    page.context.set_offline(False)
    assert Vote.objects.get().value == 1
    page.context.clear_cookies(name="sessionid")
    useful.click()
    page.wait_for_url(f"**/account/login/?next=/summary/{summary.pk}")
