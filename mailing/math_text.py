"""Pure: sanitised HTML for mail programs, where every formula can be read with and without MathML.

Apple Mail and Thunderbird show MathML. Gmail and Outlook drop its tags and keep the letters, TeX
annotation included, which makes "x²" to "x2x^2". So each formula is there twice, as Unicode text
and as MathML, and one of them is hidden: the MathML by an attribute of its own, because programs
that drop MathML may drop the mail's <style> too; the text by a rule that only programs with MathML
Core know (`@supports (math-style: compact)`), which shows the MathML in turn. Outlook for Windows
hides nothing, so it never gets to see the MathML: conditional comments keep it out.
"""

import re
from html import escape

from notifications.plaintext import MATH, TEX, readable_formula


def with_text_beside(html: str) -> str:
    """Every <math> gets the formula as text for programs without MathML; the rest stays."""
    return MATH.sub(_both, html)


def _both(found: re.Match) -> str:
    math = TEX.sub("", found[0])
    return (
        f'<span class="fx">{escape(readable_formula(found[0]), quote=False)}</span>'
        f'<!--[if !mso]><!--><span class="fm" style="display:none">{math}</span><!--<![endif]-->'
    )
