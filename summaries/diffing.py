"""Pure: what changed between two texts, word by word."""

import difflib
import re
from dataclasses import dataclass

_WORDS = re.compile(r"\s+|[\w'’-]+|[^\w\s]")
# Comparing is quadratic at worst; beyond this whole lines are compared instead of words.
MAX_WORDS = 6_000


@dataclass(frozen=True)
class Change:
    """`kind`: same, removed or added."""

    kind: str
    text: str


def word_diff(old: str, new: str) -> list[Change]:
    """ "a b" and "a c" give same "a ", removed "b", added "c"; long same parts are shortened."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > MAX_WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    changes = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            changes.append(Change("same", _shortened("".join(before[start:end]))))
            continue
        if end > start:
            changes.append(Change("removed", "".join(before[start:end])))
        if new_end > new_start:
            changes.append(Change("added", "".join(after[new_start:new_end])))
    return changes


def _shortened(text: str, keep: int = 160) -> str:
    if len(text) <= 2 * keep + 20:
        return text
    return f"{text[:keep]} … {text[-keep:]}"
