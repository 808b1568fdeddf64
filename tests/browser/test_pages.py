"""Every page: no sideways scroll, no faults, no accessibility findings, in both themes."""

import datetime

import pytest

from papers.correcting import correct, propose
from papers.sources import Version
from summaries.commenting import comment
from summaries.voting import cast_vote
from summaries.wishing import wish
from tests.browser.looking import faults_of
from tests.factories import make_paper, make_summary, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

TEXT = """## The idea

Words with $x_i$ and a wide formula:

$$\\sum_{i=1}^{n} a_i b_i c_i d_i e_i f_i g_i h_i = \\int_0^1 \\frac{f(x)\\,g(x)\\,h(x)}{1+x+x^2+x^3} dx + \\text{a long rest}$$

| one | two | three | four | five | six |
|---|---|---|---|---|---|
| a long cell | a long cell | a long cell | a long cell | a long cell | a long cell |

```python
def a_rather_long_name_for_a_function(first_argument, second_argument, third_argument):
    return first_argument + second_argument + third_argument  # a comment
```

## What I doubt

As \\cite{1412.6980} says[^1]. An_unbreakable_word_that_is_far_too_long_for_a_phone_and_its_small_screen.

[^1]: A note.
"""


@pytest.fixture
def site():
    mara, tunde = make_user("mara", name="Mara Lindqvist"), make_user("tunde")
    cited = make_paper(title="Adam: A Method", arxiv="1412.6980", venue="ICLR", year=2015)
    paper = make_paper(
        title="Attention and $O(n^2)$ Costs",
        venue="NeurIPS",
        year=2017,
        abstract="A sentence. " * 40,
        arxiv="1706.03762",
    )
    first = make_summary(paper=paper, author=mara, text=TEXT)
    make_summary(paper=paper, author=tunde, text="Another view, and a shorter one.")
    make_summary(paper=cited, author=tunde, text="Short.", is_anonymous=True)
    cast_vote(summary_id=first.pk, voter=tunde, value=1)
    wish(paper_id=make_paper(title="Longed for", venue="NeurIPS", year=2017).pk, user=tunde)
    comment(summary_id=first.pk, author=tunde, text="Why $n^2$?")
    propose(paper=paper, proposed={"year": 2018, "pages": "5998–6008"}, member=mara)
    corrector = make_user("jonas", is_staff=True, is_superuser=True)
    correct(paper=paper, proposed={"volume": "30", "venue": "NIPS"}, moderator=corrector)
    return {"paper": paper, "summary": first, "taken_back": taken_back()}


def taken_back():
    """A retracted paper with many authors, names and versions, and a summary of an older one."""
    told = {
        "source": "arxiv-oai",
        "title": "Observation_of_a_word_that_is_far_too_long_for_a_phone in a detector",
        "authors": tuple(f"Given{number} van Family{number}" for number in range(300)),
        "arxiv": "2312.00752",
        "doi": "10.1016/j.physletb.2012.08.020",
        "dblp": "conf/nips/Long23",
        "abstract": "A sentence. " * 40,
        "code_url": "https://github.com/example/code",
        "is_retracted": True,
        "is_withdrawn": True,
    }
    days = [datetime.date(2023, 12, day) for day in range(1, 9)]
    versions = [Version(number=at, submitted_on=day) for at, day in enumerate(days, start=1)]
    paper = make_paper(**told, arxiv_version=2, versions=tuple(versions[:2]))
    make_summary(paper=paper, author=make_user("olga"), text="Short.")
    return make_paper(**told, arxiv_version=8, versions=tuple(versions))


def addresses(site) -> list[str]:
    paper, summary = site["paper"], site["summary"]
    return [
        "/",
        "/?sort=recent&show=full",
        "/?field=biology",
        paper.get_absolute_url(),
        f"/paper/{paper.pk}/record",
        site["taken_back"].get_absolute_url(),
        summary.get_absolute_url(),
        f"/summary/{summary.pk}/history",
        "/venue",
        "/venue/neurips",
        "/venue/neurips/2017",
        "/user",
        "/user/mara",
        paper.authorships.first().get_absolute_url(),
        "/wanted",
        "/wanted?field=biology",
        "/venue/neurips/2017?show=all&sort=title",
        "/search",
        "/search?q=attention",
        "/search?q=nothingatall",
        "/add",
        "/about",
        "/account/login/",
        "/account/signup/",
        "/account/password/reset/",
        "/paper/2201.99999",
        "/nowhere",
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_signed_out_pages(open_page, site, dark):
    page = open_page(dark=dark)
    faults = [fault for address in addresses(site) for fault in faults_of(page, address)]
    assert not faults, "\n".join(faults)


def test_readers_get_no_cookie(open_page, site):
    page = open_page()
    for address in addresses(site):
        if "/account/" not in address:
            page.goto(address)
    assert not page.context.cookies()


def test_signed_in_pages(open_page, site):
    from tests.browser.test_main_job import sign_in

    page = open_page(width=390)
    sign_in(page, "mara")
    paper, summary = site["paper"], site["summary"]
    other = make_paper()
    faults = []
    for address in [
        "/",
        paper.get_absolute_url(),
        summary.get_absolute_url(),
        f"/paper/{other.pk}/write",
        f"/summary/{summary.pk}/edit",
        f"/paper/{paper.pk}/correct",
        f"/paper/{site['taken_back'].pk}/write",
        "/wanted",
        "/add",
        "/settings",
        "/user/mara?show=mine",
        "/account/email/",
    ]:
        faults += faults_of(page, address, widths=(320, 390, 1280))
    assert not faults, "\n".join(faults)
