"""Signing in with a passkey; voting and commenting with script, without, and by keyboard alone;
every page about an account, looked at in both themes."""

import os
import re
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from playwright.sync_api import Page, expect

from accounts.models import User
from summaries.actions.comment import ask, comment
from summaries.models import Comment, Summary
from tests.browser.looking import faults_of
from tests.browser.signing_in import fill_in_and_sign_in, sign_in
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
PASSWORD = "correct horse"  # As in tests.support.factories.


@pytest.fixture(autouse=True)
def orcid_is_offered(settings):
    settings.SOCIALACCOUNT_PROVIDERS = {
        name: {"APPS": [{"client_id": "us", "secret": "hush"}]} for name in ("orcid", "github")
    }


def give_authenticator(page: Page) -> None:
    """A device that makes passkeys and says yes by itself, as Chromium plays it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def make_passkey(page: Page) -> Authenticator:
    page.goto("/account/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        reauthenticate(page)
    page.get_by_role("button", name="Create passkey").click()
    page.wait_for_url(lambda url: not url.endswith("/webauthn/add/"))
    return Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)


def reauthenticate(page: Page) -> None:
    page.locator("main").get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue", exact=True).click()


def test_a_passkey_is_made_and_signs_in_alone(open_page):
    make_user("mara", name="Mara Lindqvist")
    page = open_page()
    give_authenticator(page)
    sign_in(page, "mara")
    page.goto("/settings/security")
    page.get_by_role("link", name="Add a passkey").click()
    reauthenticate(page)
    expect(page.get_by_label("Passkey name")).to_have_value(re.compile("Chrome"))
    page.get_by_role("button", name="Create passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count() == 1
    page.get_by_role("link", name="I've saved them").click()
    expect(page.get_by_text("not used yet")).to_be_visible()

    page.locator(".top").get_by_role("button", name="Sign out").first.click()
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    page.goto("/account/login/?next=/settings/security")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/settings/security")
    expect(page.get_by_text("last used")).to_be_visible()


def test_a_passkey_is_offered_where_the_name_is_typed(open_page):
    make_user("mara")
    page = open_page()
    give_authenticator(page)
    sign_in(page, "mara")
    make_passkey(page)
    page.context.clear_cookies()
    # The device says yes to the offer at once, as it does to everything.
    page.goto("/account/login/?next=/settings/security", wait_until="commit")
    page.wait_for_url(lambda url: urlsplit(url).path == "/settings/security")
    expect(page.get_by_text("last used")).to_be_visible()


def test_the_offer_of_a_passkey_ends_before_a_password_is_sent(open_page):
    """Its answer brings a cookie, which must not replace that of the person who signed in."""
    make_user("mara")
    page = open_page()
    order = []
    page.route("**/webauthn/login/", lambda route: order.append("asked"))
    page.on("requestfailed", lambda request: order.append("ended"))
    page.on("request", lambda request: request.method == "POST" and order.append("sent"))
    with page.expect_request("**/webauthn/login/"):
        page.goto("/account/login/")
    fill_in_and_sign_in(page, "mara")
    assert order == ["asked", "ended", "sent"]
    expect(page.locator(".top .me")).to_be_attached()


def test_a_passkey_is_the_second_step_after_the_password(open_page):
    make_user("mara")
    page = open_page()
    give_authenticator(page)
    sign_in(page, "mara")
    page.goto("/account/2fa/webauthn/add/")
    reauthenticate(page)
    page.get_by_role("button", name="Create passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.context.clear_cookies()
    # Without script no passkey is offered, so that the password has its turn.
    page.route("**/passkeys*.js", lambda route: route.abort())
    sign_in(page, "mara")
    expect(page.get_by_role("heading", level=1)).to_have_text("Two-step verification")
    page.unroute("**/passkeys*.js")
    page.reload()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".top .me")).to_be_attached()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_question_is_asked_answered_changed_and_deleted(open_page, script):
    make_user("mara", name="Mara Lindqvist")
    paper = make_paper(title="Attention and Costs")
    page = open_page(script=script, width=390)
    sign_in(page, "mara")
    page.goto(paper.get_absolute_url())
    page.get_by_text("Ask a question").click()
    page.get_by_label("Your question about this paper").fill("What is $k$?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#questions math")).to_be_attached()
    page.locator("#questions details.reply summary").first.click()
    page.get_by_label("Your reply").fill("A *number*.")
    page.locator("#questions").get_by_role("button", name="Reply").click()
    expect(page.locator("#questions em")).to_have_text("number")
    page.get_by_role("link", name="Edit my reply").click()
    page.get_by_label("Your comment").fill("A *real* number.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#questions em")).to_have_text("real")
    expect(page.locator("#questions").get_by_text("edited")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete my comment").click()
    expect(page.get_by_text("Deleted by its author.")).to_be_visible()
    assert Comment.objects.filter(deleted_at=None).count() == 1


def test_by_keyboard_alone_somebody_signs_in_votes_and_comments(open_page):
    make_user("mara", name="Mara Lindqvist")
    summary = make_summary(author=make_user("tunde"))
    page = open_page()
    page.goto(f"/account/login/?next=/summary/{summary.pk}")
    tab_to(page, page.get_by_label("E-mail or user name"))
    page.keyboard.type("mara")
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/summary/{summary.pk}")
    up = page.get_by_role("button", name=re.compile("^Useful"))
    tab_to(page, up)
    page.keyboard.press("Enter")
    expect(up).to_have_attribute("aria-pressed", "true")
    # The answer took the form's place; the focus did not get lost.
    expect(up).to_be_focused()
    tab_to(page, page.get_by_label("Add a comment"))
    page.keyboard.type("Why is that so?")
    tab_to(page, page.get_by_role("button", name="Comment", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Why is that so?")).to_be_visible()
    assert Summary.objects.get().score == 1 and Comment.objects.count() == 1


def tab_to(page: Page, wanted) -> None:
    expect(wanted).to_be_visible()
    for _ in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("The Tab key never came there.")


def signed_out_addresses() -> list[str]:
    return [
        "/account/login/",
        "/account/signup/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/password/reset/key/1-wrong/",
        "/account/password/reset/key/done/",
        "/account/confirm-email/",
        "/account/confirm-email/wrong/",
        "/account/inactive/",
        "/account/3rdparty/login/cancelled/",
        "/account/3rdparty/login/error/",
        "/account/orcid/login/",
        "/user/mara",
        "/user/mara?show=comments",
        "/users",
    ]


def signed_in_addresses(passkey: Authenticator) -> list[str]:
    return [
        "/settings",
        "/settings/account",
        "/settings/account/delete",
        "/settings/security",
        "/settings/reading",
        "/settings/data",
        "/account/email/",
        "/account/password/change/",
        "/account/2fa/webauthn/add/",
        f"/account/2fa/webauthn/keys/{passkey.pk}/edit/",
        f"/account/2fa/webauthn/keys/{passkey.pk}/remove/",
        "/account/2fa/totp/deactivate/",
        "/account/2fa/recovery-codes/",
        "/account/2fa/recovery-codes/generate/",
        "/account/3rdparty/",
        "/account/reauthenticate/",
        "/account/2fa/reauthenticate/",
        "/account/2fa/webauthn/reauthenticate/",
        "/account/logout/",
        "/user/mara?show=liked",
        "/user/mara?show=drafts",
    ]


@pytest.fixture
def mara():
    person = make_user("mara", name="Mara Lindqvist", about="Reads about attention.")
    User.objects.filter(pk=person.pk).update(email="a-rather-long-address.of.mara@example.org")
    paper = make_paper(
        title="A_word_that_is_far_too_long_for_a_phone_and_its_small_screen in $n^2$"
    )
    summary = make_summary(paper=paper, author=person)
    comment(summary_id=summary.pk, author=person, text="Why $n^2$?")
    ask(paper_id=paper.pk, author=person, text="What is $n$?")
    make_summary(author=person, is_anonymous=True)
    make_summary(author=person, state="draft")
    return person


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_about_an_account(open_page, mara, dark):
    page = open_page(dark=dark)
    give_authenticator(page)
    faults = []
    for address in signed_out_addresses():
        faults += look(page, address, dark)
    sign_in(page, "mara")
    page.goto("/account/reauthenticate/")
    reauthenticate(page)
    page.goto("/account/2fa/totp/activate/")
    faults += look(page, "/account/2fa/totp/activate/", dark)
    TOTP.activate(mara, generate_totp_secret())
    RecoveryCodes.activate(mara)
    passkey = make_passkey(page)
    for address in signed_in_addresses(passkey):
        faults += look(page, address, dark)
    assert not faults, "\n".join(faults)


def look(page: Page, address: str, dark: bool) -> list[str]:
    # Colours differ in the dark, boxes do not.
    faults = faults_of(page, address, widths=(1280,) if dark else (320, 390, 1280))
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        name = re.sub(r"\W+", "-", address).strip("-") + ("-dark" if dark else "")
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
        page.set_viewport_size({"width": 390, "height": 800})
        page.screenshot(path=f"{folder}/{name}-390.png", full_page=True)
    return faults
