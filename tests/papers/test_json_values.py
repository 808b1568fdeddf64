"""What a service sends, in every type: nothing raises, nothing unprintable comes through."""

import datetime
import itertools
import json

import pytest

from common.http.client import Answer, Service
from papers.sources import (
    Record,
    SourceError,
    bibsonomy,
    crossref,
    json_values,
    openalex,
    openreview,
)
from papers.sources.jats import plain_abstract, plain_markup, plain_title
from tests.support.replay import FIXTURES

SERVICE = Service(name="The service", base_url="http://x")


def test_texts_lose_what_no_page_can_show():
    body = b'{"a\\u0000": "b\\u0000\\ud800c\\u0007\\td"}'
    assert json_values.parse_json(body) == {"a": "bc\td"}


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff\xfe{", b"<html>"])
def test_what_is_no_json_is_a_value_error(body):
    with pytest.raises(ValueError, match=r"."):
        json_values.parse_json(body)


TEXTS = {
    "number": (7, "7"),
    "list": ([None, " a\n b "], "a b"),
    "object": ({"a": 1}, ""),
    "truth": (True, ""),
    "nothing": (None, ""),
}


@pytest.mark.parametrize(("value", "text"), TEXTS.values(), ids=TEXTS)
def test_anything_is_a_text_or_none(value, text):
    assert json_values.as_text(value) == text


def test_numbers_dates_and_addresses_are_read_or_left():
    assert [json_values.as_number(value) for value in ("12", 12, "x", "9" * 5000, None, [3])] == [
        *(12, 12, None, None, None, 3)
    ]
    assert json_values.as_date("2017-06-12T00:00:00Z") == datetime.date(2017, 6, 12)
    assert json_values.as_date("2017-13-12") is None and json_values.as_date(["x"]) is None
    assert json_values.as_address("see <https://a.example/x>, or not") == "https://a.example/x"
    assert json_values.as_address("[![i](https://a.example/i)](https://b.example)") == (
        "https://b.example"
    )
    assert json_values.as_address("ftp://a.example") == ""
    assert json_values.as_address("https://a.example/" + "x" * 600) == ""


TITLES = {
    "RETRACTED: On <i>x</i>.": ("On x", True),
    "RETRACTED ARTICLE: On x": ("On x", True),
    "[Retracted] On x": ("On x", True),
    "WITHDRAWN: On x": ("On x", True),
    "On x (Retracted)": ("On x", True),
    "On x [RETRACTED ARTICLE. See vol. 3]": ("On x", True),
    "Retraction Note: On x": ("Retraction Note: On x", False),
    "Retracted papers and how they are cited": ("Retracted papers and how they are cited", False),
    "Withdrawn: a story": ("Withdrawn: a story", False),
    "RETRACTED": ("RETRACTED", False),
    "": ("", False),
}


@pytest.mark.parametrize(("told", "title"), TITLES.items())
def test_marks_of_retraction_leave_the_title(told, title):
    assert plain_title(told) == title


MARKUP = {
    "k<n and m>2": "k<n and m>2",
    "p < 0.05": "p < 0.05",
    "&lt;i&gt;H&lt;/i&gt;<sub>2</sub>O": "H2O",
    "<mml:math><mml:mi>x</mml:mi></mml:math>": "x",
    "<math><semantics><mi>x</mi><annotation encoding='TeX'>x</annotation></semantics></math>": "x",
    "a <!-- note --> b": "a b",
    "<i>" * 20_000 + "x": "x",
    "a\x00b": "ab",
    "&amp; &nbsp;&#1;": "&",
}


@pytest.mark.parametrize(("told", "text"), MARKUP.items(), ids=map(str, range(len(MARKUP))))
def test_markup_leaves_its_letters(told, text):
    assert plain_markup(told) == text


def test_abstracts_keep_signs_that_only_look_like_tags():
    assert plain_abstract("<jats:p>for k<n, and p < 0.05</jats:p>") == "for k<n, and p < 0.05"
    assert plain_abstract("<jats:p>" * 20_000 + "x") == "x"


def test_paragraphs_of_an_abstract_are_those_of_the_markup():
    markup = (
        "<jats:p>One\n   line (\n<jats:italic>X</jats:italic>\n).</jats:p>\n<jats:p>Two</jats:p>"
    )
    assert plain_abstract(markup) == "One line ( X ).\n\nTwo"
    assert plain_abstract("<jats:p>a &amp;lt; b, R&amp;amp;D</jats:p>") == "a < b, R&D"
    assert plain_abstract("One\nline.\n\nTwo &amp; three.") == "One line.\n\nTwo & three."


def _read(parse, value) -> list[Record]:
    try:
        told = parse(SERVICE, Answer(200, json.dumps(value).encode(), {}))
    except SourceError:
        return []
    return told if isinstance(told, list) else [told]


def _openreview(service, answer):
    return [record for _, record in openreview.parse_notes(service, answer) if record]


def _fixture(source: str, name: str):
    return json.loads((FIXTURES / source / name).read_text(encoding="utf-8"))


# (parser, a whole answer with the paper inside, the paper)
ANSWERS = {
    "openalex": (openalex.parse_works, lambda paper: {"results": [paper]}, 2),
    "openreview": (_openreview, lambda paper: {"notes": [paper]}, 0),
    "crossref": (crossref.parse_works, lambda paper: {"message": {"items": [paper]}}, 1),
    "bibsonomy": (bibsonomy.parse_rest, lambda paper: {"posts": {"post": [{"bibtex": paper}]}}, 0),
}
FILES = {
    "openalex": "works.json",
    "openreview": "notes.json",
    "crossref": "works.json",
    "bibsonomy": "posts.json",
}
ODD = [
    *(None, True, 0, -1, 7.5, 10**30, "", " ", ",", "x", "7", "\ud800\x00", "<b>", "https://[x"),
    *([], [None], [[]], [{}], ["x", 7], {}, {"x": 1}, {"value": None}, {"value": {"value": []}}),
    *({"date-parts": [["2020", "13", None]]}, {"date-parts": "x"}, {"date-parts": [2020]}),
    *([{"type": 7, "DOI": []}], {"name": ["x"]}, [{"id": {}, "id-type": 3}]),
]


def _places(value, path=()):
    yield path
    members = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        members = enumerate(value)
    for name, member in members:
        yield from _places(member, (*path, name))


def _with(value, path, odd):
    if not path:
        return odd
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _with(value[path[0]], path[1:], odd)
    return copy


@pytest.mark.parametrize("source", ANSWERS)
def test_any_member_may_be_of_any_type(source):
    parse, wrap, position = ANSWERS[source]
    papers = _fixture(source, FILES[source])
    paper = (list(papers.values()) if isinstance(papers, dict) else papers)[position]
    answer = wrap(paper)
    assert len(_read(parse, answer)) == 1
    count = 0
    for path, odd in itertools.product(list(_places(answer)), ODD):
        for record in _read(parse, _with(answer, path, odd)):
            assert_is_sound(record)
            count += 1
    assert count > 100


def assert_is_sound(record: Record) -> None:
    """Of the promised types, and nothing that a database or a page refuses."""
    texts = [record.title, record.abstract, record.venue, record.volume, record.number]
    texts += [record.pages, record.publisher, record.url, record.code_url, record.data_url]
    texts += [record.licence, record.kind, *record.authors, *record.issn]
    texts += [name.value for name in record.identifiers]
    assert record.title and record.identifiers and all(record.authors)
    assert all(isinstance(text, str) for text in texts)
    assert all(text == json_values.printable(text) for text in texts)
    assert record.year is None or isinstance(record.year, int)
    assert isinstance(record.is_retracted, bool) and isinstance(record.is_withdrawn, bool)
