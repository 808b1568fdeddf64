"""Pure: two changes of one text made into one, where they do not touch each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from summaries.diff import LINES, TOKENS, matching_pieces


@dataclass(frozen=True)
class Clash:
    """A place that both have changed, each in another way."""

    ours: str
    theirs: str


@dataclass(frozen=True)
class Merged:
    """`text` has both changes, and where they clash ours alone."""

    text: str
    clashes: list[Clash] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.clashes


def merge(*, base: str, ours: str, theirs: str) -> Merged:
    """ "a b c d", ours "A b c d" and theirs "a b c D" give "A b c D".

    Word by word; two changes clash when no word or sign between them has stayed. Takes bounded
    time for any texts: what differs in too many words is merged by lines, else clashes as a whole.
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
    """Between pieces that stand in all three texts: what each of them has there.

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
