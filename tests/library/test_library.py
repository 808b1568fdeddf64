"""A reader's own library: saving, folders, how far one has read."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from library import actions
from library.models import Folder, SavedPaper
from library.portability import files
from papers.curation.merge import merge
from papers.curation.unmerge import undo
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client, alice):
    client.force_login(alice)
    return alice


def keep(user, **told) -> SavedPaper:
    return actions.save(paper_id=make_paper(**told).pk, user=user)


def shown(client, address: str) -> list[str]:
    return [kept.paper.title for kept in client.get(address).context["items"]]


def test_save_brings_the_paper_into_the_library_and_back_where_one_was(client, reader):
    paper = make_paper(title="Kept")
    answer = client.post(f"/paper/{paper.pk}/save", {"value": "1", "next": "/?sort=best"})
    assert answer.status_code == 303 and answer["Location"] == "/?sort=best"
    assert shown(client, "/library") == ["Kept"]
    client.post(f"/paper/{paper.pk}/save", {"value": "1"})
    assert reader.saved_papers.count() == 1
    answer = client.post(f"/paper/{paper.pk}/save", {"value": "0", "next": "https://evil.example"})
    assert answer["Location"] == paper.get_absolute_url()
    assert shown(client, "/library") == []


@pytest.mark.parametrize("value", ["", "2", "yes"])
def test_any_other_value_is_refused(client, reader, value):
    assert client.post(f"/paper/{make_paper().pk}/save", {"value": value}).status_code == 400


def test_the_button_says_what_is_saved(client, reader):
    paper = make_summary(paper=make_paper(title="Kept")).paper
    for page in ("/", paper.get_absolute_url()):
        assert "Saved<span" not in client.get(page).content.decode()
    actions.save(paper_id=paper.pk, user=reader)
    for page in ("/", paper.get_absolute_url()):
        assert "Saved<span" in client.get(page).content.decode()


def test_signed_out_pages_have_no_form_to_save(client):
    paper = make_summary().paper
    assert "/save" not in client.get(paper.get_absolute_url()).content.decode()
    assert client.post(f"/paper/{paper.pk}/save", {"value": "1"}).status_code == 302
    assert client.get("/library")["Location"].startswith("/account/login/")


def test_papers_are_found_by_folder_and_state(client, reader):
    first, second, third = (keep(reader, title=title) for title in ("One", "Two", "Three"))
    folder = actions.make_folder(user=reader, name="Thesis")
    client.post(f"/library/{first.pk}", {"state": "read", "folder": folder.pk})
    client.post(f"/library/{second.pk}", {"state": "reading", "folder": ""})
    assert shown(client, f"/library?folder={folder.pk}") == ["One"]
    assert shown(client, "/library?folder=none") == ["Three", "Two"]
    assert shown(client, "/library?state=to-read") == [third.paper.title]
    assert shown(client, f"/library?folder={folder.pk}&state=reading") == []
    assert shown(client, "/library?state=nonsense") == ["Three", "Two", "One"]


def test_a_deleted_folder_leaves_its_papers(client, reader):
    kept = keep(reader)
    folder = actions.make_folder(user=reader, name="Thesis")
    actions.arrange(kept, state="read", folder=folder)
    client.post(f"/library/folders/{folder.pk}", {"delete": "1"})
    kept.refresh_from_db()
    assert kept.folder is None and kept.state == "read" and not Folder.objects.exists()


@pytest.mark.parametrize("name, words", [("", "Enter a folder name."), ("thesis", "already")])
def test_a_folder_that_cannot_be_says_why(client, reader, name, words):
    actions.make_folder(user=reader, name="Thesis")
    page = client.post("/library/folders", {"name": name}, follow=True).content.decode()
    assert words in page and Folder.objects.count() == 1


def test_a_folder_is_renamed(client, reader):
    folder = actions.make_folder(user=reader, name="Thesis")
    client.post(f"/library/folders/{folder.pk}", {"name": "Book"})
    folder.refresh_from_db()
    assert folder.name == "Book"


def test_what_was_taken_out_on_the_page_can_be_put_back_there(client, reader):
    paper = make_paper(title="Not this session")
    actions.save(paper_id=paper.pk, user=reader)
    sent = {"value": "0", "next": "/library?state=to-read"}
    answer = client.post(f"/paper/{paper.pk}/save", sent, follow=True)
    page = answer.content.decode()
    assert "was removed from your library." in page
    assert answer.redirect_chain[-1][0] == f"/library?state=to-read&forgotten={paper.pk}"
    client.post(f"/paper/{paper.pk}/save", {"value": "1"})
    page = client.get(answer.redirect_chain[-1][0]).content.decode()
    assert "was removed from your library." not in page


def test_nobody_reaches_another_persons_library(client, reader, bob):
    kept = keep(bob)
    folder = actions.make_folder(user=bob, name="Secret plans")
    assert client.get(f"/library?folder={folder.pk}").status_code == 404
    assert client.post(f"/library/{kept.pk}", {"state": "read"}).status_code == 404
    assert client.post(f"/library/folders/{folder.pk}", {"delete": "1"}).status_code == 404
    mine = keep(reader)
    client.post(f"/library/{mine.pk}", {"state": "read", "folder": folder.pk})
    mine.refresh_from_db()
    assert mine.folder is None and mine.state == "to-read"


def test_a_full_library_says_so_and_keeps_what_it_has(client, reader, monkeypatch):
    monkeypatch.setattr(actions, "MOST_PAPERS", 1)
    keep(reader, title="Kept")
    other = make_paper()
    page = client.post(f"/paper/{other.pk}/save", {"value": "1"}, follow=True).content.decode()
    assert "papers. Remove some first." in page and reader.saved_papers.count() == 1


def test_merged_papers_are_one_in_the_library_and_two_again(reader):
    kept, merged = make_paper(title="On merging"), make_paper(title="On merging, again")
    for paper in (kept, merged):
        actions.save(paper_id=paper.pk, user=reader)
    done = merge(kept=kept, merged=merged, merged_by=None)
    assert [saved.paper for saved in reader.saved_papers.all()] == [kept]
    undo(done, undone_by=reader)
    assert reader.saved_papers.count() == 2


def test_the_page_has_a_fixed_number_of_queries(client, reader):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get("/library")
        return len(captured)

    keep(reader, arxiv="1706.03762", venue="NeurIPS")
    few = queries()
    for number in range(8):
        kept = keep(reader, arxiv=f"1707.0000{number}", venue=f"Venue {number}")
        actions.arrange(
            kept, state="read", folder=actions.make_folder(user=reader, name=f"F{number}")
        )
    assert queries() == few


def test_the_library_leaves_as_bibtex_and_json(client, reader):
    kept = keep(reader, title="On leaving", key="lovelace2016leaving")
    keep(make_user(), title="Somebody else's")
    answer = client.get("/library.bib")
    assert "On leaving" in answer.content.decode() and "Somebody" not in answer.content.decode()
    told = dict(files(reader))
    assert json.loads(told["library.json"])[0]["paper"] == kept.paper.citation_key
    assert b"On leaving" in told["library.bib"]
