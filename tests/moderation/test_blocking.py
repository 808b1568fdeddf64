"""Domains and addresses that moderators keep out."""

import pytest
from django.core.exceptions import ValidationError

from accounts.blocklists import normal_domain, normal_network
from accounts.models import BlockedAddress, BlockedDomain, User
from summaries.models import Comment
from tests.support.factories import make_summary
from tests.support.moderators import make_moderator

pytestmark = pytest.mark.django_db
SIGN_UP = {"email": "new@mail.example", "username": "newcomer", "password1": "a long passphrase"}


@pytest.mark.parametrize(
    "typed, domain",
    [
        ("Example.ORG", "example.org"),
        ("https://example.org/cheap?x=1", "example.org"),
        (".example.org.", "example.org"),
        ("someone@example.org", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_domain_is_taken_as_people_write_it(typed, domain):
    assert normal_domain(typed) == domain


@pytest.mark.parametrize("typed", ["org", "", "two words.org", "-a.org", "a..org", "1.2.3.4"])
def test_what_is_no_domain_is_refused(typed):
    with pytest.raises(ValidationError):
        normal_domain(typed)


@pytest.mark.parametrize(
    "typed, network",
    [
        ("203.0.113.9", "203.0.113.9/32"),
        ("203.0.113.9/24", "203.0.113.0/24"),
        ("2001:db8::1", "2001:db8::1/128"),
    ],
)
def test_an_address_or_a_network_is_taken(typed, network):
    assert normal_network(typed) == network


@pytest.mark.parametrize("typed", ["", "203.0.113", "0.0.0.0/0", "::/0", "example.org"])
def test_neither_nonsense_nor_half_the_world_is_blocked(typed):
    with pytest.raises(ValidationError):
        normal_network(typed)


def test_a_moderator_blocks_in_the_admin(client):
    client.force_login(make_moderator())
    client.post("/admin/accounts/blockeddomain/add/", {"domain": "https://Shop.example/x"})
    client.post("/admin/accounts/blockedaddress/add/", {"network": "203.0.113.9/24"})
    assert BlockedDomain.objects.get().domain == "shop.example"
    assert BlockedAddress.objects.get().network == "203.0.113.0/24"
    again = client.post("/admin/accounts/blockeddomain/add/", {"domain": "SHOP.example"})
    assert again.status_code == 200 and "already exists" in again.content.decode()
    assert client.post("/admin/accounts/blockeddomain/add/", {"domain": "shop"}).status_code == 200
    assert BlockedDomain.objects.count() == 1


def test_nobody_signs_up_with_a_blocked_domain(client):
    BlockedDomain.objects.create(domain="mail.example")
    answer = client.post("/account/signup/", SIGN_UP)
    assert "t accept addresses from this domain. Use another one." in answer.content.decode()
    client.post("/account/signup/", {**SIGN_UP, "email": "new@eu.mail.example"})
    assert not User.objects.exists()


def test_from_a_blocked_address_nobody_signs_up_or_posts(client, alice):
    summary = make_summary(author=alice)
    BlockedAddress.objects.create(network="127.0.0.0/8")
    assert client.post("/account/signup/", SIGN_UP).status_code == 403
    page = client.get("/account/signup/").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert (
        "Nobody can sign up or post from your network at the moment because we received too much spam from it. You can still read."
        in main
        and "<form" not in main
    )
    client.force_login(alice)
    answer = client.post(f"/summary/{summary.pk}/comment", {"text": "Kept words."})
    assert answer.status_code == 403 and "Kept words." in answer.content.decode()
    assert not Comment.objects.exists() and User.objects.count() == 1
    # Reading, signing in and out stay.
    assert client.get(summary.get_absolute_url()).status_code == 200
    assert client.post("/account/logout/").status_code == 302
    signed_in = client.post("/account/login/", {"login": "alice", "password": "correct horse"})
    assert signed_in.status_code == 302


def test_a_block_ends_on_its_day(client, alice):
    BlockedAddress.objects.create(network="127.0.0.0/8", until="2020-01-01T00:00Z")
    client.force_login(alice)
    summary = make_summary(author=alice)
    assert client.post(f"/summary/{summary.pk}/comment", {"text": "Hello."}).status_code == 302
