"""A secret link opens an unlisted summary until it is shut; what was deleted comes back."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from summaries.models import Summary
from summaries.querysets import UNDO_DAYS
from tests.support.factories import make_paper, make_summary

pytestmark = pytest.mark.django_db

FORM = {"text": "It works.", "signed": "name", "visibility": "unlisted", "action": "publish"}


def link_of(summary: Summary) -> str:
    return f"/s/{Summary.objects.get(pk=summary.pk).secret}"


def test_an_unlisted_summary_is_read_by_its_link_alone(client, alice):
    client.force_login(alice)
    paper = make_paper()
    answer = client.post(f"/paper/{paper.pk}/write", FORM, follow=True)
    summary = Summary.objects.get()
    assert len(summary.secret) == 22 and summary.state == "unlisted"
    assert link_of(summary) in answer.content.decode()
    client.logout()
    shared = client.get(link_of(summary))
    assert shared.status_code == 200 and b"It works." in shared.content
    assert "noindex" in shared["X-Robots-Tag"] and "no-store" in shared["Cache-Control"]
    assert shared["Referrer-Policy"] == "no-referrer"
    assert b"CC BY 4.0" in shared.content
    assert client.get(summary.get_absolute_url()).status_code == 404
    assert b"It works." not in client.get(paper.get_absolute_url()).content


def test_a_new_link_kills_the_old_one_and_none_kills_both(client, alice):
    summary = make_summary(author=alice, state="private")
    client.force_login(alice)
    client.post(f"/summary/{summary.pk}/share")
    first = link_of(summary)
    client.post(f"/summary/{summary.pk}/share")
    second = link_of(summary)
    assert first != second and client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    client.post(f"/summary/{summary.pk}/unshare")
    assert client.get(second).status_code == 404
    assert Summary.objects.get().secret is None


def test_publishing_shuts_the_link(client, alice):
    summary = make_summary(author=alice, state="unlisted")
    link = link_of(summary)
    client.force_login(alice)
    client.post(
        f"/summary/{summary.pk}/edit", {**FORM, "visibility": "public", "based_on": 1}, follow=True
    )
    assert Summary.objects.get().state == "published" and client.get(link).status_code == 404


@pytest.mark.parametrize("deed", ["share", "unshare"])
def test_nobody_else_makes_or_shuts_a_link(client, alice, bob, deed):
    summary = make_summary(author=alice, state="unlisted")
    client.force_login(bob)
    assert client.post(f"/summary/{summary.pk}/{deed}").status_code == 404
    assert client.get(f"/summary/{summary.pk}/{deed}").status_code == 405


def test_the_page_warns_where_the_past_cannot_be_unsaid(client, alice):
    summary = make_summary(author=alice)
    client.force_login(alice)
    page = client.get(f"/summary/{summary.pk}/edit").content.decode()
    assert "Your name is removed immediately from this summary" in page
    assert (
        "It disappears immediately from all pages, lists, feeds and search, with its history"
        in page
    )
    assert "Earlier published versions can still be used under the licence they had then" in page


def test_a_deleted_summary_can_be_brought_back_for_thirty_days(client, alice, bob):
    summary = make_summary(author=alice)
    client.force_login(alice)
    page = client.post(f"/summary/{summary.pk}/delete", follow=True).content.decode()
    assert "Restore summary" in page
    address = f"/summary/{summary.pk}/restore"
    assert address in client.get("/user/alice?show=drafts").content.decode()
    assert client.get(f"/summary/{summary.pk}").headers["Location"] == address
    assert address in client.get(f"/paper/{summary.paper_id}/write").content.decode()
    client.force_login(bob)
    assert client.get(f"/summary/{summary.pk}").status_code == 410
    assert address not in client.get(f"/paper/{summary.paper_id}/write").content.decode()
    assert client.get(address).status_code == client.post(address).status_code == 404
    client.force_login(alice)
    assert client.post(address, follow=True).status_code == 200
    assert Summary.objects.published().contains(summary)
    client.post(f"/summary/{summary.pk}/delete")
    long_ago = timezone.now() - datetime.timedelta(days=UNDO_DAYS, minutes=1)
    Summary.objects.update(deleted_at=long_ago)
    assert client.get(address).status_code == 404
    call_command("purge_deleted")
    assert not Summary.objects.exists()


def test_one_that_was_written_anew_stands_in_the_way(client, alice):
    summary = make_summary(author=alice, text="First.")
    client.force_login(alice)
    client.post(f"/summary/{summary.pk}/delete")
    make_summary(author=alice, paper=summary.paper, text="Second.")
    answer = client.post(f"/summary/{summary.pk}/restore")
    assert (
        answer.status_code == 409
        and b"You have since written another summary of this paper, and you can have only one per paper."
        in answer.content
    )


def test_the_licence_stands_on_the_page(client, alice):
    client.force_login(alice)
    paper = make_paper()
    form = {**FORM, "visibility": "public", "licence": "CC0-1.0"}
    client.post(f"/paper/{paper.pk}/write", form)
    client.logout()
    page = client.get(paper.get_absolute_url()).content.decode()
    assert 'rel="license" href="https://creativecommons.org/publicdomain/zero/1.0/"' in page
