"""Pure: sanitised HTML for mail programs, with formulas that are legible with and without MathML.

Apple Mail and Thunderbird display MathML. Gmail and Outlook drop its tags and keep the letters, TeX
annotation included, which turns "x²" into "x2x^2". So each formula is included twice, as Unicode
text and as MathML, and one of them is hidden: the MathML by an attribute of its own, because
programs that drop MathML may drop the mail's <style> too; the text by a rule that only programs
with MathML Core apply (`@supports (math-style: compact)`), which also shows the MathML. Outlook for
Windows hides nothing, so conditional comments keep the MathML out of it.
"""

import re
from html import escape

from notifications.plaintext import MATH, TEX, readable_formula


def with_text_beside(html: str) -> str:
    """Add to every <math> the formula as text, for programs without MathML."""
    return MATH.sub(_both, html)


def _both(match: re.Match) -> str:
    math = TEX.sub("", match[0])
    return (
        f'<span class="fx">{escape(readable_formula(match[0]), quote=False)}</span>'
        f'<!--[if !mso]><!--><span class="fm" style="display:none">{math}</span><!--<![endif]-->'
    )
