"""Words, questions and excerpts: pure, so no test here needs a database."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import fulltext
from common.fulltext import Column, Index, Operators, Term, parse, postgres, sqlite
from common.fulltext.words import GAP, LONGEST_WORD, document_words, words

WORDS = {
    "Neural Networks": "neural network",
    "ÉMILIE Łukasz Ørsted Straße": "emili lukasz orst strass",
    r"Schr\"odinger Schr{\"o}dinger Schrödinger": "schroding schroding schroding",
    r"Erd\H{o}s, \v{S}koda, Poincar\'e, \O l": "erdo skoda poincar ol",
    r"{BERT}: {P}re-training": "bert pre train",
    r"$\ell_1$ $L_{2}$ ℓ1 L1": "l1 l2 l1 l1",
    r"$O(n^2)$ n^{2} n² x^10": "o n2 n2 n2 x 10",
    r"$\mathcal{L}$ \textbf{bold} \frac{a}{b}": "l bold a b",
    r"α $\alpha$ \varepsilon ε λ": "alpha alpha epsilon epsilon lambda",
    "Ελληνικά": "ελληνικα",
    "don't O'Shea Bayes' LSTM’s": "dont oshea bay lstm",
    "1706.03762v2 x² 3D 10%": "1706 03762v2 x2 3d 10",
    "max_pool snake_case": "max pool snake case",
    "注意力 attention": "注 意 力 attent",
    "ﬁne": "fine",
    "C++ & <b>": "c b",
    "\x00 \ud800 🙂": "",
}


@pytest.mark.parametrize("text", WORDS)
def test_text_becomes_folded_stems(text):
    assert words(text) == WORDS[text].split()


def test_documents_keep_joined_compounds_and_whole_words_apart():
    assert document_words("Pre-training nets", keeps_prefixes=True) == (
        ["pre", "train", "net"],
        ["pretrain", "training", "nets"],
    )
    assert document_words("GPT-3, 2015-2020")[1] == ["gpt3"]
    assert document_words("3D-printing of X-ray-2D-films")[1] == ["dprint", "xray2dfilms"]


@pytest.mark.parametrize("text", ["漢", "a", "1", "a-", "a1-"])
def test_a_word_as_long_as_a_text_is_read_once(text):
    began = time.process_time()
    document_words(text * (100_000 // len(text)), keeps_prefixes=True)
    assert time.process_time() - began < 5


@given(st.text())
def test_words_hold_nothing_that_a_dialect_would_read(text):
    for word in words(text):
        assert word.replace("_", "").isalnum() or not word.isascii()
        assert not set(word) & set(" '\"\\:*()&|!<>\x00" + GAP)
        assert len(word) <= LONGEST_WORD + 1


OPERATORS = Operators(columns={"author": "authors"}, filters={"year": int})
# Question: (wanted, unwanted, filters); a column stands before its words.
QUESTIONS = {
    "": ("", "", ""),
    "deep nets": ("deep|net", "", ""),
    "deep deep": ("deep|deep", "", ""),
    '"deep nets" x': ("deep net|x", "", ""),
    '"never closed': ("never close", "", ""),
    r'H\"older "Schr\"odinger x"': ("holder|schroding x", "", ""),
    "-deep": ("", "deep", ""),
    '-"deep nets"': ("", "deep net", ""),
    "non-linear": ("non linear", "", ""),
    "author:hinton": ("authors=hinton", "", ""),
    "AUTHOR:Hinton": ("authors=hinton", "", ""),
    'author:"yann le cun"': ("authors=yann le cun", "", ""),
    "-author:hinton": ("", "authors=hinton", ""),
    "author: hinton": ("author|hinton", "", ""),
    "year:2015": ("", "", "year=2015"),
    "-year:2015": ("", "", "-year=2015"),
    "year:soon": ("year soon", "", ""),
    "colour:red": ("colour red", "", ""),
    "the effect of data": ("effect|data", "", ""),
    "the": ("the", "", ""),
    '"the effect"': ("the effect", "", ""),
    "author:the x": ("authors=the|x", "", ""),
    "a -the": ("a", "the", ""),
    "- -- : () *": ("", "", ""),
    "1706.03762": ("1706 03762", "", ""),
}


def shown(terms) -> str:
    return "|".join(
        (f"{term.column}=" if term.column else "") + " ".join(term.stems) for term in terms
    )


@pytest.mark.parametrize("question", QUESTIONS)
def test_questions_are_taken_apart(question):
    query = parse(question, OPERATORS)
    filters = "|".join(
        ("-" if item.is_negated else "") + f"{item.name}={item.value}" for item in query.filters
    )
    wanted, unwanted, expected_filters = QUESTIONS[question]
    assert set(shown(query.terms).split("|")) == set(wanted.split("|"))
    assert (shown(query.excluded), filters) == (unwanted, expected_filters)


def test_only_the_last_word_may_be_a_beginning():
    assert [term.beginning for term in parse("deep normaliz", is_typing=True).terms] == [
        "",
        "normaliz",
    ]
    assert parse("deep normaliz").terms[-1].beginning == ""
    assert parse("deep -norm", is_typing=True).terms[-1].beginning == ""


def test_a_question_can_be_asked_without_one_part():
    query = parse('deep "batch norm"  year:2015', OPERATORS)
    assert [query.without(part) for part in query.parts] == [
        '"batch norm" year:2015',
        "deep year:2015",
        'deep "batch norm"',
    ]


@given(st.text())
def test_no_question_is_an_error(text):
    query = parse(text, OPERATORS, is_typing=True)
    assert len(query.terms) <= 24
    if query.terms:
        assert postgres.question(INDEX, query.terms, query.excluded)
        assert sqlite.question(INDEX, query.terms, query.excluded)


INDEX = Index("things", [Column("title", 1.0, is_head=True), Column("body", 0.2)])
DIALECTS = [
    ([Term(("deep",))], [], "('deep')", '(("deep"))'),
    (
        [Term(("deep", "net")), Term(("x",), column="body")],
        [],
        "(('deep' <-> 'net')) & (('x':B))",
        '(("deep net")) AND ({body} : ("x"))',
    ),
    ([Term(("a",))], [Term(("b",))], "(('a')) & !(('b'))", '((("a"))) NOT (("b"))'),
    (
        [Term(("pre", "train"), joined="pretrain", beginning="trai")],
        [],
        "(('pre' <-> 'train') | ('pretrain') | ('pre' <-> 'trai':*))",
        '(("pre train" OR "pretrain" OR "pre trai" *))',
    ),
]


@pytest.mark.parametrize(("wanted", "unwanted", "in_postgres", "in_sqlite"), DIALECTS)
def test_both_dialects_say_the_same(wanted, unwanted, in_postgres, in_sqlite):
    def bare(text: str) -> str:
        return text.replace("(", "").replace(")", "")

    assert bare(postgres.question(INDEX, wanted, unwanted)) == bare(in_postgres)
    assert bare(sqlite.question(INDEX, wanted, unwanted)) == bare(in_sqlite)


def test_a_vector_keeps_places_weights_and_gaps():
    columns = INDEX.words_of({"title": "Deep deep pre-nets", "body": "deep"})
    assert columns == [["deep", "deep", "pre", "net", GAP, "prenet"], ["deep"]]
    assert postgres.vector(columns) == "'deep':1A,2A,15B 'pre':3A 'net':4A 'prenet':6A"
    assert postgres.weights(INDEX) == "{0.0, 0.0, 0.2, 1.0}"


HITS = [
    ("nets", "A <b> net & Nets", "A &lt;b&gt; {net} &amp; {Nets}"),
    ("schrodinger", "Schrödinger's cat", "{Schrödinger&#x27;s} cat"),
    ("author:cat dog", "cat and dog", "cat and {dog}"),
    ("pre-training", "Pretraining, pre-training", "{Pretraining}, {pre}-{training}"),
    ("-cat dog", "cat, dog", "cat, {dog}"),
    ("", "cat", "cat"),
]


@pytest.mark.parametrize(("question", "text", "expected"), HITS)
def test_hits_are_marked_and_everything_else_is_escaped(question, text, expected):
    wanted = fulltext.highlighted_terms(parse(question, OPERATORS), columns=frozenset())
    expected = expected.replace("{", '<mark class="hit">').replace("}", "</mark>")
    assert fulltext.mark_hits(text, wanted) == expected


def test_the_beginning_of_a_word_marks_the_word():
    wanted = fulltext.highlighted_terms(parse("normaliz", is_typing=True))
    assert "<mark" in fulltext.mark_hits("Batch Normalization", wanted)


def test_hits_in_html_are_marked_outside_of_tags_and_formulas():
    html = fulltext.mark_hits("x", fulltext.HighlightedTerms())  # A safe string to begin with.
    html = type(html)("<em>amp</em> &amp; <math><mi>amp</mi></math> amp")
    marked = fulltext.mark_html_hits(html, fulltext.highlighted_terms(parse("amp em mi math")))
    assert marked.count("<mark") == 2
    assert '<em><mark class="hit">amp</mark></em> &amp; <math' in marked
    assert "<mi>amp</mi>" in marked


EXCERPTS = [
    ("cat", "A dog. A cat sat. A cow.", "A cat sat."),
    ("cat dog", "A dog. A cat met a dog. A cat.", "A cat met a dog."),
    ("horse", "A dog. A cat.", ""),
    ("horse", "", ""),
    ("cat", "One\n\nA cat\nTwo", "A cat"),
    ("cat", "def cat(x):\nA cat is said to sit here.", "A cat is said to sit here."),
    ("cat", "Say $\\text{cat}$. A cat.", "A cat."),
    ("cat", "Say $\\text{cat}$.", ""),
]


@pytest.mark.parametrize(("question", "text", "expected"), EXCERPTS)
def test_the_excerpt_is_the_sentence_with_most_hits(question, text, expected):
    assert fulltext.excerpt(text, fulltext.highlighted_terms(parse(question))) == expected


def test_a_long_sentence_is_cut_round_its_hit():
    text = "word " * 200 + "needle " + "word " * 200
    cut = fulltext.excerpt(text, fulltext.highlighted_terms(parse("needle")), length=100)
    assert cut.startswith("… word") and cut.endswith("word…") and "needle" in cut
    assert len(cut) < 120


@given(st.text(), st.text(min_size=1))
def test_no_text_breaks_an_excerpt(text, question):
    wanted = fulltext.highlighted_terms(parse(question))
    assert "<" not in fulltext.mark_hits(fulltext.excerpt(text, wanted), wanted).replace(
        '<mark class="hit">', ""
    ).replace("</mark>", "")


def test_an_opening_ends_between_words():
    assert fulltext.opening("one two  three four", length=10) == "one two…"
    assert fulltext.opening("one", length=10) == "one"
