"""Long German words and Japanese without blanks: pages hold them on a phone, and are readable."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import faults_of
from tests.browser.signing_in import sign_in
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.mark.parametrize(("language", "widths"), [("de", (320, 390, 900)), ("ja", (390,))])
def test_pages_in_other_languages_fit_on_a_phone_and_have_no_faults(open_page, language, widths):
    paper = make_summary(paper=make_paper(venue="NeurIPS", year=2017)).paper
    make_user("mara", name="Mara Lindqvist")
    reader, member = open_page(), open_page()
    sign_in(member, "mara")
    faults = []
    for page, addresses in [
        (reader, ["/", paper.get_absolute_url(), "/search?q=paper", "/account/signup/", "/about"]),
        (member, [f"/paper/{paper.pk}/write", "/settings/reading", "/settings/mail", "/add"]),
    ]:
        page.set_extra_http_headers({"Accept-Language": language})
        for address in addresses:
            faults += faults_of(page, address, widths=widths)
            assert page.locator("html").get_attribute("lang") == language
    assert faults == []


def test_a_language_is_chosen_in_the_footer_without_script(open_page):
    page = open_page(script=False)
    page.goto("/venue")
    page.get_by_role("button", name="日本語").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    assert page.url.endswith("/venue")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reihen")
