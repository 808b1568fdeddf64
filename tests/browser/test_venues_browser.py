"""The list of venues gets shorter while one types."""

import pytest
from playwright.sync_api import expect

from tests.support.factories import make_paper

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_venues_are_filtered_as_one_types_and_by_the_button(open_page):
    for venue in ("NeurIPS", "ICML", "Physica Scripta"):
        make_paper(venue=venue, year=2017)
    page = open_page()
    page.goto("/venue")
    page.get_by_label("Part of a name").fill("neural information")
    expect(page.get_by_role("link", name="NeurIPS")).to_be_visible()
    expect(page.get_by_role("link", name="ICML")).to_be_hidden()
    expect(page.get_by_text("1 venue with “neural information”")).to_be_visible()
    page.get_by_label("Part of a name").fill("")
    expect(page.get_by_role("link", name="ICML")).to_be_visible()
    plain = open_page(script=False, width=390)
    plain.goto("/venue")
    plain.get_by_label("Part of a name").fill("scripta")
    plain.get_by_role("button", name="Filter").click()
    expect(plain.get_by_role("link", name="Physica Scripta")).to_be_visible()
    expect(plain.get_by_role("link", name="ICML")).to_have_count(0)
