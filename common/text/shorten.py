"""Shorten texts for display. Pure."""


def shorten(text: str, letters: int) -> str:
    """Return `text` on one line and at most `letters` characters long.

    A shortened text ends in "…". It is cut between words, unless that would lose more than half of
    the length, as in languages that are written without spaces.
    """
    text = " ".join(text.split())
    if len(text) <= letters:
        return text
    cut = text[: letters - 1]
    if text[letters - 1] != " ":
        whole = cut.rpartition(" ")[0]
        cut = whole if len(whole) >= letters // 2 else cut
    return cut.rstrip(" ,;:.") + "…"
