"""Eight threads at once get what one alone gets: nobody's words end up in another's text."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from common import fulltext, texmath
from common.fulltext import words
from common.per_thread import per_thread
from common.texmath import katex
from common.texmath.unicode_text import formula, readable
from common.text.sanitize import sanitise
from common.text.tex_to_html import plain_to_paragraphs
from notifications.plaintext import as_text
from papers.citations import formats
from papers.citations.bibtex_reader import read_bibtex
from papers.citations.latex_writer import to_tex
from papers.models import Paper, Venue
from papers.sources.jats import plain_abstract
from summaries.rendering import CitedPaper, render_document, sandbox
from syndication.share_images.layout import Facts, draw
from syndication.share_images.typography import Typeface, wrap
from tests.support.threads import PEOPLE, others_than, text_of, wrong_answers

PAPERS = {who: CitedPaper(f"/paper/{n}/{who}", who, f"{who} 2020") for n, who in enumerate(PEOPLE)}
TEXTS = [text_of(who, number) for number, who in enumerate(PEOPLE)]
FORMULAS = [
    rf"{tex} + y_{{{number}}}"
    for number in range(8)
    for tex in (
        rf"\begin{{aligned}} a &= {number} \\ b &= \frac{{a}}{{x}} \end{{aligned}}",
        rf"\underbrace{{x^{{{number}}}}}_{{\text{{name}}}}",
        rf"\sqrt[{number}]{{\hat{{x}}}}",
    )
]
REAL_FORMULAS = (
    (Path(__file__).resolve().parents[1] / "fixtures" / "formulas.txt")
    .read_text("utf-8")
    .splitlines()[:150]
)
FOR_KATEX = [rf"\ce{{{number}H2O + CO2}} \utilde{{ab}}" for number in range(8)]
BIBTEX = [
    f'@string{{v = "Journal of {who}"}}\n@article{{{who}:2020, author = {{{who} and M{{\\"u}}ller, '
    f"{who}}}, title = {{{{{who}}} and $x^{number}$ \\& more}}, journal = v, year = 2020}}\n"
    for number, who in enumerate(PEOPLE)
]
PLAIN = [
    rf"By {who}: $\|x_{{{n}}}\|_2 \leq \frac{{1}}{{{n}}}$, \emph{{{who}}}, $\mathbb{{R}}^{{n-1}}$"
    rf" and $\text{{{who}}} \sim \hat\theta$ {who}."
    for n, who in enumerate(PEOPLE)
]
FACTS = [
    Facts(
        site="ShortScience",
        address="shortscience.example",
        title=f"{who} über 漢字 und ∑ x²",
        authors=who,
        where="NeurIPS 2017",
        sentence=f"What {who} says: ℓ₁ and {number}.",
        caption=who,
        score=number,
    )
    for number, who in enumerate(PEOPLE[:4])
]


def _paper(who: str) -> Paper:
    venue = Venue(name=f"Journal of {who}", slug=who)
    told = {"title": f"{who} and $x^2$ & more", "authors_text": f"{who} Müller; Ada {who}"}
    paper = Paper(pk=1, citation_key=who, venue=venue, year=2020, **told)
    paper._prefetched_objects_cache = {"identifiers": Paper.objects.none()}
    return paper


def _cited(who: str) -> tuple[object, ...]:
    paper = _paper(who)
    return formats.bibtex(paper), formats.ris(paper), formats.csl(paper)


def _found(text: str) -> tuple[object, ...]:
    query = fulltext.parse("relational normalization dependencies")
    wanted = fulltext.highlighted_terms(query)
    return query, fulltext.excerpt(text, wanted), fulltext.mark_hits(text, wanted)


def _asked_of(text: str) -> tuple[object, ...]:
    return words.words(text), words.document_words(text, keeps_prefixes=True)


def _math_core(tex: str) -> str:
    return texmath._converter().convert_with_local_state(tex, displaystyle=True)


WORK = {
    "renderer": (lambda text: render_document(text, papers=PAPERS), TEXTS),
    "sanitiser": (sanitise, [f"<p>{text}</p>" * 3 for text in TEXTS]),
    "titles and abstracts": (plain_to_paragraphs, PLAIN),
    "search words": (_asked_of, TEXTS),
    "excerpts": (_found, TEXTS),
    "BibTeX reading": (lambda text: list(read_bibtex(text)), BIBTEX),
    "BibTeX writing": (to_tex, TEXTS),
    "citations": (_cited, PEOPLE),
    "markup of catalogues": (plain_abstract, [f"<p>{who} <i>x</i></p>" * 9 for who in PEOPLE]),
    "HTML as plain text": (as_text, [f"<p>{who} <b>{who}</b></p>" * 9 for who in PEOPLE]),
    "formulas by math-core": (_math_core, FORMULAS),
    "formulas by KaTeX": (lambda tex: katex.typeset(tex, display=True), FOR_KATEX),
    "formulas": (texmath.typeset, FORMULAS + FOR_KATEX),
    "formulas for posts": (formula, REAL_FORMULAS),
    "posts": (readable, PLAIN),
    "lettering": (lambda text: wrap(text, Typeface("serif", 30), width=400, lines=9), PLAIN),
    "share pictures": (draw, FACTS),
}


def _forget() -> None:
    words.stem.cache_clear()
    texmath.typeset.cache_clear()


@pytest.mark.parametrize("name", WORK)
def test_threads_do_not_mix_what_they_work_on(name):
    function, asked = WORK[name]
    rounds = 1 if function is draw else 4
    assert wrong_answers(function, asked, before=_forget, rounds=rounds) == {}


def test_the_other_processes_do_not_mix_texts_either(monkeypatch):
    monkeypatch.setattr(sandbox, "is_plainly_harmless", lambda text: False)
    render = WORK["renderer"][0]
    assert wrong_answers(render, TEXTS) == {}


def test_the_texts_name_their_own_person_alone():
    for who, text in zip(PEOPLE, TEXTS, strict=True):
        html = render_document(text, papers=PAPERS).html
        assert who in html and not [other for other in others_than(who) if other in html]


def test_no_wrong_stem_stays():
    ends = ("izations", "fulness", "encies", "icities", "ionally", "ements", "iveness", "ingly")
    long = [begin + end for begin in ("relat", "condit", "vietnam", *PEOPLE) for end in ends]
    right = {word: words.stem(word) for word in long}
    wrong_answers(words.stem, long, before=words.stem.cache_clear)
    assert {word: words.stem(word) for word in long} == right


def test_a_thread_keeps_what_is_its_own_until_it_forgets():
    @per_thread
    def made() -> list:
        return [threading.get_ident()]

    first = made()
    others = []
    thread = threading.Thread(target=lambda: others.append(made()))
    thread.start()
    thread.join()
    assert made() is first and first == [threading.get_ident()]
    assert len(others) == 1 and others[0] is not first
    made.forget()
    assert made() is not first


def test_the_work_of_other_threads_is_not_counted_against_a_formula():
    """The engine's clock counts the whole process, of which each thread has an eighth."""
    rows = "x\\\\" * 1_500
    tex = [rf"\begin{{array}}{{c}}{number}{rows}\end{{array}}" for number in range(2)]
    assert wrong_answers(lambda one: katex.typeset(one, display=True), tex, rounds=1) == {}


_FIRST_USE = """
import json, sys
sys.path.insert(0, {root!r})
from tests.support.threads import wrong_answers
from summaries.rendering.highlighting import highlighted
languages = ["python", "html", "php", "cpp", "rust", "julia", "tex", "r"]
code = "<script>if (x) {{ f('a', 1.5) }}</script> # b\\n"
right = json.loads(sys.stdin.read() or "null")
if right is None:
    print(json.dumps([highlighted(code, one) for one in languages]))
else:
    import threading
    wrong, together = [], threading.Barrier(8)
    def work():
        for one, said in zip(languages, right):
            together.wait()
            wrong.extend([one] * (highlighted(code, one) != said))
    threads = [threading.Thread(target=work) for _ in range(8)]
    sys.setswitchinterval(0.00001)
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    print(json.dumps(wrong))
"""


def test_code_is_coloured_rightly_by_threads_that_come_first():
    script = _FIRST_USE.format(root=str(Path(__file__).resolve().parents[2]))
    command = [sys.executable, "-c", script]
    alone = subprocess.run(command, input="", capture_output=True, text=True, check=True)
    threads = subprocess.run(
        command, input=alone.stdout, capture_output=True, text=True, check=True
    )
    assert threads.stdout.strip() == "[]"
