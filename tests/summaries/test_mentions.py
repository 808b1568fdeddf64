"""@names as pure text: which are links, and which are left alone."""

import pytest

from summaries.rendering import MOST_MENTIONS, MentionedPerson, mention_names, render_document

PEOPLE = {
    name: MentionedPerson(url=f"/user/{name}")
    for name in ("mara", "bo.li", "x_y", "ann-e", "dot.", *(f"p{n}" for n in range(20)))
}


def linked(name: str, written: str = "") -> str:
    return f'<a class="mention" href="/user/{name}">@{written or name}</a>'


def render(text: str):
    return render_document(text, people=PEOPLE)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("@mara why?", f"<p>{linked('mara')} why?</p>"),
        ("Ask @Mara.", f"<p>Ask {linked('mara', 'Mara')}.</p>"),
        ("(@bo.li, @mara)", f"<p>({linked('bo.li')}, {linked('mara')})</p>"),
        ("@mara...", f"<p>{linked('mara')}...</p>"),
        ("So says @dot.", f"<p>So says {linked('dot.')}</p>"),
        ("@x_y and @ann-e!", f"<p>{linked('x_y')} and {linked('ann-e')}!</p>"),
        ("**@mara** *see* @mara", f"<p><strong>{linked('mara')}</strong> <em>see</em> "),
        ("- @mara\n- b", f"<li>{linked('mara')}</li>"),
        ("> @mara said", f"<p>{linked('mara')} said</p>"),
    ],
)
def test_a_name_becomes_a_link(text, html):
    assert html in render(text).html


@pytest.mark.parametrize(
    "text",
    [
        "`@mara`",
        "```\n@mara\n```",
        "$@mara$",
        "$$x @mara$$",
        "[@mara](https://example.org)",
        "[see **@mara**](https://example.org)",
        "https://example.org/@mara",
        "<https://example.org/@mara>",
        "mara@mara",
        "me@mara.org",
        "mara+x@mara",
        "@mara@example.social",
        "@mara/core",
        "@maral",
        "@maraé",
        "é@mara",
        "@@mara",
        "@nobody",
        "@",
        "![@mara](https://example.org/x.png)",
        r"\@mara",
        r"\cite{@mara}",
    ],
)
def test_what_is_no_mention_is_left_alone(text):
    rendered = render(text)
    assert 'class="mention"' not in rendered.html
    assert rendered.mentions == ()


def test_the_names_linked_are_told_each_once():
    assert render("@Mara, @bo.li and @mara; `@x_y`").mentions == ("mara", "bo.li")


def test_only_so_many_people_are_called_at_once():
    text = " ".join(f"@p{number}" for number in range(20)) + " @p0"
    rendered = render(text)
    assert rendered.mentions == tuple(f"p{number}" for number in range(MOST_MENTIONS))
    assert rendered.html.count('class="mention"') == MOST_MENTIONS + 1


def test_names_are_looked_for_in_all_their_readings():
    assert mention_names("@Mara. `@code` $@x$ a@b.c @bo.li") == ("mara.", "mara", "bo.li")
    assert len(mention_names(" ".join(f"@u{n}" for n in range(500)))) == 100


def test_a_text_for_the_other_process_is_linked_too():
    rendered = render("[" * 700 + "\n\n@mara")
    assert rendered.mentions == ("mara",)


def test_without_people_the_text_is_the_same_as_ever():
    assert render_document("@mara & *b*").html == "<p>@mara &amp; <em>b</em></p>"
