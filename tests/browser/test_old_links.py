"""What only a browser sees of an address of the original: the name after "#"."""

import pytest
from playwright.sync_api import expect

from tests.support.factories import make_paper, make_summary, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_a_name_after_the_sign_leads_to_that_persons_summary(open_page):
    paper = make_paper(arxiv="1605.08803")
    make_summary(paper=paper, author=make_user("first"), text="A long one.\n\n" * 120)
    second = make_summary(
        paper=paper, author=make_user("davidstutz"), text="The one that is meant."
    )
    page = open_page()
    page.goto("/paper?bibtexKey=journals/corr/1605.08803#DavidStutz")
    expect(page.locator(f"#s-{second.pk}")).to_be_in_viewport()
    page.goto("/paper?bibtexKey=journals/corr/1605.08803")
    expect(page.locator(f"#s-{second.pk}")).not_to_be_in_viewport()
