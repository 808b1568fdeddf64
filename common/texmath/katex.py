"""KaTeX in an embedded JavaScript engine, for the formulas that math-core refuses.

https://katex.org/docs/options.html; the files in the folder beside this module are the
published ones; mhchem adds chemical formulas.
"""

import json
import re
import time
from pathlib import Path

import quickjs

from common.per_thread import per_thread

FOLDER = Path(__file__).resolve().parent / "katex-0.19.1"
SCRIPTS = ("katex.min.js", "mhchem.min.js")
# Of processor time, for one formula.
TIME_LIMIT_SECONDS = 0.5
# The engine's clock counts what all threads of the process use: with sixteen busy ones a formula
# has a sixteenth of it.
MOST_TRIES = 5
ERROR_COLOUR = "#cc0001"
MEMORY_LIMIT_BYTES = 64 * 1024 * 1024
_CALL = """
(function (tex, display) {
  try {
    return JSON.stringify({html: katex.renderToString(tex, {output: "mathml",
      displayMode: display, throwOnError: true, strict: "ignore", trust: false, errorColor: "#cc0001",
      maxExpand: 200, maxSize: 20})});
  } catch (error) { return JSON.stringify({error: String(error.message || error)}); }
})
"""
_MATH = re.compile(r"<math.*</math>", re.DOTALL)


class KatexError(ValueError):
    """KaTeX does not understand the formula, or took too long over it."""


def typeset(tex: str, *, display: bool) -> str:
    """The formula as a <math> element; raises KatexError."""
    answer = json.loads(_answer(tex, display))
    found = _MATH.search(answer.get("html", ""))
    if not found:
        raise KatexError(answer.get("error", "no formula"))
    if " style=" in found[0] or "<annotation-xml" in found[0]:
        # Only \\rule, \\htmlStyle and the like ask for styles; a strict policy would refuse them.
        raise KatexError("the formula asks for inline styles")
    if ERROR_COLOUR in found[0]:
        # How KaTeX shows a command that it knows and does not trust, \\href for one.
        raise KatexError("the formula asks for a command that is not allowed")
    return found[0]


def _answer(tex: str, display: bool) -> str:
    """KaTeX's answer; raises KatexError when this thread has used up the time of a formula.

    A try that was cut short by the work of others is made again with more of the clock.
    """
    for doubled in range(MOST_TRIES):
        context, function = _engine()
        context.set_time_limit(TIME_LIMIT_SECONDS * 2**doubled)
        began = time.thread_time()
        try:
            return str(function(tex, display))
        except quickjs.JSException as error:
            _engine.forget()  # What is left in there is not to be trusted.
            is_used_up = time.thread_time() - began >= TIME_LIMIT_SECONDS
            if is_used_up or "interrupted" not in str(error):
                raise KatexError(str(error)) from error
    raise KatexError("the formula takes too long")


# An engine may not be entered by two at once, nor by another thread than the one that made it.
@per_thread
def _engine() -> tuple[quickjs.Context, quickjs.Object]:
    context = quickjs.Context()
    context.set_memory_limit(MEMORY_LIMIT_BYTES)
    for script in SCRIPTS:
        context.eval((FOLDER / script).read_text(encoding="utf-8"))
    return context, context.eval(_CALL)
