"""Showing where a question was met. Pure; the answers are escaped HTML."""

import re
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shortscience.lib.fulltext.query import Query
from shortscience.lib.fulltext.words import plain_words, words

# What is looked at for an excerpt; beyond, a page of 25 would take too long.
LONGEST_TEXT = 20_000
_WRITTEN_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^a-z])|\n+")
_SPACE_NEAR = 30


@dataclass(frozen=True)
class Wanted:
    """The stems to mark, and beginnings of words."""

    stems: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.stems or self.beginnings)

    def met_by(self, written: str) -> bool:
        if words(written) and self.stems.issuperset(words(written)):
            return True
        return any(
            word.startswith(beginning)
            for beginning in self.beginnings
            for word in plain_words(written)
        )


def wanted_words(query: Query, *, columns: frozenset[str] | None = None) -> Wanted:
    """What to mark; `columns` leaves out the terms that ask other columns ("author:hinton")."""
    terms = [
        term
        for term in query.wanted
        if not term.column or columns is None or term.column in columns
    ]
    stems = {word for term in terms for word in (*term.words, term.joined) if word}
    beginnings = {term.beginning for term in terms if term.beginning}
    return Wanted(frozenset(stems), tuple(sorted(beginnings)))


def mark_hits(text: str, wanted: Wanted) -> SafeString:
    """Escaped text with `<mark class="hit">` round the wanted words.

    "A <b> net" for "nets" gives 'A &lt;b&gt; <mark class="hit">net</mark>'.
    """
    pieces: list[tuple[str]] = []
    end = 0
    for match in _WRITTEN_WORD.finditer(text) if wanted else ():
        if wanted.met_by(match[0]):
            pieces.append((text[end : match.start()],))
            pieces.append((format_html('<mark class="hit">{}</mark>', match[0]),))
            end = match.end()
    pieces.append((text[end:],))
    return format_html_join("", "{}", pieces)


def excerpt(text: str, wanted: Wanted, *, length: int = 240) -> SafeString:
    """The sentence with most different hits, marked, of about `length` characters; "" without hit.

    A longer sentence is cut at spaces round its first hit, with "…" where something is missing.
    """
    best, most = (0, 0), 0
    for start, end in _sentences(text[:LONGEST_TEXT]):
        met = {
            stem_of
            for match in _WRITTEN_WORD.finditer(text, start, end)
            if wanted.met_by(match[0])
            for stem_of in words(match[0])
        }
        if len(met) > most:
            best, most = (start, end), len(met)
    if not most:
        return mark_hits("", wanted)
    start, end = _window(text, *best, wanted, length)
    before = "… " if start > best[0] else ""
    after = " …" if end < best[1] else ""
    return format_html("{}{}{}", before, mark_hits(text[start:end].strip(), wanted), after)


def opening(text: str, *, length: int = 240) -> SafeString:
    """How a text begins, escaped, cut at a space."""
    text = " ".join(text[: 2 * length].split())
    if len(text) > length:
        text = f"{text[: text.rfind(' ', length // 2, length)]} …"
    return mark_hits(text, Wanted())


def _sentences(text: str) -> list[tuple[int, int]]:
    starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _window(text: str, start: int, end: int, wanted: Wanted, length: int) -> tuple[int, int]:
    if end - start <= length:
        return start, end
    first = next(
        match.start()
        for match in _WRITTEN_WORD.finditer(text, start, end)
        if wanted.met_by(match[0])
    )
    left = max(start, min(first - length // 3, end - length))
    right = min(end, left + length)
    if left > start:
        space = text.find(" ", left, left + _SPACE_NEAR)
        left = space + 1 if 0 <= space < first else left
    if right < end:
        space = text.rfind(" ", right - _SPACE_NEAR, right)
        right = space if space > first else right
    return left, right
