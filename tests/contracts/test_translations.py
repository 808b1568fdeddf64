"""Both catalogues say all that the code says, and nothing in the code speaks past them."""

import re
import string

import pytest
from django.conf import settings

from scripts import catalogues
from tests.support import words_shown

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
PLACE_HOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|%[sd]")
TAG = re.compile(r"</?\w+")
# Kept as they are, in whatever language the page speaks.
ADDRESS = re.compile(r"https?://[^\s\"<>]*[\w/]|/api/\S+?(?=[\"<])")


@pytest.fixture(scope="module")
def template():
    return catalogues.extracted()


def forms(message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def messages(language: str):
    return [message for message in catalogues.read(language) if message.id]


def test_every_language_of_the_site_has_its_catalogue():
    assert catalogues.languages() == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_are_in_step_with_the_code(template, language):
    """When this fails: ./scripts/messages, then fill in what is empty (docs/developing/translating.md)."""
    told = catalogues.path_of(language).read_text(encoding="utf-8")
    updated = catalogues.updated(language, template)
    assert [m.id for m in updated if m.id and not catalogues.is_complete(m)] == []
    assert {(m.id, m.context) for m in updated} == {
        (m.id, m.context) for m in catalogues.read(language)
    }
    # In which file a string stands may change meanwhile; the rest is as scripts/messages writes it.
    assert catalogues.written(catalogues.read(language)) == told
    binary = catalogues.path_of(language).with_suffix(".mo").read_bytes()
    assert binary == catalogues.compiled(catalogues.read(language))


@pytest.mark.parametrize(("language", "plurals"), [("de", 2), ("ja", 1)])
def test_plurals_have_the_forms_of_the_language(language, plurals):
    counted = [message for message in messages(language) if message.pluralizable]
    assert len(counted) > 20
    assert {len(message.string) for message in counted} == {plurals}
    assert catalogues.read(language).num_plurals == plurals


@pytest.mark.parametrize("language", LANGUAGES)
def test_place_holders_tags_and_addresses_come_through(language):
    for message in messages(language):
        wanted = [message.id] if isinstance(message.id, str) else list(message.id)
        for pattern in (PLACE_HOLDER, TAG, ADDRESS):
            may = [sorted(pattern.findall(text)) for text in wanted]
            for text in forms(message):
                assert sorted(pattern.findall(text)) in may, (message.id, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_begin_and_end_like_what_they_translate(language):
    """Blanks at the ends, and a full stop for a full stop."""
    ends = {"de": ".!?:", "ja": "。．.？：:"}[language]
    for message in messages(language):
        source = message.id if isinstance(message.id, str) else message.id[-1]
        for text in forms(message):
            assert text == text.strip() or source != source.strip(), text
            if source.endswith(".") and len(source) > 30:
                assert text.rstrip("」“”)）>")[-1] in ends + "a", (source, text)


def test_strings_of_the_code_have_no_blanks_at_their_ends(template):
    """They would be lost by whoever translates; a template has them outside the tag."""
    for message in template:
        for text in [message.id] if isinstance(message.id, str) else message.id:
            assert text.lstrip() == text, text
            assert text.rstrip(string.whitespace.replace("\n", "")) == text, text


def templates():
    folder = words_shown.ROOT / "templates"
    found = sorted(path for path in folder.rglob("*.*") if path.suffix in {".html", ".txt"})
    # The admin speaks the site's language.
    return [path for path in found if "admin" not in path.parts]


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_templates_have_no_words_of_their_own(path):
    text = path.read_text(encoding="utf-8")
    assert words_shown.in_template(text, is_html=path.suffix == ".html") == []
    assert words_shown.pluralized(text) == []


# Forms of the admin, which speaks the site's language.
OF_THE_ADMIN = {"papers/admin", "moderation/admin", "moderation/forms.py"}


def views_and_forms():
    found = [
        path.relative_to(words_shown.ROOT)
        for path in catalogues.sources()
        if path.suffix == ".py" and re.search(r"/(views|forms)(/|\.py)", str(path))
    ]
    return [path for path in found if str(path) not in OF_THE_ADMIN]


@pytest.mark.parametrize("path", views_and_forms(), ids=str)
def test_views_and_forms_have_no_words_past_gettext(path):
    source = (words_shown.ROOT / path).read_text(encoding="utf-8")
    assert list(words_shown.in_module(source)) == []


def test_words_outside_tags_are_found():
    """The finder itself: what it must see and what it must pass over."""
    seen = [
        "<p>Hello there</p>",
        '<input placeholder="Display name">',
        '{{ x|default:"None yet" }}',
        '<a title="Go {{ where }}">x</a>',
    ]
    passed_over = [
        '<p>{% translate "Hello" %} {{ name }}</p>',
        "{# a remark #}{% comment %}Some words{% endcomment %}",
        "{% blocktranslate trimmed %}Hello {{ name }}{% endblocktranslate %}",
        '<a class="some words" href="/about">arXiv, DOI</a>',
    ]
    assert all(words_shown.in_template(text) for text in seen)
    assert not any(words_shown.in_template(text) for text in passed_over)
