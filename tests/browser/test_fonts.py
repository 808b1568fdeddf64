"""The layout holds with the fonts of any desktop: nothing scrolls sideways, the header fits."""

import pytest

from tests.browser.looking import WIDTHS
from tests.support.factories import make_paper, make_summary, make_user
from tests.support.fonts import FONT_SETS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

TEXT = r"""## What it shows

| method | accuracy | parameters | hours |
|---|---|---|---|
| a long cell | 0.91 | 110 million | 4.5 |

\begin{align} a &= b + c \\ d &= e \end{align}

`a_rather_long_name_of_a_function(first_argument, second_argument)` and words.
"""

# What one sees of the header, with the reason why it may not look like that.
FAULTS_OF_HEADER = """
() => {
  const faults = [];
  const shown = [...document.querySelectorAll(".top :is(a, button, input, summary)")]
    .filter((element) => element.checkVisibility() && element.getBoundingClientRect().width > 0);
  const named = (element) => element.className || element.textContent.trim() || element.name;
  const boxes = shown.map((element) => [named(element), element.getBoundingClientRect()]);
  for (const [index, element] of shown.entries()) {
    const [name, box] = boxes[index];
    if (box.left < 0 || box.right > innerWidth) faults.push(`${name} leaves the page`);
    const mayBeCut = element.matches("input, .me");
    if (!mayBeCut && element.scrollWidth > element.clientWidth + 1) faults.push(`${name} is cut`);
    if (element.matches("input") && box.width < 44) faults.push(`${name} is ${box.width} px wide`);
    if (element.matches(".brand, nav a") && box.height > 48) faults.push(`${name} has two lines`);
    for (const [other, at] of boxes.slice(index + 1)) {
      if (box.left < at.right - .5 && at.left < box.right - .5 && box.top < at.bottom - .5
          && at.top < box.bottom - .5) faults.push(`${name} stands over ${other}`);
    }
  }
  const main = document.querySelector("main").getBoundingClientRect();
  const header = document.querySelector(".top").getBoundingClientRect();
  if (header.bottom > main.top + 1) faults.push("the header stands over the page");
  return faults;
}
"""


@pytest.fixture(scope="module", params=FONT_SETS)
def fonts(request):
    return request.param


@pytest.fixture(scope="module")
def chromium(fonts, chromium_with):
    return chromium_with(fonts)


@pytest.fixture
def paper():
    abstract = "A sentence with several words. " * 20
    found = make_paper(title="Attention and Costs", venue="NeurIPS", year=2017, abstract=abstract)
    return make_summary(paper=found, author=make_user("tunde"), text=TEXT).paper


@pytest.fixture
def mara():
    return make_user("mara", name="Maximiliane von Wolkenstein-Rodenegg")


def faults_of_layout(page, addresses):
    faults = []
    for address in addresses:
        page.goto(address)
        for width in (*WIDTHS, 900, 1100):
            page.set_viewport_size({"width": width, "height": 900})
            found = page.evaluate(FAULTS_OF_HEADER)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append("scrolls sideways")
            faults += [f"{address} at {width}: {fault}" for fault in found]
    return faults


def test_chromium_draws_with_the_fonts_of_the_set_alone(open_page, fonts):
    generics = ("system-ui", "sans-serif", "serif", "monospace")
    page = open_page()
    page.set_content("".join(f'<p style="font-family: {name}">Words</p>' for name in generics))
    devtools = page.context.new_cdp_session(page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    nodes = devtools.send("DOM.querySelectorAll", {"nodeId": root, "selector": "p"})["nodeIds"]
    used = [devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node}) for node in nodes]
    drawn = [[font["familyName"] for font in answer["fonts"]] for answer in used]
    chosen = FONT_SETS[fonts]
    assert drawn == [[chosen.sans], [chosen.sans], [chosen.serif], [chosen.mono]]


def test_pages_fit_signed_out(open_page, paper):
    addresses = ["/", paper.get_absolute_url(), "/search?q=attention", "/account/login/"]
    faults = faults_of_layout(open_page(), [*addresses, "/venue", "/users", "/about", "/add"])
    assert not faults, "\n".join(faults)


def test_pages_fit_signed_in(enter, paper, mara):
    own = make_summary(paper=paper, author=mara, text=TEXT)
    addresses = ["/", paper.get_absolute_url(), "/search?q=attention", "/settings"]
    addresses += [f"/summary/{own.pk}/edit", "/library", "/notifications"]
    faults = faults_of_layout(enter(mara), addresses)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", ["de", "ja"])
def test_the_header_fits_in_the_languages_with_the_widest_words(enter, mara, language):
    faults = []
    for person in (None, mara):
        page = enter(person)
        page.set_extra_http_headers({"Accept-Language": language})
        faults += faults_of_layout(page, ["/", "/settings" if person else "/account/login/"])
        assert page.locator("html").get_attribute("lang") == language
    assert not faults, "\n".join(faults)
