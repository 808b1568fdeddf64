"""Find probable mistakes: formulas that are not closed, and LaTeX commands that Markdown lacks.

The checks only add to the list of problems. They never change the HTML.
"""

import re

from markdown_it.token import Token

from summaries.rendering.results import Problem, gettext_noop

EXCERPT_CHARACTERS = 80
_TEX_SIGN = re.compile(r"\\[a-zA-Z]|[\^_]")
# Spaces inside the dollar signs with TeX between them: "$ x^2 $" is meant as a formula, "5 $ or 6 $" isn't.
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


def check_token(text: str, token: Token, line: int) -> Problem | None:
    """Return the problem at a "lint" token of the parser, or None if there is none.

    `text` is the content that was parsed together, and `line` the line of the token in the source.
    """
    at, mark = token.meta["at"], token.meta["mark"]
    newline = text.find("\n", at)
    source = text[at : newline if newline >= 0 else len(text)]
    before = text[text.rfind("\n", 0, at) + 1 : at]
    if mark == "$":
        return _loose_dollar(line, source)
    if mark.startswith("!["):
        message = gettext_noop("This image has no description. Describe it in the brackets.")
        return _problem(line, source, message)
    if mark.startswith("\\cite"):
        message = gettext_noop("Write a citation as \\cite{1706.03762}.")
        return _problem(line, source, message)
    if token.meta["is_formula"]:
        closing = _CLOSING.get(mark) or mark.replace("begin", "end")
        message = gettext_noop("This formula is not closed. End it with %(mark)s.")
        return _problem(line, source, message, mark=closing)
    return _latex_habit(line, source, begins_line=not before.strip())


def check_fence(token: Token, lines: list[str]) -> Problem | None:
    """Return a problem if a code block has no closing fence; `lines` are all lines of the text."""
    begin, end = token.map or (0, 0)
    last = lines[end - 1].strip(" \t>") if end <= len(lines) else ""
    is_closed = (
        end - begin > 1 and last.startswith(token.markup) and not last.strip(token.markup[0])
    )
    if is_closed:
        return None
    message = gettext_noop("This code block is not closed. End it with ```.")
    return _problem(begin + 1, lines[begin].strip(), message)


def _loose_dollar(line: int, source: str) -> Problem | None:
    paired = _LOOSE_DOLLARS.match(source)
    if paired and _TEX_SIGN.search(paired[1]):
        message = gettext_noop(
            "A formula starts right after its first $ and ends right before the second."
        )
        return _problem(line, source, message, original=paired[0], fix=f"${paired[1]}$")
    after = source[1:2]
    if not after or after.isspace() or not (after.isalpha() or after in "\\({[|-"):
        return None  # A price, or a currency sign after its number.
    message = gettext_noop(
        "This formula is not closed. End it with $, or write \\$ for a dollar sign."
    )
    original = source[:EXCERPT_CHARACTERS]
    return _problem(
        line, source, message, original=original, fix="" if "$" in original[1:] else "\\" + original
    )


def _latex_habit(line: int, source: str, *, begins_line: bool) -> Problem:
    command = _COMMAND.match(source)
    name, first, second = command.groups() if command else ("", None, None)
    if command and name in _IN_MARKDOWN and first:
        shape = _IN_MARKDOWN[name]
        end = command.end(2) + 1
        message = gettext_noop("%(command)s is shown as typed. In Markdown, write %(shape)s.")
        params = {"command": f"\\{name}", "shape": shape.format("…")}
        if shape.startswith("#") and not begins_line:
            return _problem(line, source, message, **params)
        return _problem(
            line, source, message, original=source[:end], fix=shape.format(first), **params
        )
    if command and name == "href" and first and second:
        fix = f"[{second}]({first})"
        message = gettext_noop("\\href is shown as typed. In Markdown, write [text](address).")
        return _problem(line, source, message, original=command[0], fix=fix)
    if name == "item":
        message = gettext_noop("\\item is shown as typed. In Markdown, start the line with -.")
        item = re.match(r"\\item[ \t]*", source) if begins_line else None
        return _problem(
            line, source, message, original=item[0] if item else "", fix="- " if item else ""
        )
    if name == "footnote":
        message = gettext_noop(
            "\\footnote is shown as typed. Write [^1] here, and [^1]: followed by the note "
            "further down."
        )
        return _problem(line, source, message)
    message = gettext_noop("%(command)s is shown as typed. Markdown has no equivalent.")
    return _problem(line, source, message, command=f"{source.partition('}')[0]}}}")


def _problem(
    line: int, source: str, message: str, *, original: str = "", fix: str = "", **params: str
) -> Problem:
    excerpt = source[:EXCERPT_CHARACTERS].split("\n")[0]
    return Problem(line, excerpt, message, original=original, fix=fix, params=params)
