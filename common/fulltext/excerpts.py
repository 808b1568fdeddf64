"""Highlight matches and choose excerpts. Pure."""

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

# The searched part of a text, in characters; with more, a page of 25 results would be too slow.
LONGEST_TEXT = 20_000
_WRITTEN_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^a-z])|\n+")
# Parts of HTML that are not text: formulas, tags and character references.
_NO_TEXT = re.compile(r"(<math\b.*?</math>|<[^>]*>|&[#\w]+;)", re.DOTALL)
_SPACE_NEAR = 30
_FEWEST_WORDS_OF_PROSE = 6
# Words in a formula are not highlighted, so they are no reason to show its sentence.
_FORMULA = re.compile(r"\$\$?[^$]{1,1000}\$\$?")


@dataclass(frozen=True)
class HighlightedTerms:
    """The stems and the word beginnings to highlight."""

    stems: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.stems or self.beginnings)

    def met_by(self, text: str) -> bool:
        """Return whether a word of a text, such as "Nets" or "Schrödinger's", is highlighted."""
        if words(text) and self.stems.issuperset(words(text)):
            return True
        return any(
            word.startswith(beginning)
            for beginning in self.beginnings
            for word in plain_words(text)
        )


def highlighted_terms(query: Query, *, columns: frozenset[str] | None = None) -> HighlightedTerms:
    """Return what to highlight for a query.

    With `columns`, terms for other columns ("author:hinton") are left out.
    """
    terms = [
        term for term in query.terms if not term.column or columns is None or term.column in columns
    ]
    stems = {stem for term in terms for stem in (*term.stems, term.joined) if stem}
    beginnings = {term.beginning for term in terms if term.beginning}
    return HighlightedTerms(frozenset(stems), tuple(sorted(beginnings)))


def mark_hits(text: str, highlights: HighlightedTerms) -> SafeString:
    """Escape `text` and put `<mark class="hit">` around the matches.

    "A <b> net" for "nets" gives 'A &lt;b&gt; <mark class="hit">net</mark>'.
    """
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<mark class="hit">{}</mark>', piece) if is_hit else piece,)
            for piece, is_hit in _pieces(text, highlights)
        ),
    )


def mark_html_hits(html: SafeString, highlights: HighlightedTerms) -> SafeString:
    """Put `<mark class="hit">` around the matches in HTML; formulas are not changed."""
    if not highlights:
        return html
    marked = [
        part
        if is_markup
        else "".join(
            f'<mark class="hit">{piece}</mark>' if is_hit else piece
            for piece, is_hit in _pieces(part, highlights)
        )
        for is_markup, part in zip(cycle([False, True]), _NO_TEXT.split(html), strict=False)
    ]
    return sanitise("".join(marked))


def excerpt(text: str, highlights: HighlightedTerms, *, length: int = 240) -> str:
    """Return the sentence with the most different matches, or "" when there is no match.

    Among equals, the first that is not a heading, a label or a line of code is taken. A sentence
    of more than `length` characters is cut at spaces around its first match, and "…" marks the
    omissions.
    """
    text = text[:LONGEST_TEXT]
    best, most = (0, 0), 0
    formulas = [match.span() for match in _FORMULA.finditer(text)]
    for start, end in _sentences(text):
        matched = {
            word
            for match in _WRITTEN_WORD.finditer(text, start, end)
            if highlights.met_by(match[0])
            and not any(left < match.start() < right for left, right in formulas)
            for word in words(match[0])
        }
        is_prose = len(text[start:end].split()) >= _FEWEST_WORDS_OF_PROSE
        fitness = 2 * len(matched) + is_prose if matched else 0
        if fitness > most:
            best, most = (start, end), fitness
    if not most:
        return ""
    start, end = _window(text, *best, highlights, length)
    before = "… " if start > best[0] else ""
    after = "…" if end < best[1] else ""
    return f"{before}{text[start:end].strip()}{after}"


def opening(text: str, *, length: int = 240) -> str:
    """Return the beginning of a text, of at most `length` characters."""
    return shorten(text[: 2 * length], length)


def _pieces(text: str, highlights: HighlightedTerms) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a text as (piece, whether it is a match)."""
    end = 0
    for match in _WRITTEN_WORD.finditer(text) if highlights else ():
        if highlights.met_by(match[0]):
            yield text[end : match.start()], False
            yield match[0], True
            end = match.end()
    yield text[end:], False


def _sentences(text: str) -> list[tuple[int, int]]:
    starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _window(
    text: str, start: int, end: int, highlights: HighlightedTerms, length: int
) -> tuple[int, int]:
    if end - start <= length:
        return start, end
    first = next(
        match.start()
        for match in _WRITTEN_WORD.finditer(text, start, end)
        if highlights.met_by(match[0])
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
