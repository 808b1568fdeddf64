"""The page of a paper, of a summary, its history, votes, comments and writing, without script."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from papers.models import Identifier, Paper
from summaries.actions.comment import comment
from summaries.actions.publish import revise
from summaries.models import Summary
from summaries.similar_papers import compare_papers
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db


def test_another_slug_leads_to_the_right_address(client):
    paper = make_paper(title="Attention Is All You Need")
    for address in (f"/paper/{paper.pk}", f"/paper/{paper.pk}/wrong"):
        answer = client.get(address)
        assert answer.status_code == 301
        assert answer["Location"] == f"/paper/{paper.pk}/attention-is-all-you-need"
    assert client.get("/paper/999999/x").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "1409.0473",
        "arXiv:1409.0473v2",
        "https://arxiv.org/abs/1409.0473",
        "10.1000/xyz",
        "https://doi.org/10.1000/XYZ",
        "conf/iclr/BahdanauCB14",
        "journals/corr/abs-1409-0473",
        "https://dblp.org/rec/conf/iclr/BahdanauCB14",
    ],
)
def test_any_name_of_a_paper_leads_to_its_page(client, name):
    paper = make_paper(arxiv="1409.0473", doi="10.1000/xyz", dblp="conf/iclr/BahdanauCB14")
    answer = client.get(f"/paper/{name}")
    assert answer.status_code == 301 and answer["Location"] == paper.get_absolute_url()


def test_an_unknown_name_offers_to_add_it(client):
    answer = client.get("/paper/1409.9999")
    assert answer.status_code == 404 and "Add it" in answer.content.decode()


def test_the_page_shows_all_summaries_best_first(client):
    paper = make_paper()
    make_summary(paper=paper, text="The weaker one.")
    make_summary(paper=paper, text="The stronger one.")
    Summary.objects.filter(text="The stronger one.").update(score=5)
    html = client.get(paper.get_absolute_url()).content.decode()
    assert html.index("The stronger one.") < html.index("The weaker one.")
    html = client.get(paper.get_absolute_url() + "?sort=newest").content.decode()
    assert "2 summaries" in html


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_the_number_of_queries_does_not_grow(client, is_signed_in):
    paper = make_paper()
    if is_signed_in:
        client.force_login(make_user())

    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(paper.get_absolute_url()).status_code == 200
        return len(captured)

    first = make_summary(paper=paper)
    comment(summary_id=first.pk, author=make_user(), text="Hm.")
    few = queries()
    for _ in range(9):
        written = make_summary(paper=paper)
        comment(summary_id=written.pk, author=make_user(), text="Hm.")
    assert queries() == few <= 19


@pytest.mark.parametrize("state", ["draft", "private", "hidden"])
@pytest.mark.parametrize("page", ["", "/history", "/source", "/edit"])
def test_what_is_not_published_looks_unknown(client, state, page):
    summary = make_summary(state=state)
    client.force_login(make_user(is_staff=True))
    assert client.get(f"/summary/{summary.pk}{page}").status_code == 404
    answer = client.get(summary.paper.get_absolute_url())
    assert "It works." not in answer.content.decode()


@pytest.mark.parametrize("page", ["", "/history", "/source"])
def test_an_anonymous_author_is_named_nowhere(client, page):
    author = make_user("verysecretname", name="Very Secret")
    summary = make_summary(author=author, is_anonymous=True, text="One.")
    revise(summary_id=summary.pk, editor=author, text="Two.", based_on=1)
    comment(summary_id=summary.pk, author=author, text="I meant it.")
    for address in (
        f"/summary/{summary.pk}{page}",
        summary.paper.get_absolute_url(),
        "/",
        "/users",
    ):
        html = client.get(address).content.decode()
        assert "verysecretname" not in html and "Very Secret" not in html


def test_the_history_marks_words_without_colour(client):
    summary = make_summary(text="The old word stands.")
    revise(summary_id=summary.pk, editor=summary.author, text="The new word stands.", based_on=1)
    html = client.get(f"/summary/{summary.pk}/history").content.decode()
    assert re.search(r"<del>\W*(<[^>]+>[^<]*</[^>]+>)?\W*old\W*</del>", html)
    assert re.search(r"<ins>\W*(<[^>]+>[^<]*</[^>]+>)?\W*new\W*</ins>", html)


def test_the_source_is_markdown(client):
    answer = client.get(f"/summary/{make_summary(text='*a* $x$').pk}/source")
    assert answer.content.decode() == "*a* $x$"
    assert answer["Content-Type"].startswith(("text/markdown", "text/plain"))


# -- votes ------------------------------------------------------------------------------------


def test_a_vote_answers_in_three_ways(client):
    summary = make_summary()
    client.force_login(make_user())
    address = f"/summary/{summary.pk}/vote"
    plain = client.post(address, {"value": "1"})
    assert plain.status_code == 303
    assert plain["Location"].endswith(f"#s-{summary.pk}")
    fragment = client.post(address, {"value": "-1"}, headers={"HX-Request": "true"})
    assert fragment.status_code == 200 and "<form" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    data = client.post(address, {"value": "1"}, headers={"Accept": "application/json"})
    assert data.json() == {"score": 1, "value": 1, "error": ""}


def test_refused_votes_say_why(client):
    summary = make_summary()
    address = f"/summary/{summary.pk}/vote"
    assert client.post(address, {"value": "1"}).status_code == 302
    client.force_login(summary.author)
    answer = client.post(address, {"value": "1"})
    assert answer.status_code == 403 and "t vote on your own summary." in answer.content.decode()
    client.force_login(make_user())
    assert client.post(address, {"value": "7"}).status_code == 400
    assert client.get(address).status_code == 405


def test_votes_are_rate_limited(client):
    client.force_login(make_user())
    summary = make_summary()
    codes = [
        client.post(f"/summary/{summary.pk}/vote", {"value": str(number % 2)}).status_code
        for number in range(35)
    ]
    assert 429 in codes and codes[0] == 303


# -- writing ----------------------------------------------------------------------------------

FORM = {"note": "", "signed": "name", "visibility": "public", "based_on": "0", "action": "publish"}


def test_writing_needs_an_account(client):
    paper = make_paper()
    answer = client.get(f"/paper/{paper.pk}/write")
    assert answer.status_code == 302 and f"next=/paper/{paper.pk}/write" in answer["Location"]


@pytest.mark.parametrize(
    ("change", "state", "is_anonymous"),
    [
        ({}, "published", False),
        ({"action": "draft"}, "draft", False),
        ({"visibility": "private"}, "private", False),
        ({"signed": "anonymous"}, "published", True),
    ],
)
def test_what_the_form_says_is_what_is_saved(client, change, state, is_anonymous):
    client.force_login(make_user())
    paper = make_paper()
    answer = client.post(f"/paper/{paper.pk}/write", {**FORM, "text": "Words.", **change})
    summary = Summary.objects.get()
    assert answer.status_code == 302 and answer["Location"] == summary.get_absolute_url()
    assert (summary.state, summary.is_anonymous, summary.text) == (state, is_anonymous, "Words.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing to save"),
        ("   \n", "nothing to save"),
        ("x" * 100_001, "100000"),
        (
            "# a\n" * 20_000,
            "The text has too many lines, headings, list items, table cells or similar parts. Split it into several texts, or link to part of it.",
        ),
    ],
    ids=["empty", "blank", "too long", "too many"],
)
def test_a_refused_text_is_kept(client, text, words):
    client.force_login(make_user())
    paper = make_paper()
    answer = client.post(f"/paper/{paper.pk}/write", {**FORM, "text": text})
    html = answer.content.decode()
    assert answer.status_code == 422 and words in html
    assert text.strip() in html
    assert not Summary.objects.exists()


def test_a_preview_without_script_saves_nothing(client):
    client.force_login(make_user())
    paper = make_paper()
    answer = client.post(
        f"/paper/{paper.pk}/write", {**FORM, "text": "*a* $x$", "action": "preview"}
    )
    html = answer.content.decode()
    assert "<em>a</em>" in html and "<math" in html and "*a* $x$" in html
    assert not Summary.objects.exists()


def test_the_preview_tells_problems_with_their_lines(client):
    client.force_login(make_user())
    html = client.post(
        "/editor/preview", {"text": "Fine.\n\n$\\foo$ \\cite{nobody}"}
    ).content.decode()
    assert (
        "Line 3" in html
        and "Unknown command \\foo" in html
        and "Paper nobody is not here yet" in html
    )
    client.logout()
    assert client.post("/editor/preview", {"text": "a"}).status_code in {302, 403}


def test_a_second_summary_of_a_paper_is_an_edit(client):
    summary = make_summary()
    client.force_login(summary.author)
    answer = client.get(f"/paper/{summary.paper_id}/write")
    assert answer["Location"] == f"/summary/{summary.pk}/edit"


def test_a_stale_edit_shows_both_texts(client):
    summary = make_summary(text="One.")
    revise(summary_id=summary.pk, editor=summary.author, text="Theirs.", based_on=1)
    client.force_login(summary.author)
    answer = client.post(f"/summary/{summary.pk}/edit", {**FORM, "text": "Mine.", "based_on": "1"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert html.index("Mine.") < html.index("Theirs.")
    assert Summary.objects.get().text == "Theirs."


def test_an_older_revision_is_restored_through_the_form(client):
    summary = make_summary(text="One.")
    revise(summary_id=summary.pk, editor=summary.author, text="Two.", based_on=1)
    client.force_login(summary.author)
    html = client.get(f"/summary/{summary.pk}/edit?revision=1").content.decode()
    assert ">One.</textarea>" in html and "Restored revision 1" in html


def test_publishing_waits_for_a_verified_address(client, settings):
    settings.VERIFY_EMAIL = True
    client.force_login(make_user(is_verified=False))
    paper = make_paper()
    answer = client.post(f"/paper/{paper.pk}/write", {**FORM, "text": "Words."})
    assert answer.status_code == 422 and "Confirm your e-mail" in answer.content.decode()
    assert "Words." in answer.content.decode()
    client.post(f"/paper/{paper.pk}/write", {**FORM, "text": "Words.", "action": "draft"})
    assert Summary.objects.get().state == "draft"


def test_deleting_is_a_post_by_the_author(client):
    summary = make_summary()
    client.force_login(make_user())
    assert client.post(f"/summary/{summary.pk}/delete").status_code == 404
    client.force_login(summary.author)
    assert client.get(f"/summary/{summary.pk}/delete").status_code == 405
    client.post(f"/summary/{summary.pk}/delete")
    client.logout()
    assert client.get(f"/summary/{summary.pk}").status_code == 410


# -- comments ---------------------------------------------------------------------------------


def test_a_comment_and_its_answer(client):
    summary = make_summary()
    client.force_login(make_user("tunde"))
    answer = client.post(f"/summary/{summary.pk}/comment", {"text": "Why $k$?"})
    assert answer.status_code == 302 and "#c-" in answer["Location"]
    first = summary.comments.get()
    client.post(f"/summary/{summary.pk}/comment", {"text": "Because.", "parent": first.pk})
    html = client.get(f"/summary/{summary.pk}").content.decode()
    assert "2 comments" in html and html.index("<math") < html.index("Because.")


def test_an_empty_comment_is_told(client):
    summary = make_summary()
    client.force_login(make_user())
    answer = client.post(f"/summary/{summary.pk}/comment", {"text": " "})
    assert answer.status_code == 422 and "Write something first." in answer.content.decode()


# -- adding -----------------------------------------------------------------------------------


def test_adding_by_hand(client):
    client.force_login(make_user())
    form = {
        "method": "manual",
        "title": "On tests",
        "authors": "Ada Example\nBob Other",
        "year": "2020",
        "venue": "NIPS",
        "url": "https://arxiv.org/abs/2001.00001",
    }
    answer = client.post("/add", form)
    paper = Paper.objects.get()
    assert answer["Location"] == paper.get_absolute_url()
    assert paper.authors_text == "Ada Example; Bob Other" and paper.venue.name == "NeurIPS"
    assert Identifier.objects.filter(scheme="arxiv", value="2001.00001", paper=paper).exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "1706.03762"),
        ("1412.00001", "t recognise this identifier."),
    ],
)
def test_what_is_no_identifier_is_told_with_an_example(client, text, words):
    client.force_login(make_user())
    answer = client.post("/add", {"method": "identifier", "identifier": text})
    assert answer.status_code == 422 and words in answer.content.decode()


def test_what_can_be_a_title_is_searched_for(client):
    client.force_login(make_user())
    answer = client.post("/add", {"method": "identifier", "identifier": "what is this?"})
    assert (answer.status_code, answer["Location"]) == (303, "/add?q=what+is+this%3F")


def test_an_unreachable_catalogue_is_told(client, replay):
    replay.fail(status=503)
    client.force_login(make_user())
    answer = client.post("/add", {"method": "identifier", "identifier": "1409.0473"})
    assert answer.status_code == 503 and "manually" in answer.content.decode()


def test_searching_while_adding_asks_here_and_bibsonomy(client, replay):
    make_paper(title="Residual things")
    client.force_login(make_user())
    html = client.get("/add?q=residual").content.decode()
    assert "Residual things" in html and "Deep Residual Learning" in html
    client.logout()
    calls = len(replay.requests)
    assert "Residual things" in client.get("/add?q=residual").content.decode()
    assert len(replay.requests) == calls


def test_a_missing_abstract_is_fetched(client, replay, django_capture_on_commit_callbacks):
    client.force_login(make_user())
    text = "@article{x, title={Neural Machine Translation by Jointly Learning to Align and Translate}, eprint={1409.0473}}"
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/add", {"method": "bibtex", "text": text})
    paper = Paper.objects.get()
    assert paper.abstract.startswith("A recurrent translator") and paper.year == 2014


def test_read_next_leads_to_cited_citing_and_similar_papers(client):
    cited = make_paper(title="Cited", arxiv="1412.6980")
    paper = make_paper(title="Tokamak diverter plasma", venue="NIPS", year=2016)
    make_summary(paper=paper, text="As \\cite{1412.6980} says of the tokamak.")
    name = paper.citation_key
    make_summary(paper=make_paper(title="Citing"), text=f"See \\cite{{{name}}}.")
    make_summary(paper=make_paper(title="Diverter plasma of a tokamak"))
    make_summary(paper=make_paper(title="Elsewhere", venue="NIPS", year=2016))
    compare_papers()
    found = client.get(paper.get_absolute_url()).context["read_next"]
    assert [(item["paper"].title, item["why"]) for item in found][:3] == [
        (cited.title, "cited here"),
        ("Citing", "cites this paper"),
        ("Diverter plasma of a tokamak", "on the same subject"),
    ]


def test_a_paper_alone_leads_to_others_of_its_venue_and_year(client):
    paper = make_paper(venue="NIPS", year=2016)
    other = make_summary(paper=make_paper(title="Beside it", venue="NIPS", year=2016)).paper
    found = client.get(paper.get_absolute_url()).context["read_next"]
    assert [(item["paper"], item["why"]) for item in found] == [(other, "NeurIPS 2016")]


def test_a_summary_leads_to_the_one_before_and_after(client):
    paper = make_paper()
    three = [make_summary(paper=paper) for _ in range(3)]
    answer = client.get(three[1].get_absolute_url())
    assert (answer.context["before"], answer.context["next"]) == (three[0], three[2])
    assert client.get(three[0].get_absolute_url()).context["before"] is None
    assert client.get(three[2].get_absolute_url()).context["next"] is None
