"""Find the first sentence of a text. Pure."""

import re

from common.text.shorten import shorten

MIN_LETTERS = 40
_END = re.compile(r"(?<=[.!?])\s+(?=[^\sa-z])")
# "e.g.", "et al." and "Fig." do not end a sentence; neither does an initial, as in "J. Doe".
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|al|cf|vs|Fig|Eq|Sec|Dr|approx|resp)|\b[^\W\d_])\.\Z")


def first_sentence(plain_text: str, *, max_letters: int | None = None) -> str:
    """Return the first sentence, extended by the next ones while it is shorter than MIN_LETTERS.

    White space is collapsed. With `max_letters`, a longer sentence is cut between words and ends
    in "…".
    """
    sentence = ""
    for part in _END.split(" ".join(plain_text.split())):
        sentence = f"{sentence} {part}".strip()
        if len(sentence) >= MIN_LETTERS and not _ABBREVIATION.search(sentence):
            break
    return sentence if max_letters is None else shorten(sentence, max_letters)
