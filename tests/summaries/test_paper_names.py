"""Names of papers in a text are citations: links, rows and offers."""

from urllib.parse import quote

import pytest

from summaries.citations import papers_by_key, record_citations
from summaries.editor.lint import hints_for
from summaries.editor.preview import preview
from summaries.models import Citation
from summaries.rendering import CitedPaper, citation_keys, render_document
from tests.support.factories import make_paper, make_summary

KNOWN = {
    key: CitedPaper("/paper/7/known", "Known et al., 2015", "A known paper")
    for key in (
        "arXiv:1512.03385v2",
        "arXiv:1512.03385",
        "arXiv:hep-th/9901001",
        "doi:10.1000/xyz",
        "https://arxiv.org/abs/1512.03385",
        "https://arxiv.org/pdf/1512.03385v2",
        "https://doi.org/10.1000/xyz",
        "https://dblp.org/rec/conf/nips/X17",
        "https://openreview.net/forum?id=ab-c_1",
        "https://site.example/paper/7/known",
        "https://www.shortscience.org/paper?bibtexKey=conf/nips/X17",
    )
}
LINK = '<a class="cite" href="/paper/7/known" title="A known paper">Known et al., 2015</a>'


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("as in arXiv:1512.03385v2, that", "arXiv:1512.03385v2"),
        ("as in arXiv 1512.03385.", "arXiv:1512.03385"),
        ("as in (arxiv: 1512.03385)", "arXiv:1512.03385"),
        ("**arXiv:hep-th/9901001**", "arXiv:hep-th/9901001"),
        ("see doi:10.1000/xyz.", "doi:10.1000/xyz"),
        ("see DOI: 10.1000/xyz", "doi:10.1000/xyz"),
        ("see https://arxiv.org/abs/1512.03385.", "https://arxiv.org/abs/1512.03385"),
        ("see <https://arxiv.org/pdf/1512.03385v2>", "https://arxiv.org/pdf/1512.03385v2"),
        ("- https://doi.org/10.1000/xyz", "https://doi.org/10.1000/xyz"),
        ("https://dblp.org/rec/conf/nips/X17", "https://dblp.org/rec/conf/nips/X17"),
        ("(https://openreview.net/forum?id=ab-c_1)", "https://openreview.net/forum?id=ab-c_1"),
        ("https://site.example/paper/7/known", "https://site.example/paper/7/known"),
        (
            "https://www.shortscience.org/paper?bibtexKey=conf/nips/X17",
            "https://www.shortscience.org/paper?bibtexKey=conf/nips/X17",
        ),
        ("| a |\n|---|\n| arXiv:1512.03385 |", "arXiv:1512.03385"),
    ],
)
def test_a_name_becomes_a_citation(text, key):
    assert citation_keys(text) == (key,)
    rendered = render_document(text, papers=KNOWN)
    assert LINK in rendered.html
    assert rendered.citation_keys == (key,)
    assert rendered.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "`arXiv:1512.03385`",
        "```\narXiv:1512.03385\n```",
        "$arXiv:1512.03385$",
        "[arXiv:1512.03385](https://example.org)",
        "[the paper](https://arxiv.org/abs/1512.03385)",
        "1512.03385",
        "see https://arxiv.org/list/cs",
        "https://example.org/arXiv:1512.03385",
        "notarXiv:1512.03385",
        "arXiv:1512.033851234",
        "<!-- arXiv:1512.03385 -->",
    ],
)
def test_what_is_no_name_stays(text):
    assert citation_keys(text) == ()
    rendered = render_document(text, papers=KNOWN)
    assert 'class="cite"' not in rendered.html and rendered.citation_keys == ()


def test_an_unknown_name_stays_as_it_is_and_is_told():
    rendered = render_document("as arXiv:2001.00001 and https://doi.org/10.1000/no say")
    assert "as arXiv:2001.00001 and" in rendered.html
    assert '<a href="https://doi.org/10.1000/no"' in rendered.html
    assert [problem.key for problem in rendered.problems] == [
        "arXiv:2001.00001",
        "https://doi.org/10.1000/no",
    ]


@pytest.mark.django_db
def test_names_make_rows_cards_and_offers(settings):
    paper = make_paper(arxiv="1512.03385")
    page = f"{settings.SITE_URL}{paper.get_absolute_url()}"
    old = "https://www.shortscience.org/paper?bibtexKey=" + quote("1512.03385", safe="")
    text = f"arXiv:1512.03385v2, {page}, {old}, and arXiv:2001.00001."
    assert papers_by_key(citation_keys(text)) == {
        "arXiv:1512.03385v2": paper,
        page: paper,
        old: paper,
    }
    summary = make_summary(text=text)
    record_citations(summary, citation_keys(text))
    rows = Citation.objects.filter(summary=summary)
    assert rows.filter(paper=paper).count() == 3 and rows.filter(paper=None).count() == 1
    rendered = preview(text, prefix="s1-")
    assert rendered.html.count('class="cite"') == 3
    (hint,) = hints_for(rendered, text)[0]
    assert "2001.00001" in hint.message and "q=arXiv%3A2001.00001" in hint.add_url
