"""Texts of several people, and eight threads that work on all of them at once."""

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

THREADS = 8
PEOPLE = ("amara", "bogdan", "chiyo", "dilnoza", "eluned", "farouk", "gudrun", "hyacinth")

_TEXT = """\
## What {who} says of relational normalization

**{who}** writes that the *running* dependencies of {who} are <b>electric</b>, see
[{who}'s page](https://{who}.example/{who}?a=1&b=2) and {who}@{who}.example, $\\alpha_{{{n}}} \\leq x^{n}$.

> A quote by {who}: \\cite{{{who}}} and \\ce{{H{n}O}}[^1].

$$\\begin{{aligned}} \\text{{{who}}} &= \\frac{{{n}}}{{x}} \\end{{aligned}}$$

| {who} | value |
|:------|------:|
| {n}   | `{who}` |

```python
def {who}(x):
    return f"{{x!r}} {who}"  # {n}
```

- [x] {who} did it
- ![{who}](/media/images/{who}.png)

<details><summary>More by {who}</summary>

Conditional generalizations of {who} & others < {n}.

</details>

[^1]: A note by {who}.
"""


def text_of(who: str, number: int = 0) -> str:
    """Markdown with a bit of everything, in which nobody else is named."""
    return _TEXT.format(who=who, n=number % 7 + 2)


def others_than(who: str) -> tuple[str, ...]:
    return tuple(other for other in PEOPLE if other != who)


@contextmanager
def quick_switching() -> Iterator[None]:
    """Threads take turns after a tenth of a millisecond, fifty times as often as usual."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0001)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def wrong_answers(
    function: Callable,
    asked: Sequence,
    *,
    before: Callable[[], None] = lambda: None,
    rounds: int = 4,
) -> Counter[str]:
    """What goes wrong when eight threads ask all of it, each in another order: {what: how often}.

    What one thread alone is answered is right; `before` the threads start, caches can be emptied.
    """
    right = [function(one) for one in asked]
    before()
    wrong: Counter[str] = Counter()
    together, counting = threading.Barrier(THREADS), threading.Lock()

    def ask(number: int) -> None:
        together.wait()
        for place in range(number, number + rounds * len(asked)):
            at = place % len(asked)
            try:
                what = "" if function(asked[at]) == right[at] else "another answer"
            except Exception as error:
                what = repr(error)
            if what:
                with counting:
                    wrong[what] += 1

    threads = [threading.Thread(target=ask, args=[number]) for number in range(THREADS)]
    with quick_switching():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return wrong
