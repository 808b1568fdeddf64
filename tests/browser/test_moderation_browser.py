"""From a report to a hidden text and back, as reader, moderator and author live it."""

import pytest

from moderation.models import Case
from summaries.models import Summary
from tests.browser.looking import findings
from tests.support.factories import make_paper, make_summary, make_user
from tests.support.moderators import make_case, make_moderator

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
QUEUE = "/admin/moderation/case/"


@pytest.fixture
def summary(db):
    mara = make_user("mara", name="Mara Lindqvist")
    return make_summary(
        author=mara, paper=make_paper(title="On clocks"), text="Cheap watches, $x^2$ of them."
    )


def test_from_report_to_hidden_to_restored_without_script(enter, summary):
    bob, mia = make_user("bob", name="Bob Ross"), make_moderator()
    reader = enter(bob, script=False)
    reader.goto(summary.get_absolute_url())
    reader.get_by_role("link", name="Report the summary by Mara Lindqvist").click()
    reader.get_by_label("Spam").check()
    reader.get_by_label("Details").fill("It sells watches.")
    reader.get_by_role("button", name="Report").click()
    assert "A person will review it." in reader.inner_text("main")

    desk = enter(mia, script=False)
    desk.goto(QUEUE)
    assert "1 report: spam" in desk.inner_text("#content")
    desk.get_by_role("link", name="Summary by Mara Lindqvist on “On clocks”").click()
    assert "It sells watches." in desk.inner_text("#content")
    desk.get_by_label("Hide it").check()
    desk.get_by_label("Reason").select_option("spam")
    desk.get_by_label("Message to the author").fill("Without the shop it may come back.")
    desk.get_by_role("button", name="Decide").click()
    assert "Hidden. You can show it again here." in desk.inner_text("#content-start")
    assert desk.url.split("#")[0].endswith("?tab=waiting&page=1")

    assert reader.goto(summary.get_absolute_url()).status == 404
    author = enter(summary.author)
    author.goto("/notifications")
    said = author.inner_text("main")
    assert "Moderators have hidden your summary." in said
    assert "Without the shop it may come back." in said

    desk.goto(f"{QUEUE}?tab=done")
    desk.get_by_role("link", name="On clocks").click()
    desk.get_by_label("Show it again").check()
    desk.get_by_label("Reason").select_option("fine")
    desk.get_by_role("button", name="Decide").click()
    assert reader.goto(summary.get_absolute_url()).status == 200

    reader.goto("/moderation-log")
    log = reader.inner_text("main table")
    assert "Hidden" in log and "Restored" in log and "Spam" in log
    assert "Mara" not in log and "clocks" not in log
    reader.goto("/notifications")
    assert "A moderator reviewed your report and hid the content. Thank you." in reader.inner_text(
        "main"
    )


def test_a_moderator_works_by_keyboard(enter, summary):
    make_case(summary)
    other = make_case()
    page = enter(make_moderator())
    page.goto(QUEUE)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert "On clocks" in page.evaluate("document.activeElement.textContent")
    # Nothing is decided by a key alone: it leads to the reason.
    page.keyboard.press("h")
    assert page.evaluate("document.activeElement.id") == "reason"
    assert page.locator("legend").inner_text() == "With 1 chosen"
    page.select_option("#reason", "spam")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_selector("text=1 done.")
    assert Summary.objects.get(pk=summary.pk).state == "hidden"
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**{QUEUE}{other.pk}/change/**")
    page.keyboard.press("a")
    assert page.get_by_label("Keep it").is_checked()
    page.select_option("#reason", "fine")
    page.get_by_role("button", name="Decide").click()
    page.wait_for_selector("text=Nothing waits.")


def test_queue_case_and_report_fit_and_have_no_findings(enter, summary):
    case = make_case(summary, words="a-very-long-word-that-nobody-can-break" * 6)
    Case.objects.update(taken_by=None)
    page = enter(make_moderator())
    ours = {
        QUEUE: ".moderating",
        f"{QUEUE}{case.pk}/change/": ".moderating",
        f"/summary/{summary.pk}/report": None,
        "/moderation-log": None,
    }
    for address, within in ours.items():
        for scheme in ("light", "dark"):
            # Before the page comes: colours that change are measured on their way.
            page.emulate_media(color_scheme=scheme)
            page.goto(address)
            assert findings(page, within=within) == [], (address, scheme)
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
