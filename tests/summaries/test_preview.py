"""The preview is the page."""

import re

import pytest
from django.test import Client

from summaries.editor.drafts import autosave
from summaries.models import Summary
from tests.support.factories import make_paper

pytestmark = pytest.mark.django_db

TEXT = """## The idea

A step of $\\alpha/r$, as in \\cite{1412.6980} and \\cite{nobody2020}.[^1]

$$\\sum_{i=1}^n x_i$$

| a | b |
|---|--:|
| 1 | $2$ |

```python
x = 1
```

- [ ] to do

![a](https://x.org/a.png "Elsewhere") $\\foo$

[^1]: A note.
"""


def prose(page: str) -> str:
    """What stands in the box of the text, to its end."""
    return re.search(r'<div\s+class="prose"[^>]*>(.*?)</div>(?=\s*(?:<footer|<ul|$))', page, re.S)[
        1
    ]


def test_the_preview_is_byte_for_byte_the_published_page(client, alice):
    make_paper(arxiv="1412.6980")
    type(alice).objects.update(is_trusted=True)
    paper = make_paper()
    draft = autosave(paper=paper, author=alice, text=TEXT)
    client.force_login(alice)
    shown = client.post("/editor/preview", {"text": TEXT, "summary": draft.pk}).content.decode()
    form = {"text": TEXT, "signed": "name", "visibility": "public", "action": "publish"}
    client.post(f"/summary/{draft.pk}/edit", {**form, "based_on": 1})
    assert Summary.objects.get().is_public
    client.logout()
    for address in (paper.get_absolute_url(), draft.get_absolute_url()):
        assert prose(client.get(address).content.decode()) == prose(shown)
    assert "<math" in prose(shown) and "<table" in prose(shown)


def test_a_first_text_is_published_with_ids_of_its_own(client, alice):
    client.force_login(alice)
    form = {"text": TEXT, "signed": "name", "visibility": "public", "action": "publish"}
    type(alice).objects.update(is_trusted=True)
    client.post(f"/paper/{make_paper().pk}/write", form)
    summary = Summary.objects.get()
    ids = re.findall(r'id="([^"]+)"', summary.html)
    assert ids and all(name.startswith(f"s{summary.pk}-") for name in ids)
    assert summary.headings == [[f"s{summary.pk}-the-idea", "The idea", 4]]
    assert f'href="#s{summary.pk}-note-1"' in summary.html
    client = Client()  # Its pages come with all their white space, as the stored text does.
    client.force_login(alice)
    shown = client.post("/editor/preview", {"text": TEXT, "summary": summary.pk}).content.decode()
    cards = re.compile(r' (?:interestfor|title)="[^"]*"')
    assert cards.sub("", prose(shown)) == cards.sub("", summary.html)


def test_nothing_is_rendered_while_the_database_waits(alice, monkeypatch, settings):
    from django.db import connection

    from summaries.actions import publish
    from summaries.editor import preview
    from tests.support.factories import make_summary

    depth = len(connection.savepoint_ids)
    seen = []
    real = preview.render_document

    def note(*args, **kwargs):
        seen.append(len(connection.savepoint_ids) - depth)
        return real(*args, **kwargs)

    monkeypatch.setattr(preview, "render_document", note)
    summary = make_summary(author=alice, text="One.")
    publish.revise(summary_id=summary.pk, editor=alice, text="Two.", based_on=1)
    assert seen == [0, 0]
