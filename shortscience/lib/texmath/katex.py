"""KaTeX in an embedded JavaScript engine, for the formulas that math-core refuses.

https://katex.org/docs/options.html; the files in the folder beside this module are the
published ones; mhchem adds chemical formulas.
"""

import json
import re
import threading
from pathlib import Path

import quickjs

FOLDER = Path(__file__).resolve().parent / "katex-0.19.1"
SCRIPTS = ("katex.min.js", "mhchem.min.js")
TIME_LIMIT_SECONDS = 0.5
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
# One engine for each thread: an engine may not be entered by two at once.
_local = threading.local()


class KatexError(ValueError):
    """KaTeX does not understand the formula, or took too long over it."""


def typeset(tex: str, *, display: bool) -> str:
    """The formula as a <math> element; raises KatexError."""
    try:
        answer = json.loads(_engine()(tex, display))
    except quickjs.JSException as error:
        _local.engine = None  # Out of time or memory: what is left in there is not to be trusted.
        raise KatexError(str(error)) from error
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


def _engine():
    if getattr(_local, "engine", None) is None:
        context = quickjs.Context()
        context.set_memory_limit(MEMORY_LIMIT_BYTES)
        context.set_time_limit(TIME_LIMIT_SECONDS)
        for script in SCRIPTS:
            context.eval((FOLDER / script).read_text(encoding="utf-8"))
        _local.context = context
        _local.engine = context.eval(_CALL)
    return _local.engine
