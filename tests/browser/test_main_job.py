"""The main job as a person does it: a paper comes in, a summary is written, others vote."""

import re

import pytest
from playwright.sync_api import Page, expect

from papers.models import Paper
from summaries.models import Summary
from tests.browser.signing_in import sign_in
from tests.support.factories import make_paper, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

TEXT = """## The idea

A translator that looks back: the step is scaled by $\\alpha/r$ as in \\cite{1412.6980}.

| model | score |
|---|--:|
| with attention | $26.8$ |

![A plot of two curves](/static/img/icon.svg "Longer sentences, better scores")
"""


def sign_up(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Sign in", exact=True).first.click()
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("E-mail").fill(f"{name}@example.org")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_label("Display name").fill(name.title())
    page.get_by_role("button", name="Create account").click()
    expect(page.locator(".top").get_by_text(name.title()).first).to_be_attached()


def add_the_paper(page: Page) -> None:
    page.get_by_role("main").get_by_role("link", name="Write a summary").first.click()
    page.get_by_label("Identifier or link").fill("https://arxiv.org/pdf/1409.0473v7.pdf")
    page.get_by_role("button", name="Add paper").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Write a summary")
    expect(page.get_by_text("Neural Machine Translation by Jointly").first).to_be_visible()


def check_the_summary(page: Page) -> None:
    prose = page.locator(".summary .prose").first
    expect(prose.locator("math").first).to_be_attached()
    expect(prose.locator("annotation").first).to_have_text("\\alpha/r")
    expect(prose.get_by_role("link", name="Kingma and Ba, 2015")).to_be_visible()
    expect(prose.get_by_role("cell", name="with attention")).to_be_visible()
    expect(prose.get_by_role("img", name="A plot of two curves")).to_be_attached()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_an_arxiv_address_to_a_vote(open_page, replay, script):
    make_paper(
        title="Adam: A Method for Stochastic Optimization",
        authors=("Diederik P. Kingma", "Jimmy Ba"),
        year=2015,
        arxiv="1412.6980",
    )
    page = open_page(script=script)
    sign_up(page, "mara")
    page.goto("/")
    add_the_paper(page)

    page.get_by_label("Summary in Markdown").fill(TEXT)
    if not script:
        page.get_by_role("button", name="Show preview").click()
    preview = page.locator("#preview .prose")
    expect(preview.locator("math").first).to_be_attached()
    expect(preview.get_by_role("link", name="Kingma and Ba, 2015")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published.")).to_be_visible()
    check_the_summary(page)
    summary = Summary.objects.get()
    assert summary.paper.arxiv_id == "1409.0473" and summary.paper.abstract

    page.goto("/?sort=recent")
    item = page.locator(".item", has_text="Neural Machine Translation")
    expect(item).to_contain_text("Mara")
    expect(item.locator(".excerpt math").first).to_be_attached()

    voter = open_page(script=script)
    sign_up(voter, "tunde")
    voter.goto(summary.paper.get_absolute_url())
    check_the_summary(voter)
    voter.get_by_role("button", name=re.compile("^Useful")).click()
    expect(voter.locator(".vote .n").first).to_have_text(re.compile(r"(?<!-)1\s*$"))
    expect(voter.get_by_role("button", name=re.compile("^Useful"))).to_have_attribute(
        "aria-pressed", "true"
    )
    voter.get_by_role("button", name=re.compile("^Useful")).click()
    expect(voter.locator(".vote .n").first).to_have_text(re.compile("0$"))
    voter.get_by_role("button", name=re.compile("^Not useful")).click()
    expect(voter.locator(".vote .n").first).to_have_text(re.compile(r"-1\s*$"))
    voter.get_by_role("button", name=re.compile("^Useful")).click()
    expect(voter.locator(".vote .n").first).to_have_text(re.compile(r"(?<!-)1\s*$"))

    page.goto("/")
    expect(page.locator(".item .vote .n").first).to_have_text(re.compile(r"(?<!-)1\s*$"))


def test_the_preview_is_the_page_byte_for_byte(open_page, live_server):
    author = make_user("mara")
    paper = make_paper()
    page = open_page()
    sign_in(page, author.username)
    page.goto(f"/paper/{paper.pk}/write")
    page.get_by_label("Summary in Markdown").fill(TEXT)
    page.get_by_role("button", name="Publish").click()
    published = page.locator(".summary .prose").first.inner_html()
    page.get_by_role("link", name="Edit", exact=True).click()
    text = page.get_by_label("Summary in Markdown")
    with page.expect_response("**/preview"):
        text.press("End")
        text.type(" and more")
    expect(page.locator("#preview .prose")).to_contain_text("and more")
    with page.expect_response("**/preview"):
        for _ in " and more":
            text.press("Backspace")
    expect(page.locator("#preview .prose")).not_to_contain_text("and more")
    assert page.locator("#preview .prose").inner_html() == published


def test_two_tabs_lose_nothing(open_page):
    author = make_user("mara")
    paper = make_paper()
    page = open_page()
    sign_in(page, author.username)
    page.goto(f"/paper/{paper.pk}/write")
    page.get_by_label("Summary in Markdown").fill("First.")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Summary in Markdown").fill("From the other tab.")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Published.")).to_be_visible()
    page.get_by_label("Summary in Markdown").fill("From this tab.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two versions of your summary")
    expect(page.locator("textarea")).to_have_value("From this tab.")
    expect(page.locator("pre")).to_have_text("From the other tab.")
    page.get_by_role("button", name="Save mine").click()
    expect(page.locator(".summary .prose").first).to_have_text("From this tab.")
    assert Summary.objects.get().revision_number == 3


def test_a_paper_that_arxiv_does_not_know_is_told(open_page, replay):
    make_user("mara")
    page = open_page()
    sign_in(page, "mara")
    page.goto("/add")
    page.get_by_label("Identifier or link").fill("2201.99999")
    page.get_by_role("button", name="Add paper").first.click()
    expect(page.get_by_text("arXiv has no paper 2201.99999").first).to_be_visible()
    expect(page.get_by_label("Identifier or link")).to_have_value("2201.99999")
    assert not Paper.objects.exists()
