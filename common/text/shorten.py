"""Pure: the beginning of a text for places that have no room for the whole."""


def shorten(text: str, letters: int) -> str:
    """Return `text` on one line, with at most so many letters; a cut one ends in "…".

    It is cut between words, except where a word is longer than half of what there is room for, as
    in languages that are written without spaces.
    """
    text = " ".join(text.split())
    if len(text) <= letters:
        return text
    cut = text[: letters - 1]
    if text[letters - 1] != " ":
        whole = cut.rpartition(" ")[0]
        cut = whole if len(whole) >= letters // 2 else cut
    return cut.rstrip(" ,;:.") + "…"
