"""Sign in as people do; the fixture `enter` is for tests of something else."""

from playwright.sync_api import Page


def sign_in(page: Page, name: str) -> None:
    page.goto("/account/login/")
    fill_in_and_sign_in(page, name)


def fill_in_and_sign_in(page: Page, name: str) -> None:
    """Sign in on the page that is open."""
    page.locator("main").get_by_label("E-mail or user name").fill(name)
    page.locator("main").get_by_label("Password").fill("correct horse")
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/account/login" not in url)
