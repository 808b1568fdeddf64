"""Pure: what a post says, in the words of a template and within what a service counts."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import regex

LINK = re.compile(r"https?://\S+")
FIELDS = ("title", "sentence", "author", "link", "venue", "year")
# Not within an address, as in "https://x.org/@ada".
_CALL = re.compile(r"(?<![\w/])@(?=\w)")
_FIELD = re.compile(rf"\{{({'|'.join(FIELDS)})\}}")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a template may name. `author` is what readers may know."""

    title: str
    sentence: str
    author: str
    link: str
    venue: str = ""
    year: str = ""


def graphemes(text: str) -> int:
    """Letters as people see them: a flag or a family is one."""
    return len(regex.findall(r"\X", text))


def with_links_as(length: int, text: str, count: Callable[[str], int] = len) -> int:
    """The length where a service counts every link as `length`."""
    links = LINK.findall(text)
    return count(LINK.sub("", text)) + length * len(links)


def compose(template: str, facts: Facts, *, limit: int, count: Callable[[str], int]) -> str:
    """The template filled in, at most `limit` by `count`.

    First the sentence gives way, word by word, then the title; link and author always stay.
    """
    for name in ("sentence", "title"):
        text = _fill(template, facts)
        if count(text) <= limit:
            return text
        facts = _shortened(facts, name, lambda short: count(_fill(template, short)) <= limit)
    return _fill(template, facts)


def _calling_nobody(text: str) -> str:
    """With nothing to be seen after each "@": who is named so here is somebody else there, and no
    text may call people by our accounts."""
    return _CALL.sub("@\u200b", text)


def _fill(template: str, facts: Facts) -> str:
    # One pass: what a title says in braces is no field of ours.
    text = _FIELD.sub(lambda found: _calling_nobody(getattr(facts, found[1])), template)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


def _shortened(facts: Facts, name: str, fits: Callable[[Facts], bool]) -> Facts:
    """The facts with as many words of one of them as fit; none if even one does not."""
    words = getattr(facts, name).split(" ")
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(_cut(facts, name, words, middle)) else (low, middle - 1)
    return _cut(facts, name, words, low)


def _cut(facts: Facts, name: str, words: list[str], number: int) -> Facts:
    text = " ".join(words[:number]).rstrip(" ,;:")
    if number < len(words):
        text = f"{text} …" if text else ""
    return replace(facts, **{name: text})
