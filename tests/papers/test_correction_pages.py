"""Members suggest corrections, moderators decide, and everyone can read where a record comes from."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.curation.corrections import accept, correct, decline, propose
from papers.forms.correcting import CorrectionForm
from papers.importing.pipeline import import_record
from papers.models import Correction, Merge, Paper
from search.index import parse, search_summaries
from tests.support.factories import make_paper, make_record, make_summary, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(db):
    person = make_user("jonas", name="Jonas Moderator", is_staff=True)
    wanted = ["change_paper", "view_paper", "change_correction", "view_correction"]
    person.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    return person


@pytest.fixture
def paper(db):
    return make_paper(
        title="Learning to test",
        authors=("Ada Lovelace", "Alan Turing"),
        year=2016,
        venue="NeurIPS",
        abstract="One line.\nAnother line.",
        arxiv="1412.6980",
    )


def filled(paper: Paper, **changed: object) -> dict[str, object]:
    """What a browser sends when only `changed` was touched."""
    form = CorrectionForm(paper=Paper.objects.get(pk=paper.pk))
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value is not None and value is not False}
    # Browsers send line breaks as two characters.
    data = {n: v.replace("\n", "\r\n") if isinstance(v, str) else v for n, v in data.items()}
    return {**data, **changed}


def test_the_form_shows_the_record_as_it_is(client, alice, paper):
    client.force_login(alice)
    html = client.get(f"/paper/{paper.pk}/correct").content.decode()
    for text in (
        'value="Learning to test"',
        "Ada Lovelace\nAlan Turing",
        'value="2016"',
        "NeurIPS",
    ):
        assert text in html
    assert "Save now" not in html


def test_only_what_was_changed_is_proposed(client, alice, paper):
    client.force_login(alice)
    data = filled(paper, year="2017", authors="Ada Lovelace\r\nGrace Hopper", note="Page 1.")
    answer = client.post(f"/paper/{paper.pk}/correct", data)
    assert answer.status_code == 302 and answer["Location"] == f"/paper/{paper.pk}/correct"
    correction = Correction.objects.get()
    assert correction.changes == {
        "authors": [["Ada Lovelace", "Alan Turing"], ["Ada Lovelace", "Grace Hopper"]],
        "year": [2016, 2017],
    }
    assert (correction.proposed_by, correction.note) == (alice, "Page 1.")
    assert Paper.objects.get().year == 2016


def test_what_an_import_changed_meanwhile_is_not_taken_for_the_members_wish(client, alice, paper):
    client.force_login(alice)
    data = filled(paper, year="2017")
    Paper.objects.update(volume="30", pages="1-9")
    client.post(f"/paper/{paper.pk}/correct", data)
    assert Correction.objects.get().changes == {"year": [2016, 2017]}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "Nothing differs from the current record. Correct something first."),
        (
            {"title": "  Learning  to test "},
            "Nothing differs from the current record. Correct something first.",
        ),
        (
            {"identifiers": "arXiv:1412.6980v2"},
            "Nothing differs from the current record. Correct something first.",
        ),
        ({"title": " "}, "Enter a title."),
        ({"year": "1066"}, "between 1450 and 2100"),
        ({"year": "MMXVII"}, "whole number"),
        ({"url": "example"}, "Enter a link like https://example.org/paper."),
        ({"url": "javascript:alert(1)"}, "Enter a link like https://example.org/paper."),
        ({"code_url": "https://sci-hub.se/10.1/x"}, "Links to this site are not allowed."),
        (
            {"identifiers": "10.1000/x\nwhat is this?"},
            "what is this? is not an identifier we recognise",
        ),
        ({"identifiers": "1706.03762"}, "This paper is arXiv 1412.6980"),
        ({"venue": "2017"}, "s name without volume or year, such as NeurIPS."),
        ({"authors": "x" * 201}, "more than 200 characters"),
        ({"kind": "poem"}, "not one of the available choices"),
        ({"note": "x" * 501, "year": "2017"}, "at most 500 characters"),
    ],
)
def test_what_cannot_be_kept_is_told_and_the_input_stays(client, alice, paper, changed, words):
    client.force_login(alice)
    if "Nothing" not in words:
        changed = {"pages": "77–78", **changed}
    data = filled(paper, **changed)
    answer = client.post(f"/paper/{paper.pk}/correct", data)
    html = answer.content.decode()
    assert answer.status_code == 422 and words in html
    assert not Correction.objects.exists()
    if "Nothing" not in words:
        assert 'value="77–78"' in html


def test_what_the_member_left_alone_is_not_checked(client, alice, paper):
    Paper.objects.update(year=3, url="ftp://example.org/x", kind="proceedings")
    client.force_login(alice)
    client.post(f"/paper/{paper.pk}/correct", filled(paper, volume="2"))
    assert Correction.objects.get().changes == {"volume": ["", "2"]}


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)


@settings(max_examples=150, deadline=None)
@given(
    title=TEXTS,
    abstract=TEXTS,
    authors=st.lists(TEXTS, max_size=4),
    pages=TEXTS,
    year=st.none() | st.integers(0, 9999),
    url=TEXTS,
)
def test_a_form_that_nobody_touched_proposes_nothing(title, abstract, authors, pages, year, url):
    paper = Paper(
        title=title, abstract=abstract, authors_text="; ".join(authors), pages=pages, year=year
    )
    paper.url = url
    empty = CorrectionForm(paper=paper)
    sent = {name: empty[name].value() for name in empty.fields}
    sent = {name: value for name, value in sent.items() if value is not None and value is not False}
    sent = {n: v.replace("\n", "\r\n") if isinstance(v, str) else v for n, v in sent.items()}
    form = CorrectionForm(sent, paper=paper)
    assert not form.is_valid()
    assert list(form.errors) == ["__all__"] and "Nothing differs" in str(form.errors)


def test_the_admin_page_of_a_paper_keeps_what_was_before_and_tells_the_search(client, paper):
    summary = make_summary(paper=paper)
    client.force_login(make_user(is_staff=True, is_superuser=True))
    address = f"/admin/papers/paper/{paper.pk}/change/"
    form = client.get(address).context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value is not None and value is not False}
    for prefix in ("identifiers", "authorships", "source_records"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    data |= {"title": "Quaggas", "categories": "[]"}
    assert client.post(address, data).status_code == 302
    newer, older = paper.history.all()
    assert (older.title, newer.title) == ("Learning to test", "Quaggas")
    assert list(search_summaries(parse("quaggas"), user=summary.author)) == [summary]


def test_a_name_of_another_paper_leads_to_that_paper(client, alice, paper):
    other = make_paper(title="The other one", doi="10.1000/x")
    client.force_login(alice)
    answer = client.post(f"/paper/{paper.pk}/correct", filled(paper, identifiers="10.1000/x"))
    html = answer.content.decode()
    assert answer.status_code == 422 and "already belongs to" in html
    assert f'href="{other.get_absolute_url()}"' in html
    merge = f"/paper/{paper.pk}/report-duplicate?other={other.pk}"
    assert f'href="{merge}"' in html
    assert f'value="{other.pk}"' in client.get(merge).content.decode()


def test_signing_in_comes_first_and_loses_nothing(client, paper):
    answer = client.get(f"/paper/{paper.pk}/correct")
    assert answer.status_code == 302 and answer["Location"].endswith(
        f"?next=/paper/{paper.pk}/correct"
    )
    answer = client.post(f"/paper/{paper.pk}/correct", filled(paper, title="My better title"))
    html = answer.content.decode()
    assert answer.status_code == 403 and 'value="My better title"' in html and "Sign in" in html
    assert not Correction.objects.exists()


def test_the_form_needs_its_token(paper, alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(f"/paper/{paper.pk}/correct", filled(paper, year="1")).status_code == 403


def test_too_many_corrections_wait_and_keep_the_input(client, alice, paper):
    client.force_login(alice)
    for number in range(30):
        client.post(f"/paper/{paper.pk}/correct", filled(paper, pages=str(number)))
    answer = client.post(f"/paper/{paper.pk}/correct", filled(paper, pages="999"))
    html = answer.content.decode()
    assert answer.status_code == 429 and "Too many requests." in html and 'value="999"' in html


def test_a_member_sees_the_own_corrections_and_what_came_of_them(
    client, alice, bob, moderator, paper
):
    first = propose(paper=paper, proposed={"year": 2017, "volume": "3"}, member=alice)
    accept(correction_id=first.pk, moderator=moderator, fields=["year"], answer="No volume there.")
    propose(paper=paper, proposed={"pages": "5–9"}, member=alice)
    propose(paper=paper, proposed={"publisher": "Bob's press"}, member=bob)
    client.force_login(alice)
    html = client.get(f"/paper/{paper.pk}/correct").content.decode()
    own = html[html.index("Your corrections") :]
    assert "Accepted" in own and "Waiting for a moderator" in own and "No volume there." in own
    assert own.count("(not applied)") == 1
    assert "Bob" not in own and "Jonas" not in own


def test_a_moderator_saves_at_once(client, moderator, paper):
    client.force_login(moderator)
    assert "Save now" in client.get(f"/paper/{paper.pk}/correct").content.decode()
    answer = client.post(
        f"/paper/{paper.pk}/correct", filled(paper, title="A better title", action="save")
    )
    paper = Paper.objects.get()
    assert answer["Location"] == paper.get_absolute_url()
    assert (paper.title, paper.corrected_fields) == ("A better title", ["title"])
    assert Correction.objects.get().state == "accepted"


def test_a_member_cannot_save_at_once(client, alice, paper):
    client.force_login(alice)
    client.post(f"/paper/{paper.pk}/correct", filled(paper, year="2017", action="save"))
    assert Paper.objects.get().year == 2016 and Correction.objects.get().state == "waiting"


def test_there_is_no_form_for_no_paper(client, alice):
    client.force_login(alice)
    assert client.get("/paper/999999/correct").status_code == 404
    assert client.get("/paper/999999/history").status_code == 404


@pytest.mark.parametrize("title", ["Correct", "Record", "Duplicate"])
def test_a_paper_with_the_title_of_such_a_page_keeps_its_own(client, title):
    paper = make_paper(title=title)
    assert title in client.get(paper.get_absolute_url()).content.decode()


# -- the record -------------------------------------------------------------------------------


def test_everyone_reads_where_a_record_comes_from_and_nobody_is_named(
    client, alice, moderator, paper
):
    told = {"title": paper.title, "arxiv": "1412.6980", "doi": "10.1000/x"}
    import_record(make_record(source="crossref", **told))
    correction = propose(paper=paper, proposed={"title": "A better title"}, member=alice)
    accept(correction_id=correction.pk, moderator=moderator, fields=["title"])
    client.force_login(moderator)
    client.post(f"/paper/{paper.pk}/correct", filled(paper, identifiers="pmid:7", action="save"))
    client.logout()
    html = client.get(f"/paper/{paper.pk}/history").content.decode()
    for text in (
        'href="https://doi.org/10.1000/x"',
        'href="https://pubmed.ncbi.nlm.nih.gov/7/"',
        "Crossref",
        "arxiv:1412.6980",
        "t overwrite them: Title",
        "by a moderator",
        "<del>Learning to test</del> <ins>A better title</ins>",
        "other identifiers",
    ):
        assert text in html
    for name in ("Jonas", "jonas", "Alice", "alice"):
        assert name not in html


def test_the_record_asks_the_same_number_of_questions_however_long_it_is(client, moderator, paper):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/paper/{paper.pk}/history").status_code == 200
        return len(captured)

    correct(paper=paper, proposed={"venue": "ICML"}, moderator=moderator)
    few = queries()
    for number, venue in enumerate(["ICLR", "AAAI", "CVPR", "A new one"]):
        correct(
            paper=Paper.objects.get(),
            proposed={"venue": venue, "identifiers": [f"10.1000/{number}"]},
            moderator=moderator,
        )
    assert queries() == few <= 8


def test_the_record_tells_which_papers_became_part_of_it(client, paper):
    Merge.objects.create(kept=paper, merged_number=777, merged_title="Learning two", snapshot={})
    html = client.get(f"/paper/{paper.pk}/history").content.decode()
    assert "Paper 777, “Learning two”, was merged into this one" in html


def test_a_paper_of_which_nothing_is_known_has_a_record_too(client):
    bare = Paper.objects.create(title="Bare", citation_key="bare")
    html = client.get(f"/paper/{bare.pk}/history").content.decode()
    assert "No data from catalogues." in html and "No manual edits." in html


# -- the queue --------------------------------------------------------------------------------


def test_the_queue_begins_with_what_waits(client, alice, moderator, paper):
    done = propose(paper=paper, proposed={"year": 1999}, member=alice)
    decline(correction_id=done.pk, moderator=moderator)
    waiting = propose(paper=paper, proposed={"volume": "1"}, member=alice)
    client.force_login(moderator)
    html = client.get("/admin/papers/correction/").content.decode()
    numbers = re.findall(r"/admin/papers/correction/(\d+)/change/", html)
    assert list(dict.fromkeys(map(int, numbers))) == [waiting.pk, done.pk]


def test_a_moderator_sees_what_was_what_is_and_what_is_proposed(client, alice, moderator, paper):
    correction = propose(
        paper=paper, proposed={"year": 2018, "volume": "2"}, member=alice, note="https://a.example"
    )
    Paper.objects.update(year=2017)
    client.force_login(moderator)
    html = client.get(f"/admin/papers/correction/{correction.pk}/change/").content.decode()
    row = html[html.index('value="year"') :]
    assert re.search(r"2016.*Changed since:</b> 2017.*2018", row, re.DOTALL)
    assert re.search(r'value="volume" id="take-volume" checked', html)
    assert not re.search(r'value="year" id="take-year" checked', html)
    assert "Alice Munro" in html and "https://a.example" in html


def test_a_moderator_accepts_the_ticked_fields(client, alice, moderator, paper):
    correction = propose(paper=paper, proposed={"year": 2018, "volume": "2"}, member=alice)
    client.force_login(moderator)
    answer = client.post(
        f"/admin/papers/correction/{correction.pk}/decide",
        {"accept": "1", "field": ["volume"], "answer": "The year is right."},
    )
    assert answer.status_code == 302
    assert (Paper.objects.get().year, Paper.objects.get().volume) == (2016, "2")
    correction.refresh_from_db()
    assert (correction.state, correction.answer) == ("accepted", "The year is right.")
    page = client.get(f"/admin/papers/correction/{correction.pk}/change/").content.decode()
    assert "Accept what is ticked" not in page and "The year is right." in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Accept or decline."),
        ({"accept": "1"}, "Choose at least one field"),
        ({"accept": "1", "field": ["identifiers"]}, "already belongs to"),
    ],
)
def test_what_cannot_be_accepted_is_told(client, alice, moderator, paper, data, words):
    correction = propose(paper=paper, proposed={"identifiers": ["10.1000/x"]}, member=alice)
    import_record(make_record(title="The other", doi="10.1000/x"))
    client.force_login(moderator)
    answer = client.post(f"/admin/papers/correction/{correction.pk}/decide", data, follow=True)
    assert words in answer.content.decode()
    correction.refresh_from_db()
    assert correction.state == "waiting"


def test_only_moderators_decide(client, alice, paper):
    correction = propose(paper=paper, proposed={"year": 2018}, member=alice)
    address = f"/admin/papers/correction/{correction.pk}/decide"
    data = {"accept": "1", "field": ["year"]}
    for person in (alice, make_user(is_staff=True)):
        client.force_login(person)
        assert client.post(address, data).status_code in {302, 403}
    assert client.get(address).status_code != 200
    assert Paper.objects.get().year == 2016
    correction.refresh_from_db()
    assert correction.state == "waiting"
