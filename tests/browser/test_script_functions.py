"""The functions of our scripts that work on values alone, asked in the browser that runs them.

A module of the writing page is imported once more on that page: the browser gives the one that
runs there. Other scripts are no modules; their functions are those of the page.
"""

import pytest
from playwright.sync_api import Page

from tests.support.factories import make_paper, make_summary, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

CALL = """async ([file, name, args]) => {
  const module = await import(`/static/js/editor/${file}.js`);
  return module[name](...args);
}"""


@pytest.fixture
def writing(enter) -> Page:
    mara = make_user("mara", name="Mara Lindqvist")
    page = enter(mara)
    page.goto(f"/paper/{make_paper().pk}/write")
    return page


def call(page: Page, file: str, name: str, *args):
    return page.evaluate(CALL, [file, name, list(args)])


# The text with the caret as "|", and the part that is looked up.
CITATIONS = [
    (r"See \cite{vas|", "vas"),
    (r"See \citep{vas|", "vas"),
    (r"See \citet*{vas|", "vas"),
    (r"See \cite{one, two wo|rds}", "two wo"),
    (r"See \cite{one,|}", ""),
    (r"See \cite{vas|wani}", "vas"),
    (r"See \cite{vas} and|", None),
    (r"See \cite|{vas}", None),
    (r"See \citation{vas|", None),
    ("\\cite{vas\nnext line|", None),
    ("|", None),
]


def test_a_citation_is_looked_up_by_what_stands_before_the_caret(writing):
    for marked, query in CITATIONS:
        caret = marked.index("|")
        found = call(writing, "citations", "citationQuery", marked.replace("|", ""), caret)
        assert (found and found["query"]) == query, marked


def test_a_chosen_citation_takes_the_place_of_the_whole_key(writing):
    found = call(writing, "citations", "citationQuery", r"\cite{one, vaswani}", 14)
    assert found == {"start": 11, "end": 18, "query": "vas"}


def copy_of(page: str, text: str = "", start: str = "7 2 0") -> dict[str, str]:
    return {"page": page, "text": text, "from": start}


def test_each_page_keeps_one_copy_and_no_other_pages(writing):
    other, old, fresh = copy_of("a", "other"), copy_of("b", "old"), copy_of("b", "new")
    assert call(writing, "draft", "mergeCopies", [other, old], "b", fresh) == [other, fresh]
    assert call(writing, "draft", "mergeCopies", [old, other], "b", None) == [other]
    assert call(writing, "draft", "mergeCopies", [], "b", None) == []


def test_of_many_copies_the_oldest_go(writing):
    many = [copy_of(str(number)) for number in range(5)]
    merged = call(writing, "draft", "mergeCopies", many, "new", copy_of("new"))
    assert [one["page"] for one in merged] == ["1", "2", "3", "4", "new"]


def test_only_what_a_closed_page_left_of_the_same_text_is_taken_up(writing):
    ask = """async ([list, from, open]) => (await import("/static/js/editor/draft.js"))
      .abandonedCopy(list, from, new Set(open)) ?? null"""
    first, second, stale = copy_of("a"), copy_of("b"), copy_of("c", start="7 1 0")
    everything = [first, second, stale]
    assert writing.evaluate(ask, [everything, "7 2 0", []]) == second
    assert writing.evaluate(ask, [everything, "7 2 0", ["page b"]]) == first
    assert writing.evaluate(ask, [everything, "7 2 0", ["page a", "page b"]]) is None


def test_sentences_take_values_by_name(writing):
    assert (
        call(writing, "draft", "format", "Saved at {time}", {"time": "12:04"}) == "Saved at 12:04"
    )
    assert call(writing, "draft", "format", "{name} at {time}", {"name": "$& {time}"}) == (
        "$& {time} at {time}"
    )


TEXT = "First line\nA 5 % rise\nlast"


@pytest.mark.parametrize(
    ("problem", "edit"),
    [
        ({"line": "2", "found": "%", "fix": r"\%"}, {"start": 15, "end": 16, "replacement": r"\%"}),
        ({"line": "2"}, {"start": 11, "end": 11, "replacement": "", "select": [11, 21]}),
        # The text is another one by now: its line is the next best, or the last there is.
        (
            {"line": "1", "found": "%", "fix": r"\%"},
            {"start": 0, "end": 0, "replacement": "", "select": [0, 10]},
        ),
        ({"line": "9"}, {"start": 22, "end": 22, "replacement": "", "select": [22, 26]}),
    ],
)
def test_a_problem_leads_to_its_line_or_is_mended(writing, problem, edit):
    assert call(writing, "preview", "editFor", TEXT, problem) == edit


def test_headings_are_counted_outside_of_code(writing):
    lines = [
        "# One",
        "text",
        "```",
        "# comment",
        "```",
        "   ## Two",
        "    # code",
        "#none",
        "###### Six",
    ]
    assert call(writing, "preview", "headingLines", lines) == [0, 5, 8]


def test_a_preview_leaves_equal_blocks_where_they_are(writing):
    kept = writing.evaluate("""async () => {
      const { morph } = await import("/static/js/editor/preview.js");
      const make = (html) => Object.assign(document.createElement("div"), { innerHTML: html });
      const shown = make("<p>a</p><p>b</p><p>c</p>");
      const [first, , last] = shown.children;
      morph(shown, make("<p>a</p><p>x</p><p>y</p><p>c</p>"));
      return [shown.innerHTML, shown.firstChild === first, shown.lastChild === last];
    }""")
    assert kept == ["<p>a</p><p>x</p><p>y</p><p>c</p>", True, True]


def test_bytes_of_passkeys_survive_base64url(open_page):
    page = open_page()
    page.goto("/account/login/")
    there_and_back = """(numbers) => {
      const text = base64url(Uint8Array.from(numbers));
      return [text, [...bytes(text)]];
    }"""
    for numbers in ([], [0], [255, 255], [251, 239, 190], list(range(256))):
        text, back = page.evaluate(there_and_back, numbers)
        assert back == numbers
        assert not set(text) & set("+/=")
    assert page.evaluate("base64url(null)") is None


def test_options_of_passkeys_are_read_with_their_lists(open_page):
    page = open_page()
    page.goto("/account/login/")
    read = page.evaluate("""() => {
      const known = decoded({
        challenge: "-_8", user: { id: "AQ", name: "mara" }, allowCredentials: [{ id: "Ag", type: "public-key" }],
      });
      return [[...known.challenge], [...known.user.id], known.user.name, [...known.allowCredentials[0].id],
        "excludeCredentials" in known];
    }""")
    assert read == [[251, 255], [1], "mara", [2], False]


def test_single_keys_leave_typing_and_key_combinations_alone(open_page):
    make_summary()
    page = open_page()
    page.goto("/")
    pressed = """([key, more, where]) => {
      const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
      return !document.querySelector(where).dispatchEvent(event);
    }"""
    assert page.evaluate(pressed, ["j", {}, "body"])
    assert page.evaluate("document.activeElement.matches('article.item h2 a')")
    for more in ({"ctrlKey": True}, {"metaKey": True}, {"altKey": True}, {"isComposing": True}):
        assert not page.evaluate(pressed, ["j", more, "body"]), more
    assert not page.evaluate(pressed, ["j", {}, "#q"])
    assert not page.evaluate(pressed, ["toString", {}, "body"])


def test_venues_are_found_without_their_accents(open_page):
    make_paper(venue="Zürich")
    make_summary(paper=make_paper(venue="NeurIPS"))
    page = open_page()
    page.goto("/venue")
    for typed, plain in (("Zürich", "zurich"), ("ÉCOLE ﬁnale", "ecole finale"), ("", "")):
        assert page.evaluate("(text) => plain(text)", typed) == plain
