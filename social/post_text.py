"""The text of a post: a template filled in, within the limit of a service; pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import regex

LINK = re.compile(r"https?://\S+")
FIELDS = ("title", "sentence", "author", "link", "venue", "year")
# Not within a URL, as in "https://x.org/@ada".
_CALL = re.compile(r"(?<![\w/])@(?=\w)")
_FIELD = re.compile(rf"\{{({'|'.join(FIELDS)})\}}")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The values of a template's fields; `author` is the byline."""

    title: str
    sentence: str
    author: str
    link: str
    venue: str = ""
    year: str = ""


def graphemes(text: str) -> int:
    """Count characters as people see them: a flag or a family emoji is one."""
    return len(regex.findall(r"\X", text))


def with_links_as(length: int, text: str, count: Callable[[str], int] = len) -> int:
    """Return the length of a text for a service that counts every link as `length`."""
    links = LINK.findall(text)
    return count(LINK.sub("", text)) + length * len(links)


def compose(template: str, facts: Facts, *, limit: int, count: Callable[[str], int]) -> str:
    """Fill in the template, at most `limit` long as measured by `count`.

    The sentence is shortened first, word by word, then the title; link and author never are.
    """
    for name in ("sentence", "title"):
        text = _fill(template, facts)
        if count(text) <= limit:
            return text
        facts = _shortened(facts, name, lambda short: count(_fill(template, short)) <= limit)
    return _fill(template, facts)


def _calling_nobody(text: str) -> str:
    """Insert a zero-width space after each "@".

    The same name may belong to somebody else on that service, and no post should mention people.
    """
    return _CALL.sub("@\u200b", text)


def _fill(template: str, facts: Facts) -> str:
    # One pass: braces in a title are no fields.
    text = _FIELD.sub(lambda match: _calling_nobody(getattr(facts, match[1])), template)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


def _shortened(facts: Facts, name: str, fits: Callable[[Facts], bool]) -> Facts:
    """Return the facts with as many words of one of them as fit, perhaps none."""
    parts = getattr(facts, name).split(" ")
    low, high = 0, len(parts)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(_cut(facts, name, parts, middle)) else (low, middle - 1)
    return _cut(facts, name, parts, low)


def _cut(facts: Facts, name: str, parts: list[str], count: int) -> Facts:
    text = " ".join(parts[:count]).rstrip(" ,;:")
    if count < len(parts):
        text = f"{text} …" if text else ""
    return replace(facts, **{name: text})
