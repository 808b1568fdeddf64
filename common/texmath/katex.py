"""Typeset formulas with KaTeX in an embedded JavaScript engine.

The scripts in the folder next to this module are the published ones, unchanged; mhchem adds chemical
formulas. https://katex.org/docs/options.html
"""

import json
import re
import time
from pathlib import Path

import quickjs

from common.per_thread import per_thread

FOLDER = Path(__file__).resolve().parent / "katex-0.19.1"
SCRIPTS = ("katex.min.js", "mhchem.min.js")
# CPU time for one formula.
TIME_LIMIT_SECONDS = 0.5
# The engine's time limit counts the CPU time of all threads of the process: with sixteen busy
# threads, a formula gets a sixteenth of it.
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
    """KaTeX does not understand the formula, or it took too long."""


def typeset(tex: str, *, display: bool) -> str:
    """Return the formula as a <math> element; raise KatexError if KaTeX refuses it."""
    answer = json.loads(_answer(tex, display))
    match = _MATH.search(answer.get("html", ""))
    if not match:
        raise KatexError(answer.get("error", "no formula"))
    if " style=" in match[0] or "<annotation-xml" in match[0]:
        # Only \rule, \htmlStyle and the like use styles. Our content security policy blocks them.
        raise KatexError("the formula asks for inline styles")
    if ERROR_COLOUR in match[0]:
        # KaTeX shows commands that it does not trust, such as \href, in this colour.
        raise KatexError("the formula asks for a command that is not allowed")
    return match[0]


def _answer(tex: str, display: bool) -> str:
    """Return KaTeX's JSON; raise KatexError when this thread has used the time for a formula.

    An attempt that was interrupted because other threads were busy is repeated with twice the limit.
    """
    for attempt in range(MOST_TRIES):
        context, function = _engine()
        context.set_time_limit(TIME_LIMIT_SECONDS * 2**attempt)
        began = time.thread_time()
        try:
            return str(function(tex, display))
        except quickjs.JSException as error:
            _engine.forget()  # Its state is unknown now.
            is_used_up = time.thread_time() - began >= TIME_LIMIT_SECONDS
            if is_used_up or "interrupted" not in str(error):
                raise KatexError(str(error)) from error
    raise KatexError("the formula takes too long")


# Only the thread that created an engine may use it.
@per_thread
def _engine() -> tuple[quickjs.Context, quickjs.Object]:
    context = quickjs.Context()
    context.set_memory_limit(MEMORY_LIMIT_BYTES)
    for script in SCRIPTS:
        context.eval((FOLDER / script).read_text(encoding="utf-8"))
    return context, context.eval(_CALL)
