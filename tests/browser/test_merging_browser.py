"""Two papers side by side, as moderators and members see them."""

import pytest

from papers.curation.merge import merged_into
from papers.models import MergeProposal, Paper
from tests.browser.looking import findings
from tests.browser.signing_in import sign_in
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def pair():
    told = {"title": "Attention and Costs", "year": 2017}
    one = make_paper(**told, arxiv="1706.03762", abstract="A sentence. " * 40, source="arxiv")
    two = make_paper(
        **told,
        authors=("A. Lovelace",),
        venue="A Conference with a Rather Long Name",
        doi="10.1234/an-unbreakable-name-that-is-far-too-long-for-a-phone-and-its-screen",
        source="crossref",
    )
    mara = make_user("mara", name="Mara Lindqvist", is_staff=True, is_superuser=True)
    for paper in (one, two):
        make_summary(paper=paper, author=mara)
    return one, two


def test_a_moderator_merges_and_undoes_without_script(open_page, pair):
    one, two = pair
    page = open_page(script=False)
    sign_in(page, "mara")
    proposal = MergeProposal.objects.get()
    page.goto(f"/admin/papers/mergeproposal/{proposal.pk}/change/")
    assert "Mara Lindqvist has a summary of both" in page.inner_text("#content")
    page.check("#sure-one")
    page.click("button[value=merge]")
    page.wait_for_url("**/admin/papers/merge/**")
    assert merged_into(two.pk) == one
    page.goto(f"/paper/{two.pk}")
    assert page.url.endswith(one.get_absolute_url())
    page.goto(f"/admin/papers/merge/{one.merges.get().pk}/change/")
    page.check("#sure")
    page.click("text=Undo >> nth=-1")
    page.wait_for_selector("text=was restored with its data")
    page.goto(f"/paper/{two.pk}")
    assert page.url.endswith(Paper.objects.get(pk=two.pk).get_absolute_url())


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_both_papers_fit_on_every_screen(open_page, pair, width, dark):
    page = open_page(width=width, dark=dark)
    sign_in(page, "mara")
    proposal = MergeProposal.objects.get()
    for address in (
        f"/admin/papers/mergeproposal/{proposal.pk}/change/",
        f"/paper/{pair[0].pk}/report-duplicate",
    ):
        page.goto(address)
        width_needed = page.evaluate("document.documentElement.scrollWidth")
        assert width_needed <= width, address
    # The admin around our page is Django's own; this page is ours alone.
    assert findings(page) == []
