"""What browsers and proxies may keep: pages of readers, asked for again; pages of members never."""

import pytest

from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db


def addresses() -> list[str]:
    summary = make_summary(paper=make_paper(venue="NIPS"))
    return [
        *("/", "/venue", "/venue/neurips", "/users", "/wanted", "/about", "/search?q=test"),
        summary.paper.get_absolute_url(),
        summary.get_absolute_url(),
    ]


def test_readers_pages_may_be_kept_and_are_asked_for_again(client):
    for address in addresses():
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=60", address
        assert {"Cookie", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304 and not again.content, address


def test_a_new_summary_changes_the_page(client):
    paper = make_paper()
    before = client.get(paper.get_absolute_url())
    make_summary(paper=paper)
    tag = before.headers["ETag"]
    after = client.get(paper.get_absolute_url(), headers={"If-None-Match": tag})
    assert after.status_code == 200 and after.headers["ETag"] != tag


def test_members_pages_are_kept_by_nobody_else(client):
    pages = addresses()
    client.force_login(make_user())
    for address in [*pages, "/settings", "/library"]:
        answer = client.get(address)
        assert "public" not in answer.headers["Cache-Control"], address
        assert "ETag" not in answer.headers


def test_a_cookie_that_is_set_is_never_shared(client):
    for address in ("/account/login/", "/account/signup/"):
        assert "public" not in client.get(address).headers["Cache-Control"]


def test_what_fails_is_not_kept(client):
    assert "Cache-Control" not in client.get("/nowhere").headers


def test_the_wait_for_a_change_is_each_readers_own(client):
    """One who chose German or dark colours does not get another's page from a proxy."""
    plain = client.get("/about").headers["ETag"]
    german = client.get("/about", headers={"Accept-Language": "de"}).headers["ETag"]
    client.cookies["theme"] = "dark"
    assert len({plain, german, client.get("/about").headers["ETag"]}) == 3
