"""What a writer probably did not mean: formulas never closed, LaTeX where Markdown is meant.

The HTML is the same with and without: only the list of problems grows.
"""

import re
from collections.abc import Iterator

from summaries.rendering.placeholders import Placeholders, Token, Unclosed
from summaries.rendering.results import Problem, gettext_noop

EXCERPT_CHARACTERS = 80
_TEX_SIGN = re.compile(r"\\[a-zA-Z]|[\^_]")
# Blanks inside the dollars, but TeX between them: "$ x^2 $" is meant as a formula, "5 $ or 6 $" not.
_LOOSE_DOLLARS = re.compile(r"\$[ \t]*([^$\n]*?[^$\s])[ \t]*\$(?!\d)")
_CLOSING = {"$$": "$$", "\\[": "\\]", "\\(": "\\)"}
_IN_MARKDOWN = {
    "textbf": "**{}**",
    "textit": "*{}*",
    "emph": "*{}*",
    "texttt": "`{}`",
    "url": "<{}>",
    "section": "## {}",
    "subsection": "### {}",
    "subsubsection": "#### {}",
}
_COMMAND = re.compile(r"\\(\w+)\*?(?:\{([^{}\n]*)\})?(?:\{([^{}\n]*)\})?")


def find_slips(text: str, aside: Placeholders) -> Iterator[Problem]:
    """`text` is clean, `aside` what was set aside of it."""
    end = 0
    for loose in aside.loose:
        if loose.start < end:
            continue
        problem = _slip(text, loose)
        if problem:
            yield problem
            end = loose.start + max(len(problem.found), 1)
    yield from (
        _problem(
            piece.line,
            piece.source,
            gettext_noop("This code block is not closed. End it with ```."),
        )
        for piece in aside.pieces
        if piece.kind == "fence" and not _is_closed(piece)
    )


def _slip(text: str, loose: Unclosed) -> Problem | None:
    newline = text.find("\n", loose.start)
    rest = text[loose.start : newline if newline >= 0 else len(text)]
    before = text[text.rfind("\n", 0, loose.start) + 1 : loose.start]
    if before.startswith("    "):
        return None  # Most likely code.
    mark = loose.mark
    if mark == "$":
        return _loose_dollar(loose.line, rest)
    if mark.startswith("!["):
        words = gettext_noop("This image has no description. Describe it in the brackets.")
        return _problem(loose.line, rest, words)
    if mark.startswith("\\cite"):
        words = gettext_noop("Write a citation as \\cite{1706.03762}.")
        return _problem(loose.line, rest, words)
    if mark in _CLOSING or mark.startswith("\\begin{"):
        closing = _CLOSING.get(mark) or mark.replace("begin", "end")
        if loose.is_formula:
            words = gettext_noop("This formula is not closed. End it with %(mark)s.")
            return _problem(loose.line, rest, words, mark=closing)
    return _latex_habit(loose.line, rest, begins_line=not before.strip())


def _loose_dollar(line: int, rest: str) -> Problem | None:
    paired = _LOOSE_DOLLARS.match(rest)
    if paired and _TEX_SIGN.search(paired[1]):
        words = gettext_noop(
            "A formula starts right after its first $ and ends right before the second."
        )
        return _problem(line, rest, words, found=paired[0], fix=f"${paired[1]}$")
    after = rest[1:2]
    if not after or after.isspace() or not (after.isalpha() or after in "\\({[|-"):
        return None  # A price, or the sign of a currency behind its number.
    words = gettext_noop(
        "This formula is not closed. End it with $, or write \\$ for a dollar sign."
    )
    found = rest[:EXCERPT_CHARACTERS]
    return _problem(line, rest, words, found=found, fix="" if "$" in found[1:] else "\\" + found)


def _latex_habit(line: int, rest: str, *, begins_line: bool) -> Problem:
    command = _COMMAND.match(rest)
    name, first, second = command.groups() if command else ("", None, None)
    if command and name in _IN_MARKDOWN and first:
        shape = _IN_MARKDOWN[name]
        end = command.end(2) + 1
        words = gettext_noop("%(command)s is shown as typed. In Markdown, write %(shape)s.")
        told = {"command": f"\\{name}", "shape": shape.format("…")}
        if shape.startswith("#") and not begins_line:
            return _problem(line, rest, words, **told)
        return _problem(line, rest, words, found=rest[:end], fix=shape.format(first), **told)
    if command and name == "href" and first and second:
        fix = f"[{second}]({first})"
        words = gettext_noop("\\href is shown as typed. In Markdown, write [text](address).")
        return _problem(line, rest, words, found=command[0], fix=fix)
    if name == "item":
        words = gettext_noop("\\item is shown as typed. In Markdown, start the line with -.")
        item = re.match(r"\\item[ \t]*", rest) if begins_line else None
        return _problem(line, rest, words, found=item[0] if item else "", fix="- " if item else "")
    if name == "footnote":
        words = gettext_noop(
            "\\footnote is shown as typed. Write [^1] here, and [^1]: followed by the note "
            "further down."
        )
        return _problem(line, rest, words)
    words = gettext_noop("%(command)s is shown as typed. Markdown has no equivalent.")
    return _problem(line, rest, words, command=f"{rest.partition('}')[0]}}}")


def _is_closed(fence: Token) -> bool:
    lines = fence.source.rstrip("\n").split("\n")
    ticks = re.search(r"`{3,}|~{3,}", lines[0])
    if not ticks:
        return True  # Code that is only indented ends with its indent.
    last = lines[-1].strip(" >")
    return len(lines) > 1 and len(last) >= len(ticks[0]) and set(last) == {ticks[0][0]}


def _problem(
    line: int, rest: str, words: str, *, found: str = "", fix: str = "", **told: str
) -> Problem:
    excerpt = rest[:EXCERPT_CHARACTERS].split("\n")[0]
    return Problem(line, excerpt, words, found=found, fix=fix, told=told)
