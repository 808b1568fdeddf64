"""What is too long ends between words, in no more letters than there is room for."""

import pytest

from common.text.shorten import shorten


@pytest.mark.parametrize(
    ("text", "letters", "expected"),
    [
        ("", 10, ""),
        ("one  two\n three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two three four", 14, "one two three…"),  # A word that just fits.
        ("one two three", 9, "one two…"),
        ("one two, three", 12, "one two…"),
        ("One two. Three", 12, "One two…"),
        ("深層学習の論文を要約する", 8, "深層学習の論文…"),
        ("a " + "b" * 30, 12, "a " + "b" * 9 + "…"),
        ("https://example.org/" + "x" * 50, 20, "https://example.org…"[:19] + "…"),
    ],
)
def test_a_text_is_cut_between_words(text, letters, expected):
    assert shorten(text, letters) == expected


def test_it_is_never_longer_than_asked():
    text = "The quick, brown fox; jumps over: the incomprehensibilities of dogs. " * 3
    for letters in range(2, 250):
        cut = shorten(text, letters)
        assert len(cut) <= letters
        assert cut == " ".join(text.split()) or cut.endswith("…")
