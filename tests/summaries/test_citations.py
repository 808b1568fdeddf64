"""A key of a paper that comes later becomes a link when it is there."""

import pytest

from common.text.sanitize import sanitise
from summaries.models import Citation, Summary
from summaries.rerender import Done, rerender_and_compare, rerender_old
from tests.support.factories import make_paper, make_summary

pytestmark = pytest.mark.django_db


def test_a_cited_paper_that_is_added_later_gets_its_link_and_its_back_link():
    summary = make_summary(text=r"As in \cite{arXiv:1203.0001v2} and \cite{nobody2020}.")
    assert "/paper/" not in summary.html
    paper = make_paper(arxiv="1203.0001")
    assert rerender_old() == 1
    summary.refresh_from_db()
    assert f'href="{paper.get_absolute_url()}"' in summary.html
    assert Citation.objects.get(paper=paper).summary == summary
    assert rerender_old() == 0


def test_cards_beside_citations_can_be_switched_off(client, alice):
    cited = make_paper(arxiv="1412.6980")
    summary = make_summary(text="As \\cite{1412.6980} says.")
    client.force_login(alice)
    told = f'id="cite-{cited.pk}"'
    for address in (summary.get_absolute_url(), summary.paper.get_absolute_url()):
        assert told in client.get(address).text
    client.post("/settings/reading", {"shortcuts": "on"})
    for address in (summary.get_absolute_url(), summary.paper.get_absolute_url()):
        assert told not in client.get(address).text


def test_rendering_anew_tells_how_many_texts_changed():
    same, other = make_summary(text="The *same*."), make_summary(text="*Another* one.")
    Summary.objects.update(renderer_version=0)
    Summary.objects.filter(pk=other.pk).update(html=sanitise("<p>As it was.</p>"))
    assert list(rerender_and_compare())[-1] == Done(count=2, changed=1)
    assert Summary.objects.get(pk=same.pk).html == same.html
