"""The zip of all that is somebody's own."""

import io
import json
import zipfile

import pytest
from django.core.files.base import ContentFile

from accounts.views import data
from summaries.actions.comment import ask, comment
from summaries.actions.delete import delete_summary
from summaries.actions.publish import revise
from summaries.actions.request_summary import request_summary
from summaries.actions.suggest_edit import suggest
from summaries.actions.vote import cast_vote
from summaries.editor.drafts import autosave
from summaries.models import Image
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db


def archive(client) -> zipfile.ZipFile:
    answer = client.post("/settings/data/archive")
    assert answer.status_code == 200 and answer.streaming
    assert answer["Content-Type"] == "application/zip"
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert packed.testzip() is None
    return packed


def test_all_that_is_ones_own_is_in_it(client, alice, bob, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    paper = make_paper(title='Attention: a "view"')
    public = make_summary(author=alice, paper=paper, text="First words.")
    revise(
        summary_id=public.pk,
        editor=alice,
        text="Second words.",
        based_on=public.save_count,
        note="Better.",
    )
    public.refresh_from_db()
    autosave(paper=paper, author=alice, text="Third words.", based_on=public.save_count)
    for state in ("draft", "private", "unlisted"):
        make_summary(author=alice, state=state, text=f"A {state} text.")
    unnamed = make_summary(author=alice, is_anonymous=True, text="Unnamed words.")
    gone = make_summary(author=alice, text="Gone words.")
    delete_summary(summary_id=gone.pk, editor=alice)
    other = make_summary(author=bob, text="Words of Bob.")
    comment(summary_id=other.pk, author=alice, text="A comment.")
    ask(paper_id=paper.pk, author=alice, text="A question.")
    cast_vote(summary_id=other.pk, voter=alice, value=-1)
    suggest(summary_id=other.pk, proposer=alice, text="Better words.", note="Clearer.", based_on=1)
    request_summary(paper_id=make_paper().pk, user=alice)
    picture = Image(uploader=alice)
    picture.file.save("plot.png", ContentFile(b"\x89PNG"))
    client.force_login(alice)
    packed = archive(client)
    names = packed.namelist()
    text = "\n".join(packed.read(name).decode() for name in names if not name.endswith(".png"))
    for words in ("Second", "Third", "Unnamed", "Gone"):
        assert f"{words} words." in text
    for state in ("draft", "private", "unlisted"):
        assert f"A {state} text." in text
    assert "Words of Bob" not in text and "bob@" not in text
    slug = paper.slug
    head = packed.read(f"summaries/{public.pk}-{slug}.md").decode()
    assert (
        head.startswith('---\ntitle: "Attention: a \\"view\\""\n') and 'state: "published"' in head
    )
    assert "First words." in packed.read(f"revisions/{public.pk}/1.md").decode()
    assert "Third words." in packed.read(f"drafts/{public.pk}-{slug}.md").decode()
    assert (
        "signed: false" in packed.read(f"summaries/{unnamed.pk}-{unnamed.paper.slug}.md").decode()
    )
    assert [row["text"] for row in json.loads(packed.read("comments.json"))] == [
        "A comment.",
        "A question.",
    ]
    assert json.loads(packed.read("votes.json"))[0]["value"] == -1
    assert json.loads(packed.read("suggestions.json"))[0]["text"] == "Better words."
    assert len(json.loads(packed.read("wishes.json"))) == 1
    assert [name for name in names if name.startswith("images/")]
    account = json.loads(packed.read("account.json"))
    assert account["user_name"] == "alice" and account["emails"] == []


def test_a_new_account_has_an_archive_too(client):
    client.force_login(make_user())
    assert {"read-me.txt", "account.json"} <= set(archive(client).namelist())


def test_it_is_a_post_of_ones_own_and_not_too_often(client, alice, monkeypatch):
    assert client.post("/settings/data/archive").status_code == 302
    client.force_login(alice)
    assert client.get("/settings/data/archive").status_code == 405
    assert b"Download everything" in client.get("/settings/data").content
    monkeypatch.setattr(data, "ARCHIVES_PER_DAY", 1)
    archive(client)
    answer = client.post("/settings/data/archive")
    assert answer.status_code == 429 and b"Too many requests. Try again in" in answer.content


def test_its_size_costs_no_more_queries(client, alice, django_assert_max_num_queries):
    for _ in range(8):
        make_summary(author=alice)
    client.force_login(alice)
    with django_assert_max_num_queries(40):
        archive(client)
