"""What a writer probably did not mean: formulas never closed, LaTeX where Markdown is meant.

The HTML is the same with and without: only the list of problems grows.
"""

import re

from markdown_it.token import Token

from summaries.rendering.results import Problem, gettext_noop

EXCERPT_CHARACTERS = 80
_TEX_SIGN = re.compile(r"\\[a-zA-Z]|[\^_]")
# Blanks inside the dollars, but TeX between them: "$ x^2 $" is meant as a formula, "5 $ or 6 $" not.
_LOOSE_DOLLARS = re.compile(r"\$[ \t]*([^$\n]*?[^$\s])[ \t]*\$(?!\d)")
_CLOSING = {"$$": "$$", "\\[": "\\]", "\\(": "\\)", "$`": "`$"}
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


def slip(text: str, token: Token, line: int) -> Problem | None:
    """What is wrong where the parser left a "slip"; `text` is what was parsed as one."""
    at, mark = token.meta["at"], token.meta["mark"]
    newline = text.find("\n", at)
    rest = text[at : newline if newline >= 0 else len(text)]
    before = text[text.rfind("\n", 0, at) + 1 : at]
    if mark == "$":
        return _loose_dollar(line, rest)
    if mark.startswith("!["):
        words = gettext_noop("This image has no description. Describe it in the brackets.")
        return _problem(line, rest, words)
    if mark.startswith("\\cite"):
        words = gettext_noop("Write a citation as \\cite{1706.03762}.")
        return _problem(line, rest, words)
    if token.meta["is_formula"]:
        closing = _CLOSING.get(mark) or mark.replace("begin", "end")
        words = gettext_noop("This formula is not closed. End it with %(mark)s.")
        return _problem(line, rest, words, mark=closing)
    return _latex_habit(line, rest, begins_line=not before.strip())


def open_fence(token: Token, lines: list[str]) -> Problem | None:
    """Of a block of code that goes on to the end of what holds it; `lines` are those of the text."""
    begin, end = token.map or (0, 0)
    last = lines[end - 1].strip(" \t>") if end <= len(lines) else ""
    is_closed = (
        end - begin > 1 and last.startswith(token.markup) and not last.strip(token.markup[0])
    )
    if is_closed:
        return None
    words = gettext_noop("This code block is not closed. End it with ```.")
    return _problem(begin + 1, lines[begin].strip(), words)


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


def _problem(
    line: int, rest: str, words: str, *, found: str = "", fix: str = "", **told: str
) -> Problem:
    excerpt = rest[:EXCERPT_CHARACTERS].split("\n")[0]
    return Problem(line, excerpt, words, found=found, fix=fix, told=told)
