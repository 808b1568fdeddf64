"""Names of people, TeX in words, and the hash that BibSonomy finds papers by."""

import pytest

from papers.bibsonomy_hash import interhash, interhashes
from papers.citations.latex_to_unicode import clean_title, latex_to_text
from papers.names import display_name, family_name, short_reference, split_name


@pytest.mark.parametrize(
    ("told", "name", "family"),
    [
        ("Yu, Fisher", "Fisher Yu", "Yu"),
        ("Fisher Yu", "Fisher Yu", "Yu"),
        ("van den Oord, Aäron", "Aäron van den Oord", "van den Oord"),
        ("Ludwig van Beethoven", "Ludwig van Beethoven", "van Beethoven"),
        ("King, Jr., Martin", "Martin King Jr.", "King Jr."),
        ("Wei Wang 0001", "Wei Wang", "Wang"),
        (
            "LIGO Scientific Collaboration",
            "LIGO Scientific Collaboration",
            "LIGO Scientific Collaboration",
        ),
        ("{Barnes and Noble}", "Barnes and Noble", "Noble"),
        ("Plato", "Plato", "Plato"),
        ("D. P. Kingma", "D. P. Kingma", "Kingma"),
    ],
)
def test_names_in_any_order(told, name, family):
    assert display_name(told) == name
    assert family_name(name) == family
    assert " ".join(filter(None, split_name(name))) == name


@pytest.mark.parametrize(
    ("authors", "year", "reference"),
    [
        ("Dzmitry Bahdanau; Kyunghyun Cho; Yoshua Bengio", 2015, "Bahdanau et al., 2015"),
        ("Diederik P. Kingma; Jimmy Ba", 2015, "Kingma and Ba, 2015"),
        ("Claude Shannon", 1948, "Shannon, 1948"),
        ("Claude Shannon", None, "Shannon"),
        ("", 1948, "Unknown, 1948"),
    ],
)
def test_short_references(authors, year, reference):
    assert short_reference(authors, year) == reference


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\"a {\"a} \"{a} {\"{a}}", "ä ä ä ä"),
        (r"\v{c} \c c \H{o} \k{a} \r a \u g \d{a}", "č ç ő ą å ğ ạ"),
        (r"\o \O \l \L \ss \ae \oe \aa", "øØłŁßæœå"),
        (r"{\o} {\L} \ss{} x", "ø Ł ß x"),
        (r"na\"{\i}ve caf\'e", "naïve café"),
        (r"``a'' -- b --- c", "“a” – b — c"),
        (r"A \& B \_ C~D", "A & B _ C D"),
        (r"{BERT}: {P}re-training", "BERT: Pre-training"),
        (r"\emph{a \textbf{b}}", "a b"),
        (r"The $\beta$-{VAE} and \(O(n_{i})\)", r"The $\beta$-VAE and \(O(n_{i})\)"),
        (r"costs \$5", "costs $5"),
        (r"Euro{\TeX}94 and \LaTeXe{} live", "EuroTeX94 and LaTeX2ε live"),
        (r"\acro{EPS} in {\PS}\Dash{}a tour", "EPS in PostScript—a tour"),
        (r"One\\The next, e+e-\to W", r"One The next, e+e-\to W"),
        ("a\n   b", "a b"),
        (r"Erd\H{o}s--R\'enyi", "Erdős–Rényi"),
    ],
)
def test_tex_becomes_unicode_and_math_stays(source, text):
    assert latex_to_text(source) == text


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ("A title.", "A title"),
        ("Wait…", "Wait…"),
        ("And so on...", "And so on..."),
        ("Made in the U.S.", "Made in the U.S."),
        ("Is it?", "Is it?"),
    ],
)
def test_the_final_stop_goes(told, title):
    assert clean_title(told) == title


def test_the_interhash_is_bibsonomys():
    # As the service's own records of its user dblp tell.
    assert (
        interhash(
            "LSUN: Construction of a Large-scale Image Dataset using Deep Learning with Humans in the Loop.",
            ["Fisher Yu", "Yinda Zhang", "Shuran Song", "Ari Seff", "Jianxiong Xiao"],
            2015,
        )
        == "3e9306c4ce2ead125f3b2ab0e25adc85"
    )
    assert (
        interhash(
            "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms.",
            ["Han Xiao", "Kashif Rasul", "Roland Vollgraf"],
            2017,
        )
        == "0c81f9a6170118f14703b6796101ce40"
    )


def test_the_order_of_authors_and_accents_do_not_matter():
    first = interhashes("On X", ("René Müller", "Ada Example"), 2001)
    second = interhashes("on x!", ("Ada Example", "Rene Muller"), 2001)
    assert set(first) & set(second)
