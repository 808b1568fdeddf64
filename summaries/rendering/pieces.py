"""Render the parts of a text that aren't plain prose: formulas, code, citations and footnotes.

Each becomes HTML. Problems with them are collected with their line numbers.
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
# Characters of code that are highlighted in one text.
MOST_HIGHLIGHTED = 20_000


class Pieces:
    """The parts of one text: `papers` maps citation keys to papers, `prefix` starts every id."""

    def __init__(
        self, text: str, tokens: list[Token], prefix: str, papers: Mapping[str, CitedPaper]
    ):
        self.formulas = Equations(tokens)
        self.lines = text.split("\n")
        self.prefix, self.papers = prefix, papers
        self.problems: list[Problem] = []
        self.keys: list[str] = []
        self.equations = self.highlighted = 0
        # {HTML of a formula or citation: its source}, for places that show plain text.
        self.sources: dict[str, str] = {}
        self.content, self.first_line, self.at = "", 1, 0
        self.ends: list[int] | None = None
        self.reported_until = 0
        self.note_ids: dict[int, str] = {}

    # -- position ---------------------------------------------------------------------------

    def begin_line(self, content: str, first_line: int) -> None:
        """Note that the next tokens are in `content`, which starts at line `first_line` of the text."""
        self.content, self.first_line, self.at = content, first_line, 0
        self.ends, self.reported_until = None, 0

    def go_to(self, token: Token) -> None:
        """Set the position for problems to that of `token`."""
        if token.map:
            self.begin_line("", token.map[0] + 1)
        self.at = token.meta.get("at", 0)

    @property
    def line(self) -> int:
        """The line of the current position, counted from 1."""
        if self.ends is None:
            self.ends = [match.start() for match in re.finditer("\n", self.content)]
        return self.first_line + bisect_left(self.ends, self.at)

    # -- formulas -----------------------------------------------------------------------------

    def formula(self, token: Token, *, display: bool) -> tuple[str, str]:
        """Return (MathML, id or ""). The MathML is "" if the formula only contains definitions."""
        tex, name, missing = self.formulas.tex(token)
        for label in missing:
            message = gettext_noop("No formula has the label %(label)s.")
            self.add_problem(token.markup, message, params={"label": label})
        anchor = f"{self.prefix}{name}" if name else ""
        if not tex.strip():
            return "", ""
        source = token.markup if token.type == "formula" else token.content
        return self._typeset(tex, token.content, source, display=display), anchor

    def formula_in_html(self, tex: str, source: str, *, display: bool) -> str:
        """Return the MathML of a formula inside raw HTML; `source` includes its delimiters."""
        expanded = self.formulas.expand_macros(tex)
        return self._typeset(expanded, tex, source, display=display)

    def _typeset(self, tex: str, content: str, source: str, *, display: bool) -> str:
        formula = typeset(tex, display=display, source=content)
        if formula.error:
            self._add_formula_problem(content, source, formula.error, display=display)
        self.sources[formula.mathml] = source
        return formula.mathml

    def equation_reference(self, token: Token) -> tuple[str, str] | None:
        r"""Return (id, text) for \ref or \eqref in prose: ("s41-eq-loss", "(3)").

        Add a problem and return None if no formula has the label.
        """
        reference = self.formulas.reference(token.content)
        if reference is None:
            message = gettext_noop("No formula has the label %(label)s.")
            self.add_problem(token.markup, message, params={"label": token.content})
            return None
        name, equation_number = reference
        is_in_parentheses = token.markup.startswith("\\eqref")
        text = f"({equation_number})" if is_in_parentheses else equation_number
        return f"{self.prefix}{name}", text

    def source_of(self, html: str) -> str:
        """Return the source of a stashed formula or citation, or ""."""
        return self.sources.get(html, "")

    def equation(self, formula: str, anchor: str) -> str:
        """Return a displayed formula in a box that scrolls."""
        self.equations += 1
        id_attribute = f' id="{escape(anchor)}"' if anchor else ""
        return (
            f'<div class="eq"{id_attribute} tabindex="0" role="group" aria-label="Equation {self.equations}">'
            f"{formula}</div>"
        )

    def _add_formula_problem(self, tex: str, source: str, error: str, *, display: bool) -> None:
        """Add a problem, with a fix if there is an obvious one.

        Finding a fix typesets several candidates, so only the first few problems get one.
        """
        fix = ""
        if len(self.problems) < MOST_REPAIRS and not self.formulas.macros:
            fix = repair(tex, display=display, problem=error)
        if "\n" in source:
            # A fix replaces text on one line, so it's only offered if a single line changes.
            line, original, fix = _changed_line(source, tex, fix, self.line)
            self.add_problem(source, f"{error}.", line=line, original=original, fix=fix)
        else:
            fixed = source.replace(tex, fix, 1) if fix else ""
            self.add_problem(source, f"{error}.", original=source if fix else "", fix=fixed)

    # -- code ---------------------------------------------------------------------------------

    def code(self, code: str, language: str) -> str:
        """Return a code block; it's not highlighted once a text has too much code."""
        label = f"Code: {language}" if language else "Code"
        self.highlighted += len(code)
        body = highlighted(code, language if self.highlighted <= MOST_HIGHLIGHTED else "")
        return (
            f'<pre tabindex="0" role="group" aria-label="{escape(label)}"><code>{body}</code></pre>'
        )

    # -- citations ----------------------------------------------------------------------------

    def citation(self, content: str, source: str) -> str:
        """Return the links for the keys in `content`, "vae2014, 1706.03762"."""
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
            message = gettext_noop("Paper %(key)s is not here yet.")
            self.add_problem(source, message, key=key, params={"key": key})
            return f'{escape(key)} <span class="badge">not found</span>'
        return _link_to(paper)

    def named_paper(self, key: str, source: str) -> str:
        """Return a link for a paper named in prose, or "" if the site doesn't have the paper."""
        paper = self.papers.get(key)
        if paper or is_in_catalogue(key):
            self.keys.append(key)
        if paper:
            html = _link_to(paper)
            self.sources[html] = source
            return html
        if is_in_catalogue(key):
            message = gettext_noop("Paper %(key)s is not here yet.")
            self.add_problem(source, message, key=key, params={"key": key})
        return ""

    # -- notes --------------------------------------------------------------------------------

    def note_id(self, token: Token) -> str:
        """Return the id of the footnote of a token: "s41-note-a-b" for [^a b]."""
        return f"{self.prefix}note-{self._note_name(token)}"

    def reference_id(self, token: Token) -> str:
        """Return the id of a reference to a footnote: "s41-ref-1", and "s41-ref2-1" for the second."""
        count = token.meta["subId"] + 1
        return f"{self.prefix}ref{count if count > 1 else ''}-{self._note_name(token)}"

    def _note_name(self, token: Token) -> str:
        index = token.meta["id"]
        if index not in self.note_ids:
            name = slugify(token.meta["label"] or "", allow_unicode=True) or "x"
            is_taken = name in self.note_ids.values()
            self.note_ids[index] = f"{name}-{index + 1}" if is_taken else name
        return self.note_ids[index]

    # -- problems -----------------------------------------------------------------------------

    def add_lint_problem(self, token: Token) -> None:
        """Check a "lint" token, unless the last problem already covers its position."""
        self.go_to(token)
        if self.at < self.reported_until:
            return
        problem = lint.check_token(self.content, token, self.line)
        if problem:
            self.problems.append(problem)
            self.reported_until = self.at + len(problem.original)

    def check_fence(self, token: Token) -> None:
        """Add a problem if a code block is not closed."""
        problem = lint.check_fence(token, self.lines)
        if problem:
            self.problems.append(problem)

    def add_relative_address_problem(self, address: str, source: str, *, is_picture: bool) -> None:
        """Add a problem for a relative URL: there are no files next to a summary."""
        if is_picture:
            message = gettext_noop(
                "%(address)s is a file on your computer or in your repository. Upload the image "
                "here, or write its full address."
            )
        else:
            message = gettext_noop(
                "%(address)s leads to a file that is not on this site. Write the full address, "
                "beginning with https://."
            )
        self.add_problem(source or address, message, params={"address": address[:80]})

    def add_problem(
        self,
        source: str,
        message: str,
        *,
        line: int = 0,
        original: str = "",
        fix: str = "",
        key: str = "",
        params: dict[str, str] | None = None,
    ) -> None:
        """Add a problem at the current position, or at `line`."""
        excerpt = source[: lint.EXCERPT_CHARACTERS]
        problem = Problem(line or self.line, excerpt, message, original, fix, key, params or {})
        self.problems.append(problem)


def _link_to(paper: CitedPaper) -> str:
    return (
        f'<a class="cite" href="{escape(paper.url)}" title="{escape(paper.title)}">'
        f"{escape(paper.reference)}</a>"
    )


def split_keys(content: str) -> list[str]:
    r"""Return the keys in \cite{...}: "a, b" gives ["a", "b"]."""
    return [key.strip() for key in content.split(",") if key.strip()]


def _changed_line(source: str, tex: str, fix: str, line: int) -> tuple[int, str, str]:
    """Return (line number, old line, new line) for a fix that changes exactly one line.

    For any other fix, return (`line`, "", "").
    """
    before = source.split("\n")
    after = source.replace(tex, fix, 1).split("\n") if fix else before
    changed = [
        index for index, pair in enumerate(zip(before, after, strict=False)) if len({*pair}) > 1
    ]
    if len(before) != len(after) or len(changed) != 1:
        return line, "", ""
    return line + changed[0], before[changed[0]], after[changed[0]]
