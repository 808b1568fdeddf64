"""Merge two changes of one text, where they do not touch each other; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from summaries.diff import LINES, TOKENS, matching_pieces


@dataclass(frozen=True)
class Clash:
    """A place that both have changed differently."""

    ours: str
    theirs: str


@dataclass(frozen=True)
class Merged:
    """The merged text: both changes, and only ours where they conflict."""

    text: str
    clashes: list[Clash] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.clashes


def merge(*, base: str, ours: str, theirs: str) -> Merged:
    """Merge two changes of `base`; "A b c d" and "a b c D" of "a b c d" give "A b c D".

    Word by word; two changes conflict when no word or sign between them is unchanged. Takes bounded
    time for any texts: when too many words differ, the texts are merged by lines, and conflict as a
    whole after that.
    """
    for pieces in (TOKENS, LINES):
        old, mine, other = (pieces.findall(text) for text in (base, ours, theirs))
        to_ours = matching_pieces(old, mine)
        to_theirs = matching_pieces(old, other)
        if to_ours is not None and to_theirs is not None:
            return _woven(old, mine, other, dict(to_ours), dict(to_theirs))
    if base == ours or ours == theirs:
        return Merged(theirs)
    if base == theirs:
        return Merged(ours)
    return Merged(ours, [Clash(ours, theirs)])


def _woven(
    base: Sequence[str],
    ours: Sequence[str],
    theirs: Sequence[str],
    to_ours: dict[int, int],
    to_theirs: dict[int, int],
) -> Merged:
    woven: list[str] = []
    clashes: list[Clash] = []
    for old, mine, other in _chunks(base, ours, theirs, to_ours, to_theirs):
        if mine in (old, other):
            woven.append(other)
        else:
            woven.append(mine)
            if other != old:
                clashes.append(Clash(mine, other))
    return Merged("".join(woven), clashes)


def _chunks(
    base: Sequence[str],
    ours: Sequence[str],
    theirs: Sequence[str],
    to_ours: dict[int, int],
    to_theirs: dict[int, int],
) -> Iterator[tuple[str, str, str]]:
    """Yield what each of the texts has between the pieces that all three have.

    Khanna, Kunal and Pierce, "A Formal Investigation of Diff3" (2007), section 3.
    """
    x = y = z = 0
    for at, piece in [*enumerate(base), (len(base), "")]:
        in_ours = to_ours.get(at) if at < len(base) else len(ours)
        in_theirs = to_theirs.get(at) if at < len(base) else len(theirs)
        if in_ours is None or in_theirs is None:
            continue
        yield "".join(base[x:at]), "".join(ours[y:in_ours]), "".join(theirs[z:in_theirs])
        yield piece, piece, piece
        x, y, z = at + 1, in_ours + 1, in_theirs + 1
