"""The words of the interface are those that people expect; the rest of the voice is judged by eye."""

import re

import pytest
from babel.messages.pofile import read_po

from tests.contracts.test_docs import ROOT

# What reads like a translation, with what to write instead.
REFUSED = {
    r"\bwhoever\b": "anyone who",
    r"\banew\b": "again",
    r"\bfor good\b": "permanently",
    r"\bof theirs\b": "their",
    r"\bstands\b": "is",
    r"\btell(s)? (of|us of|you of)\b|\btold of\b": "say, notify",
    r"\bby itself\b": "automatically",
    r"\bjust now\b": "a moment ago",
    r"\bby hand\b|\byour own hands\b": "manually",
    r"\bdeeds?\b": "action",
    r"\bThat was quick\b": "Too many requests.",
    r"\bcame of\b": "the outcome",
    r"\btaken away\b|\btake (it|this) away\b": "deleted",
    r"\bin peace\b": "We'll retry later.",
    r"!(?!\[)": "a full stop",
}


@pytest.mark.parametrize("pattern", REFUSED)
def test_no_string_of_the_interface_holds_a_refused_word(pattern):
    with (ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalog = read_po(file)
    strings = [
        text
        for message in catalog
        if message.id
        for text in ([message.id] if isinstance(message.id, str) else message.id)
    ]
    found = [text for text in strings if re.search(pattern, re.sub(r"<[^>]+>", "", text))]
    assert not found, f"Write {REFUSED[pattern]!r} instead."
