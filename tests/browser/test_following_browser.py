"""Follow a person, hear of a new summary, mark it read: with script and without."""

import re

import pytest
from playwright.sync_api import expect

from notifications.models import Notification
from tests.browser.looking import faults_of
from tests.browser.signing_in import sign_in
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_the_follow_button_to_a_read_notification(open_page, script):
    mara = make_user("mara", name="Mara Lindqvist")
    make_user("tunde")
    page = open_page(script=script)
    sign_in(page, "tunde")
    page.goto(mara.get_absolute_url())
    page.get_by_role("button", name=re.compile("^Follow ?: Mara")).click()
    expect(page.get_by_role("button", name=re.compile("^Following ?: Mara"))).to_be_visible()

    for title in ("On sails", "On masts"):
        make_summary(paper=make_paper(title=title), author=mara)
    page.goto("/following")
    expect(page.locator(".item h2")).to_have_text(["On masts", "On sails"])

    page.get_by_role("link", name=re.compile("^Notifications.*2 unread")).click()
    expect(page.locator(".told.unread")).to_have_count(2)
    if script:
        assert not faults_of(page, "/notifications", widths=(320, 1280))
        with page.expect_request("**/notifications/read"):
            page.get_by_role("link", name=re.compile("wrote a summary.*On masts")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("On masts")
        page.goto("/notifications")
    else:
        page.get_by_role("button", name="Mark as read").first.click()
    expect(page.locator(".told.unread")).to_have_count(1)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".told")).to_have_count(2)
    expect(page.locator(".told.unread")).to_have_count(0)
    assert not Notification.objects.unread().exists()
