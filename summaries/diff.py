"""Compare two texts word by word; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# The end of a paragraph is a token of its own; other white space belongs to the word before it.
TOKENS = re.compile(r"\s*\n[ \t]*\n\s*|(?:\w[\w'’-]*|[^\w\s])[ \t]*(?:\n(?![ \t]*\n)[ \t]*)?|\s+")
LINES = re.compile(r".*\n|.+\Z")
_PARAGRAPHS = re.compile(r".+?(?:\n\s*\n\s*|\Z)", re.DOTALL)
# Steps of the comparison, about 0.1 s: texts that need more are compared by whole paragraphs.
EFFORT = 300_000


@dataclass(frozen=True)
class Change:
    """A part of the comparison; `kind` is same, removed or added."""

    kind: str
    text: str

    @property
    def lead(self) -> str:
        """The end of the paragraph before, which is shown in front of the mark of a change."""
        stripped = self.text.lstrip()
        lead = self.text[: len(self.text) - len(stripped)]
        return lead if stripped and "\n" in lead else ""

    @property
    def rest(self) -> str:
        return self.text.removeprefix(self.lead)


def word_diff(old: str, new: str) -> list[Change]:
    """Return the changes from `old` to `new`; long equal parts are shortened.

    "a b" and "a c" give same "a ", removed "b", added "c". White space within a paragraph is not
    compared. Takes bounded time for any two texts: when too many words differ, they are compared by
    paragraphs, then as a whole.
    """
    for pieces in (TOKENS, _PARAGRAPHS):
        before, after = pieces.findall(old.strip()), pieces.findall(new.strip())
        matched = matching_pieces([_key(piece) for piece in before], [_key(p) for p in after])
        if matched is not None:
            return _changes(before, after, matched)
    return _changes([old], [new], [])


def _key(piece: str) -> str:
    return " ".join(piece.split()) or ("\n\n" if piece.count("\n") > 1 else " ")


def _changes(
    before: Sequence[str], after: Sequence[str], matched: list[tuple[int, int]]
) -> list[Change]:
    changes: list[Change] = []
    same: list[str] = []
    x = y = 0

    def close(kind: str, text: str) -> None:
        if text:
            changes.append(Change(kind, text))

    for match_x, match_y in [*matched, (len(before), len(after))]:
        if match_x > x or match_y > y:
            close("same", _shortened("".join(same)))
            same = []
            close("removed", "".join(before[x:match_x]))
            close("added", "".join(after[y:match_y]))
        same.extend(after[match_y : match_y + 1])
        x, y = match_x + 1, match_y + 1
    close("same", _shortened("".join(same)))
    return changes


def matching_pieces(
    old: Sequence[str], new: Sequence[str], effort: int = EFFORT
) -> list[tuple[int, int]] | None:
    """Return the positions of equal pieces in both, in order, as many as possible.

    [(0, 0), (2, 1)] for "a b c" and "a c". Returns None when that would cost more than `effort`
    steps. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), figure 2; difflib is
    cubic when words repeat, and took 80 seconds for two texts of 3,000 characters.
    """
    start, stop = 0, min(len(old), len(new))
    while start < stop and old[start] == new[start]:
        start += 1
    end = 0
    while end < stop - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle = _shortest_script(old[start : len(old) - end], new[start : len(new) - end], effort)
    if middle is None:
        return None
    return [
        *((at, at) for at in range(start)),
        *((start + x, start + y) for x, y in middle),
        *((len(old) - back, len(new) - back) for back in range(end, 0, -1)),
    ]


def _shortest_script(
    old: Sequence[str], new: Sequence[str], effort: int
) -> list[tuple[int, int]] | None:
    reached = {1: 0}  # The furthest position in `old` on each diagonal.
    rounds: list[list[int]] = []
    for edits in range(len(old) + len(new) + 1):
        for diagonal in range(-edits, edits + 1, 2):
            x = _step(reached.get(diagonal - 1, -1), reached.get(diagonal + 1, -1))
            first = x
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            effort -= 1 + x - first
            reached[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                return _walk_back(rounds, x, x - diagonal)
        if effort < 0:
            return None
        rounds.append([reached[diagonal] for diagonal in range(-edits, edits + 1, 2)])
    raise AssertionError("all of both is at most len(old) + len(new) edits")


def _step(from_below: int, from_above: int) -> int:
    """Either remove one more piece of the old text or add one of the new."""
    return from_above if from_below < from_above else from_below + 1


def _walk_back(rounds: list[list[int]], x: int, y: int) -> list[tuple[int, int]]:
    matched = []
    for edits in range(len(rounds), 0, -1):
        earlier = {at: rounds[edits - 1][i] for i, at in enumerate(range(1 - edits, edits, 2))}
        below, above = earlier.get(x - y - 1, -1), earlier.get(x - y + 1, -1)
        previous_x = max(below, above)
        previous_y = previous_x - (x - y + 1 if below < above else x - y - 1)
        while x > previous_x and y > previous_y:
            x, y = x - 1, y - 1
            matched.append((x, y))
        x, y = previous_x, previous_y
    while x > 0 and y > 0:
        x, y = x - 1, y - 1
        matched.append((x, y))
    return matched[::-1]


def _shortened(text: str, keep: int = 160) -> str:
    if len(text) <= 2 * keep + 60:
        return text
    # Cut between words, unless a word is very long.
    begin = re.sub(r"(?<=\s)\S{,30}\Z", "", text[:keep])
    end = re.sub(r"\A\S{,30}(?=\s)", "", text[-keep:])
    return f"{begin.rstrip(' ')} … {end.lstrip(' ')}"
