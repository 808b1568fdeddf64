"""Find the first sentence of a text. Pure."""

import re

from common.text.shorten import shorten

MIN_LETTERS = 40
# The longest abbreviation with its full stop, and the character before it.
_ABBREVIATION_LETTERS = len(" approx.")
_END = re.compile(r"(?<=[.!?])\s+(?=[^\sa-z])")
# "e.g.", "et al." and "Fig." do not end a sentence; neither does an initial, as in "J. Doe".
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|al|cf|vs|Fig|Eq|Sec|Dr|approx|resp)|\b[^\W\d_])\.\Z")


def first_sentence(plain_text: str, *, max_letters: int | None = None) -> str:
    """Return the first sentence, extended by the next ones while it is shorter than MIN_LETTERS.

    White space is collapsed. With `max_letters`, a longer sentence is cut between words and ends
    in "…".
    """
    text = sentence = " ".join(plain_text.split())
    for end in (match.start() for match in _END.finditer(text)):
        # Only the end is looked at: a text may be nothing but initials.
        last_word = text[max(0, end - _ABBREVIATION_LETTERS) : end]
        if end >= MIN_LETTERS and not _ABBREVIATION.search(last_word):
            sentence = text[:end]
            break
    return sentence if max_letters is None else shorten(sentence, max_letters)
