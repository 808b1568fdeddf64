"""Measure the summaries and formulas rendered per second, and compare with other renderers.

    .venv/bin/python benchmarks/render.py
    .venv/bin/python benchmarks/render.py --hostile

Print each rate and its ratio to the first of its group, then the CPU time for one text. With
--hostile, print the CPU time in seconds and the outcome for texts of 100 kB that are designed to be
slow.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import cmarkgfm
from markdown_it import MarkdownIt

from common import texmath
from common.texmath import katex, typeset
from common.text.sanitize import sanitise
from summaries.rendering import render_document
from summaries.rendering.renderer import render_unbounded
from summaries.rendering.results import TooManyPartsError
from tests.support.hostile_texts import HOSTILE

SUMMARIES = [
    path.read_text("utf-8").split("---\n", 2)[2]
    for path in sorted((ROOT / "summaries/demo/summaries").glob("*.md"))
]
FORMULAS = [
    line for line in (ROOT / "tests/fixtures/formulas.txt").read_text("utf-8").splitlines() if line
]
ROUNDS = 5


def rate(work: Callable[[], int]) -> float:
    """Return the items per second of `work`, which returns a count: a median after a warm-up."""
    work()
    rates = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        count = work()
        rates.append(count / (time.perf_counter() - began))
    return statistics.median(rates)


def report(title: str, works: dict[str, Callable[[], int]]) -> None:
    """Print the rate of each of `works`, and its ratio to the first."""
    print(title)
    first = None
    for name, work in works.items():
        figure = rate(work)
        first = first or figure
        print(f"  {name:<44} {figure:>10,.0f} a second   {figure / first:6.2f}")


def all_summaries(*, is_cold: bool) -> int:
    """Render all summaries, with formulas from the cache unless `is_cold`."""
    for text in SUMMARIES:
        if is_cold:
            typeset.cache_clear()
        render_document(text)
    return len(SUMMARIES)


def sanitised() -> int:
    """Sanitise the HTML of all summaries."""
    for html in RENDERED:
        sanitise(html)
    return len(RENDERED)


def by_cmark() -> int:
    """Render all summaries with cmark-gfm."""
    for text in SUMMARIES:
        cmarkgfm.github_flavored_markdown_to_html(text)
    return len(SUMMARIES)


def by_markdown_it() -> int:
    """Render all summaries with markdown-it-py, without our rules."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for text in SUMMARIES:
        parser.render(text)
    return len(SUMMARIES)


def seconds_of(text: str) -> tuple[float, str]:
    """Return the CPU time in seconds for one text, and the outcome."""
    began = time.process_time()
    try:
        outcome = f"{len(render_unbounded(text, '', {}, {}).html):,} characters"
    except (TooManyPartsError, RecursionError) as error:
        outcome = f"refused: {type(error).__name__}"
    return time.process_time() - began, outcome


def report_times(texts: list[str]) -> None:
    """Print the median, 95th percentile and maximum of the CPU time for one text."""
    seconds = sorted(seconds_of(text)[0] for text in texts)
    median, late = statistics.median(seconds), seconds[int(len(seconds) * 0.95)]
    print(
        f"One text: median {1000 * median:.1f} ms, 95 % {1000 * late:.1f} ms, "
        f"worst {1000 * seconds[-1]:.1f} ms of the processor\n"
    )


def report_hostile() -> None:
    """Print the CPU time and the outcome of each hostile text."""
    for name, text in HOSTILE.items():
        seconds, outcome = seconds_of(text)
        print(f"{name:<40} {len(text):>7,} {seconds:6.2f} s  {outcome}")


def all_formulas() -> int:
    """Typeset all formulas, none of them cached."""
    typeset.cache_clear()
    for tex in FORMULAS:
        typeset(tex, display=True)
    return len(FORMULAS)


def by_math_core() -> int:
    """Typeset the formulas that math-core knows with math-core."""
    done = 0
    converter = texmath._converter()
    for tex in EASY:
        converter.convert_with_local_state(tex, displaystyle=True)
        done += 1
    return done


def by_katex() -> int:
    """Typeset the formulas that math-core knows with KaTeX."""
    for tex in EASY:
        try:
            katex.typeset(tex, display=True)
        except katex.KatexError:
            continue
    return len(EASY)


def is_easy(tex: str) -> bool:
    """Return whether math-core knows a formula."""
    try:
        texmath._converter().convert_with_local_state(tex, displaystyle=True)
    except texmath.math_core.LatexError:
        return False
    return True


RENDERED = [render_document(text).html for text in SUMMARIES]
EASY = [tex for tex in FORMULAS if is_easy(tex)]

if __name__ == "__main__" and "--hostile" in sys.argv:
    report_hostile()
elif __name__ == "__main__":
    average_words = sum(len(text.split()) for text in SUMMARIES) // len(SUMMARIES)
    print(
        f"{len(SUMMARIES)} summaries of {average_words} words on average, {len(FORMULAS)} formulas\n"
    )
    report(
        "Summaries",
        {
            "rendered, no formula remembered": lambda: all_summaries(is_cold=True),
            "rendered, formulas remembered": lambda: all_summaries(is_cold=False),
            "of which the sanitisers alone": sanitised,
            "markdown-it-py alone, no formulas": by_markdown_it,
            "cmark-gfm, in C, no formulas": by_cmark,
        },
    )
    report_times(SUMMARIES)
    report(
        "Formulas",
        {
            "the whole table, both typesetters": all_formulas,
            "math-core alone, on what it knows": by_math_core,
            "KaTeX alone, on the same": by_katex,
        },
    )
    failed = [tex for tex in FORMULAS if typeset(tex, display=True).error]
    share = 1 - len(failed) / len(FORMULAS)
    print(
        f"\n{share:.1%} of the formulas typeset, {len(EASY) / len(FORMULAS):.1%} by math-core alone."
    )
    for tex in failed:
        print(f"  not: {tex}")
