"""What stands in a text besides words: formulas, code, citations, notes; each as HTML.

Also what is wrong with them, and where. For one text.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping
from html import escape

from django.utils.text import slugify
from markdown_it.token import Token

from common.texmath import typeset
from summaries.rendering import lint
from summaries.rendering.equations import Equations
from summaries.rendering.highlighting import highlighted
from summaries.rendering.math_fixes import repair
from summaries.rendering.paper_names import is_in_catalogue
from summaries.rendering.results import CitedPaper, Problem, gettext_noop

MOST_REPAIRS = 5
# Of all code in a text, in characters.
MOST_HIGHLIGHTED = 20_000


class Pieces:
    """`papers` maps citation keys to papers, `prefix` goes before every id."""

    def __init__(
        self, text: str, tokens: list[Token], prefix: str, papers: Mapping[str, CitedPaper]
    ):
        self.formulas = Equations(tokens)
        self.lines = text.split("\n")
        self.prefix, self.papers = prefix, papers
        self.problems: list[Problem] = []
        self.keys: list[str] = []
        self.equations = self.highlighted = 0
        # What stands for a stashed formula in places that show plain text, by the HTML.
        self.sources: dict[str, str] = {}
        self.content, self.first_line, self.at = "", 1, 0
        self.ends: list[int] | None = None
        self.told_until = 0
        self.note_ids: dict[int, str] = {}

    # -- where we are -------------------------------------------------------------------------

    def begin_line(self, content: str, first_line: int) -> None:
        """What comes stands in `content`, which begins at that line of the text."""
        self.content, self.first_line, self.at = content, first_line, 0
        self.ends, self.told_until = None, 0

    def go_to(self, token: Token) -> None:
        if token.map:
            self.begin_line("", token.map[0] + 1)
        self.at = token.meta.get("at", 0)

    @property
    def line(self) -> int:
        if self.ends is None:
            self.ends = [found.start() for found in re.finditer("\n", self.content)]
        return self.first_line + bisect_left(self.ends, self.at)

    # -- formulas -----------------------------------------------------------------------------

    def formula(self, token: Token, *, display: bool) -> tuple[str, str]:
        """(MathML, the id of its place or ""); no MathML where a formula only defines something."""
        tex, name, missing = self.formulas.tex(token)
        for label in missing:
            words = gettext_noop("No formula has the label %(label)s.")
            self.complain(token.markup, words, told={"label": label})
        anchor = f"{self.prefix}{name}" if name else ""
        if not tex.strip():
            return "", ""
        source = token.markup if token.type == "formula" else token.content
        return self._typeset(tex, token.content, source, display=display), anchor

    def formula_in_html(self, tex: str, source: str, *, display: bool) -> str:
        written_out = self.formulas.written_out(tex)
        return self._typeset(written_out, tex, source, display=display)

    def _typeset(self, tex: str, content: str, source: str, *, display: bool) -> str:
        formula = typeset(tex, display=display, source=content)
        if formula.error:
            self._complain_of_formula(content, source, formula.error, display=display)
        self.sources[formula.mathml] = source
        return formula.mathml

    def equation_reference(self, token: Token) -> tuple[str, str] | None:
        """(id, what to show) for \\ref or \\eqref outside of formulas; None for an unknown label."""
        found = self.formulas.reference(token.content)
        if found is None:
            words = gettext_noop("No formula has the label %(label)s.")
            self.complain(token.markup, words, told={"label": token.content})
            return None
        name, told = found
        shown = f"({told})" if token.markup.startswith("\\eqref") else told
        return f"{self.prefix}{name}", shown

    def source_of(self, html: str) -> str:
        """What was written for a stashed piece of HTML."""
        return self.sources.get(html, "")

    def equation(self, formula: str, anchor: str) -> str:
        """The HTML of a displayed formula, in a box that can be scrolled."""
        self.equations += 1
        place = f' id="{escape(anchor)}"' if anchor else ""
        return (
            f'<div class="eq"{place} tabindex="0" role="group" aria-label="Equation {self.equations}">'
            f"{formula}</div>"
        )

    def _complain_of_formula(self, tex: str, source: str, error: str, *, display: bool) -> None:
        """With a remedy, when one is near; looking for it costs, so only for the first few."""
        fix = ""
        if len(self.problems) < MOST_REPAIRS and not self.formulas.macros:
            fix = repair(tex, display=display, problem=error)
        if "\n" in source:
            # A fix stands on one line: where only a word is wrong, that word.
            line, found, fix = _changed_line(source, tex, fix, self.line)
            self.complain(source, f"{error}.", line=line, found=found, fix=fix)
        else:
            fixed = source.replace(tex, fix, 1) if fix else ""
            self.complain(source, f"{error}.", found=source if fix else "", fix=fixed)

    # -- code ---------------------------------------------------------------------------------

    def code(self, code: str, language: str) -> str:
        label = f"Code: {language}" if language else "Code"
        self.highlighted += len(code)
        body = highlighted(code, language if self.highlighted <= MOST_HIGHLIGHTED else "")
        return (
            f'<pre tabindex="0" role="group" aria-label="{escape(label)}"><code>{body}</code></pre>'
        )

    # -- citations ----------------------------------------------------------------------------

    def citation(self, content: str, source: str) -> str:
        keys = split_keys(content)
        if not keys:
            return escape(source)
        html = "(" + "; ".join(self._reference(source, key) for key in keys) + ")"
        self.sources[html] = source
        return html

    def _reference(self, source: str, key: str) -> str:
        self.keys.append(key)
        paper = self.papers.get(key)
        if paper is None:
            words = gettext_noop("Paper %(key)s is not here yet.")
            self.complain(source, words, key=key, told={"key": key})
            return f'{escape(key)} <span class="badge">not found</span>'
        return _link_to(paper)

    def named_paper(self, key: str, source: str) -> str:
        """The link that a name of a paper becomes; "" while the paper is not here."""
        paper = self.papers.get(key)
        if paper or is_in_catalogue(key):
            self.keys.append(key)
        if paper:
            html = _link_to(paper)
            self.sources[html] = source
            return html
        if is_in_catalogue(key):
            words = gettext_noop("Paper %(key)s is not here yet.")
            self.complain(source, words, key=key, told={"key": key})
        return ""

    # -- notes --------------------------------------------------------------------------------

    def note_id(self, token: Token) -> str:
        """Of the note that a token of footnotes is about: "s41-note-a-b" for [^a b]."""
        return f"{self.prefix}note-{self._note_name(token)}"

    def reference_id(self, token: Token) -> str:
        """Of the place in the text: "s41-ref-1", and "s41-ref2-1" for the second."""
        number = token.meta["subId"] + 1
        return f"{self.prefix}ref{number if number > 1 else ''}-{self._note_name(token)}"

    def _note_name(self, token: Token) -> str:
        number = token.meta["id"]
        if number not in self.note_ids:
            name = slugify(token.meta["label"] or "", allow_unicode=True) or "x"
            is_taken = name in self.note_ids.values()
            self.note_ids[number] = f"{name}-{number + 1}" if is_taken else name
        return self.note_ids[number]

    # -- what is wrong ------------------------------------------------------------------------

    def note_slip(self, token: Token) -> None:
        self.go_to(token)
        if self.at < self.told_until:
            return
        problem = lint.slip(self.content, token, self.line)
        if problem:
            self.problems.append(problem)
            self.told_until = self.at + len(problem.found)

    def check_fence(self, token: Token) -> None:
        problem = lint.open_fence(token, self.lines)
        if problem:
            self.problems.append(problem)

    def complain_of_relative(self, address: str, source: str, *, is_picture: bool) -> None:
        """Of an address that leads to a file beside the text: here is none."""
        if is_picture:
            words = gettext_noop(
                "%(address)s is a file on your computer or in your repository. Upload the image "
                "here, or write its full address."
            )
        else:
            words = gettext_noop(
                "%(address)s leads to a file that is not on this site. Write the full address, "
                "beginning with https://."
            )
        self.complain(source or address, words, told={"address": address[:80]})

    def complain(
        self,
        source: str,
        words: str,
        *,
        line: int = 0,
        found: str = "",
        fix: str = "",
        key: str = "",
        told: dict[str, str] | None = None,
    ) -> None:
        excerpt = source[: lint.EXCERPT_CHARACTERS]
        problem = Problem(line or self.line, excerpt, words, found, fix, key, told or {})
        self.problems.append(problem)


def _link_to(paper: CitedPaper) -> str:
    return (
        f'<a class="cite" href="{escape(paper.url)}" title="{escape(paper.title)}">'
        f"{escape(paper.reference)}</a>"
    )


def split_keys(content: str) -> list[str]:
    return [key.strip() for key in content.split(",") if key.strip()]


def _changed_line(source: str, tex: str, fix: str, line: int) -> tuple[int, str, str]:
    """(line, the line as it is, as it should be) of a repair that changes one line; else no repair."""
    before = source.split("\n")
    after = source.replace(tex, fix, 1).split("\n") if fix else before
    changed = [at for at, pair in enumerate(zip(before, after, strict=False)) if len({*pair}) > 1]
    if len(before) != len(after) or len(changed) != 1:
        return line, "", ""
    return line + changed[0], before[changed[0]], after[changed[0]]
