"""Suggest corrections for formulas that can't be typeset."""

import re
from collections.abc import Iterator
from functools import partial

from common.texmath import typeset

# The most common commands, to correct misspelt ones.
_COMMON_COMMANDS = """
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho
sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
frac dfrac tfrac sqrt sum prod int iint oint lim limsup liminf log ln exp max min sup inf arg det dim
ker Pr sin cos tan tanh sinh cosh argmax argmin softmax operatorname mathbb mathbf mathcal mathrm
mathsf mathfrak mathit boldsymbol text textbf textit hat bar vec dot ddot tilde widehat widetilde
overline underline overbrace underbrace left right big Big bigg Bigg langle rangle lfloor rfloor lceil
rceil lvert rvert lVert rVert cdot cdots ldots dots vdots ddots times div pm mp otimes oplus odot circ
ast star leq geq neq approx equiv sim simeq propto ll gg in notin subset subseteq supset supseteq cup
cap setminus emptyset forall exists neg land lor implies iff rightarrow leftarrow Rightarrow Leftarrow
leftrightarrow mapsto to infty partial nabla ell Re Im hbar dagger top bot perp parallel mid quad qquad
begin end label tag nonumber limits nolimits binom choose stackrel underset overset mathop colon prime
"""
COMMANDS = tuple(_COMMON_COMMANDS.split())
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_BRACES = re.compile(r"(?<!\\)[{}]")
# "\sqrt{x": the group can only end at the end of the formula.
_ENDS_IN_OPEN_GROUP = re.compile(r"\{[A-Za-z0-9]+\Z")


def repair(tex: str, *, display: bool, problem: str) -> str:
    r"""Return a corrected formula, "\alpha" for "\alhpa", or "" if no correction is obvious."""
    for candidate in _candidates(tex, problem):
        if candidate != tex and not typeset(candidate, display=display).error:
            return candidate
    return ""


def _as_command(name: str, _: re.Match[str]) -> str:
    return f"\\{name}"


def _candidates(tex: str, problem: str) -> Iterator[str]:
    """Yield corrections, but none that could turn the formula into a different valid one."""
    unknown = re.match(r"Unknown command \\([A-Za-z]+)", problem)
    if unknown:
        near = [name for name in COMMANDS if is_one_edit_away(unknown[1], name)]
        if len(near) == 1:
            yield re.sub(rf"\\{unknown[1]}(?![A-Za-z])", partial(_as_command, near[0]), tex)
        return
    marks = "".join(_BRACES.findall(tex))
    if marks.count("{") == marks.count("}") + 1 and _ENDS_IN_OPEN_GROUP.search(tex):
        yield tex + "}"
    if "&" in tex and "\\begin" not in tex:
        yield f"\\begin{{aligned}} {tex.strip()} \\end{{aligned}}"
    yield re.sub(r"(?<!\\)[#%]", lambda match: "\\" + match[0], tex)


def is_one_edit_away(word: str, target: str) -> bool:
    """Return whether two words differ by one insertion, deletion, substitution or transposition.

    `target` needs at least four letters.
    """
    if word == target or len(target) < 4 or abs(len(word) - len(target)) > 1:
        return False
    start = next(
        (at for at, pair in enumerate(zip(word, target, strict=False)) if pair[0] != pair[1]),
        min(len(word), len(target)),
    )
    word_tail, target_tail = word[start:], target[start:]
    is_turned = (
        word_tail[:2] == target_tail[1::-1]
        and word_tail[2:] == target_tail[2:]
        and len(target_tail) > 1
    )
    return (
        is_turned or word_tail[1:] in {target_tail, target_tail[1:]} or word_tail == target_tail[1:]
    )
