"""Summaries and formulas rendered per second, compared in one run.

    .venv/bin/python benchmarks/render.py

Prints each figure as a number per second and as a ratio to the first one of its group.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from common import texmath
from common.texmath import katex, typeset
from common.text.sanitize import sanitise
from summaries.rendering import render_document

SUMMARIES = [
    path.read_text("utf-8").split("---\n", 2)[2]
    for path in sorted((ROOT / "summaries/demo/summaries").glob("*.md"))
]
FORMULAS = [
    line for line in (ROOT / "tests/fixtures/formulas.txt").read_text("utf-8").splitlines() if line
]
ROUNDS = 5


def rate(work: Callable[[], int]) -> float:
    """Return how many items per second `work` processes: the median after a warm-up."""
    work()
    rates = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        count = work()
        rates.append(count / (time.perf_counter() - started))
    return statistics.median(rates)


def report(title: str, works: dict[str, Callable[[], int]]) -> None:
    """Print the rate of each function, and its ratio to the first."""
    print(title)
    first = None
    for name, work in works.items():
        figure = rate(work)
        first = first or figure
        print(f"  {name:<44} {figure:>10,.0f} a second   {figure / first:6.2f}")


def all_summaries(*, is_cold: bool) -> int:
    """Render all summaries, with an empty cache of formulas if `is_cold`."""
    for text in SUMMARIES:
        if is_cold:
            typeset.cache_clear()
        render_document(text)
    return len(SUMMARIES)


def sanitised() -> int:
    """Sanitise the rendered summaries."""
    for html in RENDERED:
        sanitise(html)
    return len(RENDERED)


def all_formulas() -> int:
    """Typeset all formulas without a cache."""
    typeset.cache_clear()
    for tex in FORMULAS:
        typeset(tex, display=True)
    return len(FORMULAS)


def by_math_core() -> int:
    """Typeset with math-core the formulas that it supports."""
    done = 0
    converter = texmath._converter()
    for tex in EASY:
        converter.convert_with_local_state(tex, displaystyle=True)
        done += 1
    return done


def by_katex() -> int:
    """Typeset the same formulas with KaTeX."""
    for tex in EASY:
        try:
            katex.typeset(tex, display=True)
        except katex.KatexError:
            continue
    return len(EASY)


def is_easy(tex: str) -> bool:
    """Return whether math-core supports the formula."""
    try:
        texmath._converter().convert_with_local_state(tex, displaystyle=True)
    except texmath.math_core.LatexError:
        return False
    return True


RENDERED = [render_document(text).html for text in SUMMARIES]
EASY = [tex for tex in FORMULAS if is_easy(tex)]

if __name__ == "__main__":
    word_count = sum(len(text.split()) for text in SUMMARIES) // len(SUMMARIES)
    print(
        f"{len(SUMMARIES)} summaries of {word_count} words on average, {len(FORMULAS)} formulas\n"
    )
    report(
        "Summaries",
        {
            "rendered, formulas not cached": lambda: all_summaries(is_cold=True),
            "rendered, formulas cached": lambda: all_summaries(is_cold=False),
            "of which the sanitiser": sanitised,
        },
    )
    report(
        "Formulas",
        {
            "all formulas, both typesetters": all_formulas,
            "math-core, on what it supports": by_math_core,
            "KaTeX, on the same": by_katex,
        },
    )
    failed = [tex for tex in FORMULAS if typeset(tex, display=True).error]
    share = 1 - len(failed) / len(FORMULAS)
    print(
        f"\n{share:.1%} of the formulas typeset, {len(EASY) / len(FORMULAS):.1%} by math-core alone."
    )
    for tex in failed:
        print(f"  failed: {tex}")
