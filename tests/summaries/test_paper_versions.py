"""Which version of a paper a summary is about, and papers that were taken back."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from papers.importing.pipeline import import_record
from papers.models import Paper
from papers.sources import Version
from summaries.actions.publish import revise
from summaries.models import Summary
from tests.support.factories import make_paper, make_record, make_summary, make_user

pytestmark = pytest.mark.django_db

FORM = {
    "text": "Words.",
    "note": "",
    "signed": "name",
    "visibility": "public",
    "based_on": "0",
    "action": "publish",
}


def on_arxiv(newest: int, title: str = "Learning to test") -> Paper:
    """The paper 1412.6980 when arXiv had `newest` versions of it."""
    versions = tuple(
        Version(number=number, submitted_on=datetime.date(2014, 12, number))
        for number in range(1, newest + 1)
    )
    return import_record(
        make_record(
            source="arxiv-oai",
            title=title,
            arxiv="1412.6980",
            arxiv_version=newest,
            versions=versions,
        )
    ).paper


def page(client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_a_summary_remembers_the_version_it_was_written_on(client):
    summary = make_summary(paper=on_arxiv(2))
    assert summary.paper_version == 2
    for address in (summary.get_absolute_url(), summary.paper.get_absolute_url()):
        assert "written about" not in page(client, address)
    paper = on_arxiv(4)
    assert Summary.objects.get().paper_version == 2
    for address in (summary.get_absolute_url(), paper.get_absolute_url()):
        html = page(client, address)
        assert "written about" in html and "the current version is v4" in html
        assert 'href="https://arxiv.org/abs/1412.6980v2"' in html


def test_editing_keeps_the_version_unless_the_author_says_otherwise(client):
    summary = make_summary(paper=on_arxiv(2))
    on_arxiv(4)
    revise(summary_id=summary.pk, editor=summary.author, text="Two.", based_on=1)
    assert Summary.objects.get().paper_version == 2
    client.force_login(summary.author)
    html = page(client, f"/summary/{summary.pk}/edit")
    assert '<option value="2" selected>v2, 2 December 2014</option>' in html
    assert '<option value="4">v4 (current), 4 December 2014</option>' in html
    client.post(f"/summary/{summary.pk}/edit", {**FORM, "based_on": "2", "version": "4"})
    assert Summary.objects.get().paper_version == 4
    assert "written about" not in page(client, summary.get_absolute_url())


def test_a_first_summary_may_be_about_an_older_version(client):
    paper = on_arxiv(4)
    client.force_login(make_user())
    assert 'value="4" selected>v4 (current)' in page(client, f"/paper/{paper.pk}/write")
    client.post(f"/paper/{paper.pk}/write", {**FORM, "version": "3"})
    assert Summary.objects.get().paper_version == 3


@pytest.mark.parametrize("version", ["5", "0", "x"])
def test_a_version_that_is_not_there_is_told_and_the_text_kept(client, version):
    paper = on_arxiv(4)
    client.force_login(make_user())
    answer = client.post(f"/paper/{paper.pk}/write", {**FORM, "version": version})
    html = answer.content.decode()
    assert answer.status_code == 422 and "Paper version:" in html and "Words." in html
    assert not Summary.objects.exists()


@pytest.mark.parametrize("newest", [0, 1])
def test_nothing_is_asked_when_there_is_nothing_to_choose(client, newest):
    paper = on_arxiv(newest) if newest else make_paper()
    client.force_login(make_user())
    assert "Paper version" not in page(client, f"/paper/{paper.pk}/write")
    client.post(f"/paper/{paper.pk}/write", FORM)
    assert Summary.objects.get().paper_version == (newest or None)


def test_a_summary_of_which_nobody_knows_the_version_can_stay_so(client):
    summary = make_summary(paper=on_arxiv(4))
    Summary.objects.update(paper_version=None)
    client.force_login(summary.author)
    assert '<option value="" selected>Not specified</option>' in page(
        client, f"/summary/{summary.pk}/edit"
    )
    client.post(f"/summary/{summary.pk}/edit", {**FORM, "based_on": "1", "version": ""})
    assert Summary.objects.get().paper_version is None
    assert Summary.objects.get().text == "Words."


def test_a_stale_edit_keeps_the_chosen_version(client):
    summary = make_summary(paper=on_arxiv(4))
    revise(summary_id=summary.pk, editor=summary.author, text="Theirs.", based_on=1)
    client.force_login(summary.author)
    answer = client.post(f"/summary/{summary.pk}/edit", {**FORM, "based_on": "1", "version": "3"})
    assert answer.status_code == 409
    assert '<input type="hidden" name="version" value="3">' in answer.content.decode()


def test_the_page_lists_the_versions_with_their_dates(client):
    html = page(client, on_arxiv(3).get_absolute_url())
    assert "3 versions on arXiv" in html and "2 December 2014" in html
    assert html.index("/abs/1412.6980v3") < html.index("/abs/1412.6980v1")
    assert "versions on arXiv" not in page(client, make_paper().get_absolute_url())


@pytest.mark.parametrize(
    ("flag", "words", "notice"),
    [
        ("is_retracted", "Retracted by its publisher", "https://doi.org/10.1000/x"),
        ("is_withdrawn", "Withdrawn by its authors", "https://arxiv.org/abs/1412.6980"),
    ],
)
def test_a_paper_that_was_taken_back_says_so_wherever_it_is_read(client, flag, words, notice):
    paper = make_paper(
        title="Quaggas", arxiv="1412.6980", doi="10.1000/x", venue="NeurIPS", year=2015
    )
    summary = make_summary(paper=paper)
    client.force_login(summary.author)
    pages = [
        paper.get_absolute_url(),
        summary.get_absolute_url(),
        f"/summary/{summary.pk}/edit",
        f"/paper/{make_paper(title='Other').pk}/write",
    ]
    lists = ["/", "/venue/neurips/2015", "/search?q=quaggas", "/author/ada-lovelace"]
    for address in [*pages, *lists]:
        assert "Retracted" not in page(client, address) and "Withdrawn" not in page(client, address)
    Paper.objects.filter(pk=paper.pk).update(**{flag: True})
    for address in pages[:3]:
        html = page(client, address)
        assert words in html and f'<a href="{notice}" rel="external noopener">See' in html
    for address in lists:
        assert words.split()[0] in page(client, address), address


def test_who_finds_no_summary_can_ask_for_one(client):
    paper = make_paper()
    assert "Sign in to request it" in page(client, paper.get_absolute_url())
    client.force_login(make_user())
    html = page(client, paper.get_absolute_url())
    assert "Write the first one, or request one." in html and ">Request a summary<" in html
    client.post(
        f"/paper/{paper.pk}/request-summary", {"value": "1", "next": paper.get_absolute_url()}
    )
    html = page(client, paper.get_absolute_url())
    assert "Requested. Cancel request" in html and "requested by 1 reader" in html
    make_summary(paper=paper)
    assert "ask for" not in page(client, paper.get_absolute_url())


def test_the_number_of_queries_does_not_grow_with_versions_and_names(client):
    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    summary = make_summary(paper=on_arxiv(1))
    addresses = [summary.paper.get_absolute_url(), summary.get_absolute_url()]
    few = [queries(address) for address in addresses]
    on_arxiv(8)
    for _ in range(5):
        make_summary(paper=summary.paper)
    Paper.objects.update(is_retracted=True)
    assert [queries(address) for address in addresses] == few
