import difflib
import random
import time

import pytest

from summaries import diff
from summaries.diff import EFFORT, LINES, TOKENS, Change, matching_pieces, word_diff


def told(old: str, new: str) -> str:
    signs = {"same": "{}", "removed": "[-{}]", "added": "[+{}]"}
    return "".join(signs[change.kind].format(change.text) for change in word_diff(old, new))


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("a b", "a c", "a [-b][+c]"),
        ("a b c", "a c", "a [-b ]c"),
        ("a c", "a b c", "a [+b ]c"),
        ("", "a", "[+a]"),
        ("a", "", "[-a]"),
        ("a", "a", "a"),
        ("", "", ""),
        ("It works.", "It works!", "It works[-.][+!]"),
        ("one\ntwo", "one two", "one two"),
        ("one two", "one\n\ntwo", "one[+\n\n]two"),
        ("don't stop", "don’t stop", "[-don't ][+don’t ]stop"),
        ("α β", "α γ", "α [-β][+γ]"),
        ("<b>x</b>", "<i>x</i>", "<[-b][+i]>x</[-b][+i]>"),
        ("a b a b", "b a b a", "[-a ]b a b [+a]"),
    ],
)
def test_what_changed(old, new, changes):
    assert told(old, new) == changes


@pytest.mark.parametrize(
    ("text", "lead", "rest"),
    [("a b", "", "a b"), ("\n\na b\n", "\n\n", "a b\n"), (" a", "", " a"), ("\n\n", "", "\n\n")],
)
def test_the_mark_of_a_change_stands_at_its_first_word(text, lead, rest):
    assert (Change("added", text).lead, Change("added", text).rest) == (lead, rest)


def test_long_same_parts_are_shortened():
    same = "word " * 200
    changes = word_diff(f"{same}old", f"{same}new")
    assert changes[1:] == [Change("removed", "old"), Change("added", "new")]
    assert " … " in changes[0].text and len(changes[0].text) < 400


def test_nothing_is_left_out_and_no_shorter_answer_exists():
    words = random.Random(7)
    for _ in range(300):
        old = words.choices("abc", k=words.randrange(12))
        new = words.choices("abc", k=words.randrange(12))
        matched = matching_pieces(old, new)
        assert all(old[x] == new[y] for x, y in matched)
        assert matched == sorted(set(matched)) and len({y for _, y in matched}) == len(matched)
        assert [y for _, y in matched] == sorted(y for _, y in matched)
        theirs = difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        assert len(matched) >= sum(block.size for block in theirs)


HOSTILE = [
    ("a " * 1490, "b " * 1490),
    ("a " * 50_000, "a b " * 25_000),
    ("a\n" * 20_000, "b\na\n" * 15_000),
    ("a\n\n" * 30_000, "b\n\na\n\n" * 15_000),
    ("\n" * 100_000, "\n" * 99_999 + "x"),
    (". , " * 25_000, ", . " * 25_000),
    (" \n \t" * 25_000, "x" * 100_000),
    ("x\n \t" * 25_000 + "x", "y \n" * 33_000),
]


@pytest.mark.parametrize(("old", "new"), HOSTILE)
def test_hostile_texts_take_bounded_work(monkeypatch, old, new):
    """Counted in comparisons of two pieces, for words and then for paragraphs."""
    compared = [0]

    class Counted(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            compared[0] += 1
            return str.__eq__(self, other)

    assert Counted("a") == Counted("a") and compared == [1]
    key = diff._key
    monkeypatch.setattr(diff, "_key", lambda piece: Counted(key(piece)))
    word_diff(old, new)
    # Pieces that both begin or end with cost no effort, and one round is finished in any case.
    assert compared[0] <= 2 * (EFFORT + 2 * (len(old) + len(new)))


@pytest.mark.parametrize(("old", "new"), HOSTILE)
def test_hostile_texts_are_split_in_about_one_pass(old, new):
    """In CPU time, beside that of looking at each letter once."""

    def cpu_seconds(deed) -> float:
        spent = []
        for _ in range(3):
            began = time.process_time()
            deed()
            spent.append(time.process_time() - began)
        return min(spent)

    text = old + new
    once = cpu_seconds(lambda: [letter for letter in text if letter == "\n"])
    # Linear patterns take 5 to 30 times as long; what goes back at each letter, thousands of times.
    for pieces in (TOKENS, LINES, diff._PARAGRAPHS):
        assert cpu_seconds(lambda pieces=pieces: pieces.findall(text.strip())) < 300 * once + 0.01
