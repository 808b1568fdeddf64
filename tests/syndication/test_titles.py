"""The title of a paper is read by people everywhere: no TeX where nothing is typeset."""

import json
import re

import pytest
from django.core import mail

from common.texmath.unicode_text import readable
from tests.support.factories import make_paper, make_summary

TITLE = "Sorting in $O(\\sqrt{n})$ for $\\alpha$-trees"
READ = "Sorting in O(√n) for α-trees"


@pytest.mark.parametrize(
    ("title", "read"),
    [
        (TITLE, READ),
        ("$\\mathbb{R}^2$ and $x_i$", "ℝ² and xᵢ"),
        ("$\\sqrt[3]{x}$", "³√x"),
        ("Costs $5 and $6", "Costs $5 and $6"),
        ("No formula", "No formula"),
    ],
)
def test_formulas_are_words(title, read):
    assert readable(title) == read


@pytest.mark.django_db
def test_pages_and_feeds_say_titles_in_words(client):
    paper = make_paper(title=TITLE)
    summary = make_summary(paper=paper, text="It takes $O(\\sqrt{n})$ steps.")
    for address in (paper.get_absolute_url(), summary.get_absolute_url()):
        head = client.get(address).content.decode().partition("</head>")[0]
        told = re.findall(
            r'<meta\s+(?:name="description"|property="og:(?:title|description)")\s+content="([^"]*)"',
            head,
        )
        assert len(told) == 3 and not any("\\" in words or "$" in words for words in told)
        assert READ in told[0] + told[1]
        assert READ in re.search(r"<title>(.*?)</title>", head, re.DOTALL)[1]
    feed = json.loads(client.get("/feed.json").content)
    assert READ in feed["items"][0]["title"]
    assert "O(√n) steps" in json.dumps(feed, ensure_ascii=False)
    of_paper = client.get(f"{paper.get_absolute_url()}/feed.atom")
    if of_paper.status_code == 200:
        assert READ in of_paper.content.decode()
    assert mail.outbox == []
