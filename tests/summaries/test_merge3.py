"""Pure: two changes of one text."""

import random

import pytest

from summaries.editor.merge3 import Clash, merge

CASES = [
    ("a b c d e", "A b c d e", "a b c d E", "A b c d E"),
    ("One. Two.", "One. Two.", "One. Two. Three.", "One. Two. Three."),
    ("One. Two.", "One. Two and a half.", "One. Two.", "One. Two and a half."),
    ("One. Two.", "Uno. Two.", "Uno. Two.", "Uno. Two."),
    ("p\n\nq\n\nr\n", "P\n\nq\n\nr\n", "p\n\nq\n\nr\n\ns\n", "P\n\nq\n\nr\n\ns\n"),
    ("a b c d e f", "a c d e f", "a b c d e", "a c d e"),
    ("", "", "new", "new"),
    ("old text", "", "old text", ""),
    ("x $a_1$ y z", "x $a_2$ y z", "x $a_1$ y Z", "x $a_2$ y Z"),
    ("tab\tand  two  blanks stay", "tab\tand  two  blanks stay", "Tab\tand  two  blanks stay",
     "Tab\tand  two  blanks stay"),
]  # fmt: skip


@pytest.mark.parametrize(("base", "ours", "theirs", "expected"), CASES)
def test_changes_apart_are_both_kept(base, ours, theirs, expected):
    merged = merge(base=base, ours=ours, theirs=theirs)
    assert merged.is_clean and merged.text == expected
    assert merge(base=base, ours=theirs, theirs=ours).text == expected


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "clash"),
    [
        ("It works well.", "It works badly.", "It works fine.", Clash("badly", "fine")),
        ("the big red car", "the huge red car", "the big blue car", None),
        ("one two", "", "one two three", None),
    ],
)
def test_changes_of_one_place_clash_and_ours_stays(base, ours, theirs, clash):
    merged = merge(base=base, ours=ours, theirs=theirs)
    assert not merged.is_clean and merged.text == ours
    if clash:
        assert merged.clashes == [clash]


def test_no_change_is_lost_unsaid():
    """Whatever was changed is in the text or in a clash."""
    chance = random.Random(7)
    words = [f"w{number} " for number in range(40)]
    for _ in range(300):
        ours, theirs = words[:], words[:]
        for side, mark in ((ours, "o"), (theirs, "t")):
            for _ in range(chance.randrange(4)):
                side[chance.randrange(len(side))] = f"{mark}{chance.randrange(99)} "
        merged = merge(base="".join(words), ours="".join(ours), theirs="".join(theirs))
        said = merged.text + "".join(clash.theirs for clash in merged.clashes)
        assert set(said.split()) >= {w.strip() for w in ours + theirs if w[0] in "ot"}


def test_long_texts_that_share_nothing_are_told_as_a_clash():
    chance = random.Random(3)
    texts = [" ".join(f"{side}{chance.randrange(9999)}" for _ in range(14_000)) for side in "abc"]
    merged = merge(base=texts[0], ours=texts[1], theirs=texts[2])
    assert not merged.is_clean and merged.text == texts[1]
