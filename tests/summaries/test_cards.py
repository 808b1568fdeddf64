"""Cards beside citations, and what is said to be in another language."""

import time

import pytest
from django.utils.translation import override

from common.text.language import detect_language
from common.text.sentences import first_sentence
from summaries.citation_cards import LONGEST_SENTENCE
from summaries.templatetags.summary_format import lang_attr
from tests.support.factories import make_paper, make_summary

pytestmark = pytest.mark.django_db


@pytest.fixture
def cited():
    paper = make_paper(title="Adam: A Method", arxiv="1412.6980", venue="ICLR", year=2015)
    make_summary(paper=paper, text="Adam keeps two running means for each of the weights. More.")
    return paper


def test_a_citation_points_at_the_card_of_its_paper(client, cited):
    summary = make_summary(text="As \\cite{1412.6980} says, and \\cite{1412.6980} again.")
    for address in (summary.paper.get_absolute_url(), summary.get_absolute_url()):
        html = client.get(address).content.decode()
        assert html.count(f'href="{cited.get_absolute_url()}" interestfor="cite-{cited.pk}"') == 2
        assert html.count(f'popover="hint" id="cite-{cited.pk}"') == 1
        assert "Adam keeps two running means for each of the weights." in html
        assert "1 summary</small></div>" in html


def test_a_page_without_citations_has_no_cards(client):
    html = client.get(make_summary().paper.get_absolute_url()).content.decode()
    assert "popover" not in html and "data-cards" not in html


def test_a_card_tells_nothing_that_is_hidden(client, cited):
    cited.summaries.update(state="hidden")
    cited.ranking.delete()
    summary = make_summary(text="As \\cite{1412.6980} says.")
    assert "running means" not in client.get(summary.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Short.", "Short."),
        (
            "The model of Vaswani et al. drops recurrence and keeps attention. It is fast.",
            "The model of Vaswani et al. drops recurrence and keeps attention.",
        ),
        ("word " * 100, "word " * 47 + "word…"),
    ],
)
def test_the_first_sentence(text, expected):
    assert first_sentence(text, max_letters=LONGEST_SENTENCE) == expected


def test_initials_alone_are_looked_at_once():
    text = "A. " * 33_000
    began = time.process_time()
    assert first_sentence(text) == text.strip()
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Attention Is All You Need", "en"),
        ("Adam", ""),
        ("Wie man das Netz mit Rauschen trainiert", "de"),
        ("Une méthode pour les réseaux", "fr"),
        ("注意機構のみによる翻訳", "ja"),
        ("Transformerを用いたSequence-to-Sequence学習", "ja"),
        ("注意力机制就是你所需要的一切以及它的应用", "zh"),
        ("注意機構", "und-Hani"),
        ("Внимание", "und-Cyrl"),
        ("α-divergence of the β", "en"),
    ],
)
def test_which_language_a_text_is_in(text, expected):
    assert detect_language(text) == expected


def test_only_another_language_than_the_pages_is_marked(client):
    assert lang_attr("Attention Is All You Need") == ""
    assert lang_attr("注意機構のみによる翻訳") == ' lang="ja"'
    with override("de"):
        assert lang_attr("Attention Is All You Need") == ' lang="en"'
    paper = make_paper(title="注意機構のみによる翻訳")
    make_summary(paper=paper, text="Der Text ist auf Deutsch und nicht auf Englisch.")
    html = client.get(paper.get_absolute_url()).content.decode()
    assert '<h1 lang="ja">' in html and '<div class="prose" lang="de">' in html
