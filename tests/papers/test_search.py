"""One table of questions over one small library; both databases give the same answers."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from papers.models import Field, Identifier, Paper, Venue
from papers.search import PaperDocument, index_papers, search_papers

LIBRARY = Path(__file__).parent.parent / "fixtures" / "search_papers.json"


def add_library() -> None:
    """The papers of the fixture; their keys are their citation keys."""
    for told in json.loads(LIBRARY.read_text(encoding="utf-8")):
        venue = Venue.objects.filter(name=told["venue"]).first()
        if told["venue"] and not venue:
            venue = Venue.objects.create(name=told["venue"], slug=told["key"])
        paper = Paper.objects.create(
            citation_key=told["key"],
            title=told["title"],
            authors_text=told["authors"],
            abstract=told["abstract"],
            year=told["year"],
            venue=venue,
            field=Field.objects.filter(slug=told["field"]).first(),
            summary_count=told["summaries"],
        )
        if "arxiv" in told:
            Identifier.objects.create(paper=paper, scheme="arxiv", value=told["arxiv"])
    index_papers(Paper.objects.all())


@pytest.fixture
def library(db) -> None:
    add_library()


def keys(found) -> list[str]:
    return [paper.citation_key for paper in found]


# Question: the first three in order, then all others.
CASES = {
    "residual": "resnet attention",
    "residuals": "resnet attention",
    "attention": "attention unclear mamba | fewer align",
    "ATTENTION": "attention unclear mamba | fewer align",
    "attention residual": "attention",
    "attention -residual": "unclear mamba fewer | align",
    "attention -is": "unclear mamba align",
    "dropout": "dropout mcmc alexnet",
    "title:dropout": "dropout mcmc",
    "dropout author:hinton": "dropout alexnet",
    "hinton": "alexnet dropout layernorm | hinton",
    "author:hinton": "alexnet dropout layernorm",
    "-author:hinton hinton": "hinton",
    "author:hinton year:2012-2014": "alexnet dropout",
    "author:hinton year:2016": "layernorm",
    "author:hinton year:-2012": "alexnet",
    "year:2019-": "bert gpt3 mamba | fewer zh",
    "-year:1990-2018": "bert gpt3 mamba | fewer zh unclear",
    "attention year:2017": "attention",
    "attention 2017": "attention",
    "vaswani attention": "attention",
    "kingma": "vae adam",
    'author:"jimmy ba"': "adam",
    'author:"jimmy lei ba"': "layernorm",
    '"batch normalization"': "batchnorm",
    '"normalization batch"': "",
    "batch normal": "batchnorm normal layernorm | fewer",
    '"normal form"': "normal",
    "pre-training": "bert fewer",
    "pretraining": "bert fewer",
    '"pre training"': "bert",
    "auto-encoder": "vae",
    "autoencoder": "vae",
    "autoencoding": "vae",
    "self-attention": "unclear",
    "state-of-the-art": "mamba",
    "resnet50": "resnet50",
    "resnet-50": "resnet50",
    "GPT3": "gpt3",
    "l1 norm": "l1",
    "ell_1": "",
    "ℓ1 norms": "l1",
    "schrodinger": "l1",
    "Schrödinger": "l1",
    "lukasz kowalski": "l1",
    "emilie": "l1",
    "alpha divergence": "alpha",
    r"$\alpha$-divergence": "alpha",
    "renyi": "alpha",
    "orsted nunez": "alpha",
    "o'shea": "mamba",
    "oshea": "mamba",
    "the unreasonable effectiveness of data": "effect",
    "the who": "who",
    '"the who"': "who",
    "venue:nips": "attention gan alexnet | gpt3",
    "venue:neurips attention": "attention",
    '"neurips 2017"': "attention",
    "venue:arxiv": "resnet50 layernorm mamba",
    "1706.03762": "attention",
    "arXiv:1706.03762": "attention",
    "in:language attention": "attention mamba fewer | align",
    "in:computer-science normal": "batchnorm layernorm fewer",
    "-in:machine-learning batch": "normal resnet50 fewer",
    "in:nowhere attention": "",
    "has:summary attention": "attention align",
    "-has:summary attention": "unclear mamba fewer",
    "has:children attention": "",
    "注意力": "zh",
    "注力": "",
    "bert:pre-training": "bert",
    "select * from papers; drop table": "unclear",
    "all you need <b>": "unclear",
    "holder": "holder",
    "Hölder continuity": "holder",
    r"H\"older": "holder",
    "O(n^2)": "holder",
    "$O(n^2)$ time": "holder",
    "n²": "holder",
    r"$\beta$": "holder",
    "schafer": "holder",
    "at:neurips year:2012-2014": "gan alexnet",
    "attention -at:neurips has:summary": "align",
    "all you need": "attention unclear",
    "-recurrent -attention in:language": "bert gpt3 who | effect",
}


def test_questions_find_the_same_on_every_database(library):
    """All in one, because making the library takes longer than asking it a hundred questions."""
    wrong = {}
    for question, answer in CASES.items():
        first, _, others = answer.partition("|")
        rows = search_papers(question)
        found = keys(rows)
        is_right = found[:3] == first.split() and set(found[3:]) == set(others.split())
        if not is_right or not rows.count() == len(found) == len(set(found)):
            wrong[question] = found
    assert wrong == {}


BEGINNINGS = {
    "attent": {"attention", "mamba", "fewer", "unclear", "align"},
    "atten": {"attention", "mamba", "fewer", "unclear", "align"},
    "normaliz": {"batchnorm", "layernorm"},
    "batch normaliza": {"batchnorm", "layernorm"},
    "norma": {"batchnorm", "layernorm", "normal", "fewer"},
    "deep resid": {"resnet"},
    "vasw": {"attention"},
    "author:vasw": {"attention"},
    "1706.0": {"attention", "resnet50"},
    "pre-tr": {"bert"},
    "注意": {"zh"},
}


def test_while_typing_the_last_word_may_be_a_beginning(library):
    found = {typed: set(keys(search_papers(typed, is_typing=True))) for typed in BEGINNINGS}
    assert found == BEGINNINGS


HOSTILE = [
    *["", " ", '"', '""', "-", "--", "*", "(", ")", "'", "''", "\\", "%", "_", ":", "::"],
    *["NEAR(a b)", "a AND b OR NOT", "{title}: x", "title:", "title:-", "a*", "^a", "a^"],
    *["'; DROP TABLE papers_search; --", "a & !b | (c <-> d)", "a:*ABCD", "\x00", "a\x00b"],
    *["in:\x00", "year:99999", "year:0000", "year:-", "in:" + "x" * 399, "%s %(a)s", "\ud800"],
    *["x" * 5000, "a " * 3000, "-a " * 50, '"' * 99, "🙂", "‮evil", "-" * 300 + "a"],
]


def test_no_text_is_an_error(library):
    for hostile in HOSTILE:
        for is_typing in (False, True):
            found = search_papers(hostile, is_typing=is_typing)
            assert found.count() == len(found), hostile


def test_a_changed_paper_is_found_by_its_new_words_alone(library):
    paper = Paper.objects.get(citation_key="gan")
    paper.title = "Quarrelling Networks"
    paper.save()
    assert index_papers([paper]) == 1
    assert keys(search_papers("quarrelling")) == ["gan"]
    assert keys(search_papers("title:adversarial")) == []


def test_a_deleted_paper_leaves_the_index(library):
    Paper.objects.get(citation_key="gan").delete()
    assert keys(search_papers("adversarial")) == []
    assert PaperDocument.objects.count() == Paper.objects.count()


def test_numbers_without_a_paper_are_forgotten(library):
    number = Paper.objects.get(citation_key="gan").pk
    Paper.objects.filter(pk=number)._raw_delete("default")
    assert index_papers([number]) == 0
    assert not PaperDocument.objects.filter(pk=number).exists()


def test_reindex_finds_papers_that_were_never_indexed(library, capsys):
    PaperDocument.objects.all().delete()
    assert keys(search_papers("adversarial")) == []
    call_command("reindex")
    assert keys(search_papers("adversarial")) == ["gan"]
    assert "25 papers indexed." in capsys.readouterr().out


def test_searching_takes_one_query(library, django_assert_num_queries):
    with django_assert_num_queries(1):
        list(search_papers("attention -residual author:li year:2001- in:language has:summary")[:25])


def test_a_search_narrows_to_the_papers_given(library):
    papers = Paper.objects.filter(citation_key__in=["mamba", "bert"])
    assert keys(search_papers("attention", papers=papers)) == ["mamba"]


def test_a_paper_of_many_words_is_indexed_to_its_bound(library):
    paper = Paper.objects.get(citation_key="gan")
    paper.abstract = " ".join(f"word{number}" for number in range(20_000)) + " 字" * 20_000
    paper.save()
    index_papers([paper])
    assert keys(search_papers("word9000")) == ["gan"]
    assert keys(search_papers("word19000")) == []


def test_the_index_uses_what_the_database_offers(library):
    plan = search_papers("attention").explain()
    wanted = "papers_search" if connection.vendor == "postgresql" else "VIRTUAL TABLE INDEX"
    assert wanted in plan
