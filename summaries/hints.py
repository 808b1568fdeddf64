"""What the editor shows under the text: the renderer's problems, with papers for unknown keys."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from summaries.completing import nearest
from summaries.rendering import Problem

MOST = 20
# Each unknown key costs a query.
MOST_LOOKED_UP = 5


@dataclass(frozen=True)
class Hint:
    """A problem with its line; `fix` may be put for `found`, `label` says so in words.

    `add_url` leads to adding the paper that nobody knows yet.
    """

    line: int
    excerpt: str
    message: str
    found: str = ""
    fix: str = ""
    label: str = ""
    add_url: str = ""


def hints_for(problems: Iterable[Problem]) -> list[Hint]:
    looked_up = 0
    hints = []
    for problem in problems:
        looked_up += bool(problem.key)
        hints.append(_hint(problem, with_near=looked_up <= MOST_LOOKED_UP))
        if len(hints) == MOST:
            break
    return hints


def _hint(problem: Problem, *, with_near: bool) -> Hint:
    told = (problem.line, problem.excerpt, problem.message)
    if not problem.key:
        label = f"Write {_short(problem.fix)}" if problem.fix else ""
        return Hint(*told, found=problem.found, fix=problem.fix, label=label)
    near = nearest(problem.key) if with_near else None
    return Hint(
        *told,
        found=problem.key if near else "",
        fix=near.key if near else "",
        label=f"Use {near.key}, {near.reference}" if near else "",
        add_url=f"{reverse('add')}?{urlencode({'q': problem.key})}",
    )


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
