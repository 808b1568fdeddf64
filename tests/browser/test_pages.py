"""Every page: no sideways scroll, no faults, no accessibility findings, in both themes."""

import datetime
from urllib.parse import urlsplit

import pytest

from papers.curation.corrections import correct, propose
from papers.sources import Version
from summaries.actions.comment import comment
from summaries.actions.delete import delete_summary
from summaries.actions.request_summary import request_summary
from summaries.actions.vote import cast_vote
from tests.browser.addresses import MEMBERS, READERS, of_area
from tests.browser.looking import faults_of
from tests.browser.signing_in import sign_in
from tests.support.factories import make_paper, make_summary, make_user

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
    second = make_summary(paper=paper, author=tunde, text="Another view, and a shorter one.")
    make_summary(paper=cited, author=tunde, text="Short.", is_anonymous=True)
    cast_vote(summary_id=first.pk, voter=tunde, value=1)
    request_summary(
        paper_id=make_paper(title="Longed for", venue="NeurIPS", year=2017).pk, user=tunde
    )
    comment(summary_id=first.pk, author=tunde, text="Why $n^2$?")
    propose(paper=paper, proposed={"year": 2018, "pages": "5998–6008"}, member=mara)
    corrector = make_user("jonas", is_staff=True, is_superuser=True)
    correct(paper=paper, proposed={"volume": "30", "venue": "NIPS"}, moderator=corrector)
    gone = make_summary(author=tunde)
    delete_summary(summary_id=gone.pk, editor=tunde)
    back, empty = taken_back(), make_paper(title="Nobody read this", venue="ICML", year=2020)
    return {
        "paper": paper.pk,
        "paper_page": paper.get_absolute_url(),
        "author_page": paper.authorships.first().get_absolute_url(),
        "summary": first.pk,
        "others": second.pk,
        "gone": gone.pk,
        "taken_back": back.pk,
        "taken_back_page": back.get_absolute_url(),
        "empty": empty.pk,
        "empty_page": empty.get_absolute_url(),
    }


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


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_signed_out_pages(open_page, site, dark):
    page = open_page(dark=dark)
    faults = [fault for address in of_area(READERS, **site) for fault in faults_of(page, address)]
    assert not faults, "\n".join(faults)


def test_signed_in_pages(open_page, site):
    page = open_page(dark=True)
    sign_in(page, "mara")
    faults = []
    for address in of_area(MEMBERS, **site):
        faults += faults_of(page, address, widths=(320, 390, 1280))
    assert not faults, "\n".join(faults)


def test_readers_get_no_cookie_and_ask_nobody_else(open_page, site, live_server):
    page = open_page()
    asked = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url)[:2]))
    for address in of_area(READERS, **site):
        if "/account/" not in address:
            page.goto(address)
    assert not page.context.cookies()
    assert asked == {urlsplit(live_server.url)[:2]}


FORMULAS = "\n\n".join(
    f"Words before $x_{{{n}}}$.\n\n$$\\sum_{{i=1}}^{{{n}}} \\frac{{a_i}}{{1+\\sqrt{{b_i}}}}$$"
    for n in range(20)
)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_on_a_page_with_40_formulas(open_page, width):
    summary = make_summary(
        paper=make_paper(title="On $x$", abstract="A sentence. " * 60), text=FORMULAS
    )
    make_summary(paper=summary.paper, text="Another, so that there is an order to choose.")
    page = open_page(width=width)
    page.add_init_script(
        """window.moved = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) window.moved += entry.value;
        }).observe({ type: "layout-shift", buffered: true });"""
    )
    page.goto(summary.paper.get_absolute_url())
    page.wait_for_timeout(700)
    assert page.locator("math").count() > 40
    assert page.evaluate("moved") == 0
    page.get_by_role("button", name="Show all").click()
    assert page.get_by_role("button", name="Show less").get_attribute("aria-expanded") == "true"


def test_print_is_text_alone(open_page, site):
    page = open_page()
    page.goto(site["paper_page"])
    page.emulate_media(media="print")
    for hidden in (".top", ".foot", ".side", ".vote", ".bar"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.locator(".summary .prose").first.is_visible()


def test_reduced_motion_and_forced_colours_leave_everything_usable(open_page, site):
    page = open_page()
    page.emulate_media(reduced_motion="reduce", forced_colors="active")
    page.goto(site["paper_page"])
    link = page.get_by_role("link", name="Write a summary").first
    assert link.evaluate("e => getComputedStyle(e).transitionDuration") in {"0s", ""}
    colours = link.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
    assert colours[0] != colours[1]


def test_wider_letters_and_lines_cut_nothing_off(open_page, site):
    """The spacing of WCAG 1.4.12, at the narrowest width."""
    page = open_page(width=320)
    for address in ("/", site["paper_page"], "/venue"):
        page.goto(address)
        page.evaluate(
            """() => { for (const each of document.querySelectorAll("body *")) {
              each.style.lineHeight = "1.5"; each.style.letterSpacing = "0.12em";
              each.style.wordSpacing = "0.16em"; } }"""
        )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
