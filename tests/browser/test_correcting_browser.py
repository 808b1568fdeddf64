"""A correction from the member's form to the moderator's decision, without script."""

import pytest
from playwright.sync_api import expect

from papers.models import Paper
from tests.browser.signing_in import sign_in
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_a_correction_from_the_form_to_the_decision(open_page):
    make_user("mara")
    make_user("jonas", is_staff=True, is_superuser=True)
    paper = make_paper(
        title="Learning to tset", authors=("Ada Lovelace", "Alan Turing"), abstract="A.\n\nB."
    )
    make_summary(paper=paper)

    page = open_page(script=False)
    sign_in(page, "mara")
    page.goto(paper.get_absolute_url())
    page.get_by_role("link", name="Suggest a correction").click()
    page.get_by_label("Title", exact=True).fill("Learning to test")
    page.get_by_label("Authors", exact=True).fill("Ada Lovelace\nGrace Hopper")
    page.get_by_label("Year", exact=True).fill("1066")
    page.get_by_role("button", name="Suggest correction").click()
    expect(page.get_by_role("alert")).to_contain_text("between 1450 and 2100")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Learning to test")
    page.get_by_label("Year", exact=True).fill(str(paper.year))
    page.get_by_label("Where can we verify this?").fill("The first page.")
    page.get_by_role("button", name="Suggest correction").click()
    expect(page.get_by_text("Waiting for a moderator")).to_be_visible()
    expect(page.locator(".changed li")).to_have_count(2)

    desk = open_page(script=False)
    sign_in(desk, "jonas")
    desk.goto("/admin/papers/correction/")
    desk.get_by_role("link", name="Learning to tset").click()
    desk.get_by_role("checkbox", name="Authors").uncheck()
    desk.get_by_label("A word to the proposer").fill("The byline is right.")
    desk.get_by_role("button", name="Accept what is ticked").click()
    expect(desk.get_by_text("Accepted. The record was updated")).to_be_visible()
    assert Paper.objects.get().title == "Learning to test"

    page.reload()
    expect(page.get_by_text("The byline is right.")).to_be_visible()
    page.goto(Paper.objects.get().get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text("Learning to test")
    expect(page.locator(".title .who")).to_contain_text("Alan Turing")
    page.get_by_role("link", name="Sources").click()
    expect(page.get_by_text("by a moderator")).to_be_visible()
