"""Showing where a question was met. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.fulltext.query import Query
from common.fulltext.words import plain_words, words
from common.text.sanitize import sanitise
from common.text.shorten import shorten

# What is looked at for an excerpt; beyond, a page of 25 would take too long.
LONGEST_TEXT = 20_000
_WRITTEN_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^a-z])|\n+")
# What in HTML is no text: formulas, tags, references to characters.
_NO_TEXT = re.compile(r"(<math\b.*?</math>|<[^>]*>|&[#\w]+;)", re.DOTALL)
_SPACE_NEAR = 30
_FEWEST_WORDS_OF_PROSE = 6
# A formula shows no marks, so a word in one is no reason to show its sentence.
_FORMULA = re.compile(r"\$\$?[^$]{1,1000}\$\$?")


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
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<mark class="hit">{}</mark>', piece) if is_hit else piece,)
            for piece, is_hit in _pieces(text, wanted)
        ),
    )


def mark_html_hits(html: SafeString, wanted: Wanted) -> SafeString:
    """The same for text that is HTML already; formulas stay as they are."""
    if not wanted:
        return html
    marked = [
        part
        if is_no_text
        else "".join(
            f'<mark class="hit">{piece}</mark>' if is_hit else piece
            for piece, is_hit in _pieces(part, wanted)
        )
        for is_no_text, part in zip(cycle([False, True]), _NO_TEXT.split(html), strict=False)
    ]
    return sanitise("".join(marked))


def excerpt(text: str, wanted: Wanted, *, length: int = 240) -> str:
    """The sentence with most different hits, of about `length` characters; "" without a hit.

    Of several with as many, the first that is not a heading, a label or a line of code.
    A longer sentence is cut at spaces round its first hit, with "…" where something is missing.
    """
    text = text[:LONGEST_TEXT]
    best, most = (0, 0), 0
    formulas = [match.span() for match in _FORMULA.finditer(text)]
    for start, end in _sentences(text):
        met = {
            word
            for match in _WRITTEN_WORD.finditer(text, start, end)
            if wanted.met_by(match[0])
            and not any(left < match.start() < right for left, right in formulas)
            for word in words(match[0])
        }
        is_prose = len(text[start:end].split()) >= _FEWEST_WORDS_OF_PROSE
        fitness = 2 * len(met) + is_prose if met else 0
        if fitness > most:
            best, most = (start, end), fitness
    if not most:
        return ""
    start, end = _window(text, *best, wanted, length)
    before = "… " if start > best[0] else ""
    after = "…" if end < best[1] else ""
    return f"{before}{text[start:end].strip()}{after}"


def opening(text: str, *, length: int = 240) -> str:
    """How a text begins."""
    return shorten(text[: 2 * length], length)


def _pieces(text: str, wanted: Wanted) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is a hit."""
    end = 0
    for match in _WRITTEN_WORD.finditer(text) if wanted else ():
        if wanted.met_by(match[0]):
            yield text[end : match.start()], False
            yield match[0], True
            end = match.end()
    yield text[end:], False


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
