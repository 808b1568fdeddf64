"""What was read stays readable without a connection, and is nobody else's to read."""

import pytest
from playwright.sync_api import expect

from tests.browser.signing_in import sign_in
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def settle(page) -> None:
    """Until the worker looks after the page, and keeps nothing more."""
    for time in range(100):
        if page.evaluate("navigator.serviceWorker.controller !== null"):
            return
        page.wait_for_timeout(100)
        if time == 50:
            # A page that was on its way when the worker took all over is left out until it is asked
            # for again.
            page.reload()
    pytest.fail("No worker looks after the page.")


def wait_for_copies(page, count: int) -> list[str]:
    """The addresses of all copies, the oldest first."""
    script = """async (count) => {
        for (let time = 0; time < 100; time += 1) {
            const keys = await (await caches.open("read")).keys();
            if (keys.length === count) return keys.map((key) => new URL(key.url).pathname);
            await new Promise((done) => setTimeout(done, 100));
        }
        return ["too late"];
    }"""
    return page.evaluate(script, count)


@pytest.fixture
def pages():
    mara = make_user("mara", name="Mara Lindqvist")
    first = make_summary(
        paper=make_paper(title="Attention and $x^2$"), author=mara, text="It looks back: $a<b$."
    )
    second = make_summary(paper=make_paper(title="Adam"), author=mara, text="Steps that adapt.")
    private = make_summary(
        paper=make_paper(title="My own"), author=mara, text="For me alone.", state="private"
    )
    return {"paper": first.paper, "summary": second, "private": private}


def test_what_was_read_can_be_read_again_offline(open_page, pages):
    page = open_page(service_workers="allow")
    paper, summary = pages["paper"].get_absolute_url(), pages["summary"].get_absolute_url()
    page.goto(paper)
    settle(page)
    # The first page was open before the worker came; it is kept all the same.
    assert wait_for_copies(page, 1) == [paper]
    page.goto(summary)
    assert wait_for_copies(page, 2) == [paper, summary]
    page.goto("/venue")
    assert not page.context.cookies()
    page.context.set_offline(True)
    page.goto(paper)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Attention")
    expect(page.locator("#offline-copy")).to_contain_text("offline. This is the copy you read")
    expect(page.locator(".prose math")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.top')).display") == "block"
    header = page.evaluate("getComputedStyle(document.querySelector('.top .wrap')).display")
    assert header == "flex", "the style sheet is there"
    page.goto(summary)
    expect(page.get_by_text("Steps that adapt.").first).to_be_visible()
    page.goto("/user/mara")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are offline")
    kept = page.locator("#kept a")
    expect(kept).to_have_count(2)
    assert kept.nth(0).get_attribute("href") == summary
    kept.nth(1).click()
    expect(page.locator("#offline-copy")).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#offline-copy")).to_have_count(0)


def test_copies_hold_nothing_of_a_person_and_go_at_sign_out(open_page, pages):
    page = open_page(service_workers="allow", width=1280)
    sign_in(page, "mara")
    settle(page)
    page.goto(pages["paper"].get_absolute_url())
    expect(page.locator(".top .me")).to_be_visible()
    assert wait_for_copies(page, 1)
    page.goto(pages["private"].get_absolute_url())
    expect(page.get_by_text("For me alone.").first).to_be_visible()
    page.wait_for_timeout(500)
    script = """async () => {
        const read = await caches.open("read");
        const all = await Promise.all((await read.keys()).map(async (key) => (await read.match(key)).text()));
        return all.join();
    }"""
    kept = page.evaluate(script)
    assert "Attention" in kept
    for word in ("For me alone.", "csrfmiddlewaretoken", 'class="me"', "Sign out"):
        assert word not in kept, word
    page.locator(".top").get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert wait_for_copies(page, 0) == []


def test_what_was_hidden_since_is_forgotten(open_page, pages):
    from summaries.actions import hide_and_remove

    page = open_page(service_workers="allow")
    page.goto(pages["summary"].get_absolute_url())
    settle(page)
    assert wait_for_copies(page, 1)
    hide_and_remove.hide([pages["summary"]])
    page.goto(pages["summary"].get_absolute_url())
    assert wait_for_copies(page, 0) == []
