"""Every paper has a page, whatever its title."""

import pytest

from tests.support.factories import make_paper

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "title", ["BibTeX", "RIS", "Write", "write!", "深度学习", "$x$", "?", "CSL"]
)
def test_no_title_hides_its_paper(client, title):
    paper = make_paper(title=title)
    answer = client.get(paper.get_absolute_url())
    assert answer.status_code == 200 and 'id="main"' in answer.content.decode()
    assert f"{paper.title_html}</h1>" in answer.content.decode()
    assert client.get(f"/paper/{paper.pk}").headers["Location"] == paper.get_absolute_url()


@pytest.mark.parametrize("number", [0, 10**30])
def test_a_number_that_no_paper_has_is_not_found(client, number):
    assert client.get(f"/paper/{number}/x").status_code == 404
    assert client.get(f"/summary/{number}").status_code == 404
