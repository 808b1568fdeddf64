"""Pure: the first sentence of a text. Everything that quotes one sentence asks here."""

import re

from common.text.shorten import shorten

MIN_LETTERS = 40
_END = re.compile(r"(?<=[.!?])\s+(?=[^\sa-z])")
# "e.g.", "et al.", "Fig." end no sentence; neither does a single letter, as in "J. Doe".
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|al|cf|vs|Fig|Eq|Sec|Dr|approx|resp)|\b[^\W\d_])\.\Z")


def first_sentence(plain_text: str, *, max_letters: int | None = None) -> str:
    """Return the first sentence that says something; "Great paper." takes the next one along.

    Blanks are collapsed. With `max_letters` a longer sentence is cut at a word and ends in "…".
    """
    sentence = ""
    for part in _END.split(" ".join(plain_text.split())):
        sentence = f"{sentence} {part}".strip()
        if len(sentence) >= MIN_LETTERS and not _ABBREVIATION.search(sentence):
            break
    return sentence if max_letters is None else shorten(sentence, max_letters)
