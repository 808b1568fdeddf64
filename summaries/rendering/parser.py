"""Parse Markdown to tokens: CommonMark with GitHub's extensions, formulas and citations.

markdown-it-py does the parsing, so that blocks are the same as on GitHub. Formulas are rules of the
parser, so quotes, lists, escapes and code work as usual. Every rule takes linear time or is bounded
by the limits below, and no state is shared between texts.
https://spec.commonmark.org/0.31.2/, https://github.github.com/gfm/
"""

import re
from collections.abc import Callable
from functools import partial

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, blockquote, list_block, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, emphasis, image, link
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref

from common.per_thread import per_thread
from common.texmath import (
    MAX_FORMULA_CHARACTERS,
    OPENING,
    closing_of,
    formula_at,
    is_text_in_brackets,
)
from summaries.rendering.autolinks import bare_address
from summaries.rendering.results import TooManyPartsError

MAX_CHARACTERS = 100_000
# Quotes and lists can be nested this deeply, a list counting twice. Deeper ones are text.
MAX_DEPTH = 40
# Limits for one paragraph, which no real text reaches. Beyond them, brackets are plain text.
MOST_OPEN_BRACKETS = 200
DEEPEST_BRACKETS = 30
# The most lines that are searched for the ends of formulas, in the whole text.
MOST_LINES_AHEAD = 100_000

# A text with more lines has fewer than five characters per line on average, which no real text has.
MOST_LINES = 21_000

# Replaces a | in a formula while tables are split into cells. `clean` removes it from texts.
PIPE = "\ue002"
_REMOVED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\ue003]")
_CITE = re.compile(r"\\cite[tp]?\*?\{(?P<keys>[^{}\n]{1,500})\}")
_REFERENCE = re.compile(r"\\(?P<kind>eq)?ref\{(?P<label>[^{}\n]{1,100})\}")
# Probable mistakes: they stay as they are, but the author sees a problem. See `lint`.
_LATEX_HABIT = re.compile(
    r"\\cite[tp]?\*?(?![A-Za-z])|\\item(?=[ \t])"
    r"|\\(?:textbf|textit|emph|texttt|url|href|footnote|(?:sub){0,2}section)\*?(?=\{)"
    r"|\\begin(?=\{(?:itemize|enumerate|figure|table|tabular|quote|verbatim|lstlisting)\*?\})"
)
_BRACKETS = re.compile(r"\\.|[\[\]]", re.DOTALL)
_EAST_ASIAN = re.compile(
    r"[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]"
)


class Parser(MarkdownIt):
    """Make every URL a link. Links with a scheme that isn't allowed are removed later."""

    def validateLink(self, url: str) -> bool:  # noqa: N802  The library's name.
        return True


def clean(text: str) -> str:
    """Normalise line ends, and remove control characters and those that have a meaning here."""
    return _REMOVED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def parse(text: str) -> list[Token]:
    """Return the tokens of a text that was passed through `clean`.

    Besides those of markdown-it-py there are "formula" (`content` is the TeX, `markup` the source,
    `meta["display"]` whether it is a display formula), "cite" (`content` has the keys), "reference"
    (`content` is a label) and "lint" (a probable mistake). For inline tokens, `meta["at"]` is the
    index in the content of the parent token. Raise TooManyPartsError for a text with too many lines.
    """
    if text.count("\n") > MOST_LINES:
        raise TooManyPartsError
    return _parser().parse(text, {})


def parse_or_nothing(text: str) -> list[Token]:
    """Return the tokens of any text, or none if the renderer would refuse it."""
    if len(text) > MAX_CHARACTERS:
        return []
    try:
        return parse(clean(text))
    except TooManyPartsError:
        return []


# A parser compiles its rules on first use. The state of one text belongs to a call, not the parser.
@per_thread
def _parser() -> Parser:
    options = {"maxNesting": 3 * MAX_DEPTH, "alerts": True, "strikethrough_single_tilde": True}
    parser = Parser("commonmark", options)
    parser.enable("strikethrough")
    parser.use(footnote_plugin, inline=False)
    # Escaped characters stay separate tokens.
    parser.disable("text_join")
    blocks, inline = parser.block.ruler, parser.inline.ruler
    everywhere: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    blocks.at("blockquote", _not_too_deep(blockquote), everywhere)
    blocks.at("list", _not_too_deep(list_block), {"alt": ["paragraph", "reference", "blockquote"]})
    # A formula after a quote or item without a blank line continues its last paragraph.
    blocks.before("fence", "formula", formula_block, {"alt": ["paragraph", "reference"]})
    # After lists: "- a | b" starts an item, as on GitHub.
    blocks.before("lheading", "cells", table, {"alt": ["paragraph", "reference"]})
    parser.core.ruler.before("block", "hide_pipes", _hide_pipes)
    parser.core.ruler.at("inline", _inline)
    inline.at("emphasis", _emphasis)
    inline.at("link", _with_few_brackets(link))
    inline.at("image", _with_few_brackets(image))
    inline.at("footnote_ref", _with_few_brackets(partial(footnote_ref, always_match=False)))
    inline.before("escape", "cite", _cite)
    inline.before("escape", "formula", _formula)
    inline.before("escape", "lint", _mark_for_lint)
    inline.after("autolink", "bare_address", bare_address)
    return parser


Rule = Callable[[StateBlock, int, int, bool], bool]
InlineRule = Callable[[StateInline, bool], bool]


def _not_too_deep(rule: Rule) -> Rule:
    """Wrap a block rule so that it doesn't apply below MAX_DEPTH."""

    def limited(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        return state.level < MAX_DEPTH and rule(state, start_line, end_line, silent)

    return limited


def _with_few_brackets(rule: InlineRule) -> InlineRule:
    """Wrap a rule for brackets so that it doesn't apply when there are too many of them.

    The tokens also get their position and source.
    """

    def limited(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        if state.env.get("has_too_many_brackets") or not rule(state, silent):
            return False
        for token in () if silent else state.tokens[count : count + 2]:
            if token.type in {"image", "link_open"}:
                token.meta["at"] = start
                token.markup = state.src[start : state.pos]
        return True

    return limited


# -- blocks -----------------------------------------------------------------------------------


def _hide_pipes(state: StateCore) -> None:
    """Hide each | in a formula, so that it doesn't end the cell of a table; an escaped one doesn't."""
    if "|" not in state.src or "$" not in state.src:
        return
    lines = state.src.split("\n")
    for index, line in enumerate(lines):
        if "$" in line and "|" in line:
            lines[index] = _with_hidden_pipes(line)
    state.src = "\n".join(lines)


def _with_hidden_pipes(line: str) -> str:
    parts: list[str] = []
    position = text_start = 0
    while opening := OPENING.search(line, position):
        formula = formula_at(line, opening)
        position = formula[2] if formula else opening.end()
        if formula:
            inside = line[opening.start() : position]
            parts += [line[text_start : opening.start()], _BARE_PIPE.sub(PIPE, inside)]
            text_start = position
    return "".join([*parts, line[text_start:]])


_BARE_CLOSING = re.compile(r"(?<!\\)\]")
_BARE_PIPE = re.compile(r"(?<!\\)\|")


def formula_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Parse a display formula that starts at the beginning of a line, as a block rule.

    Nothing in it is Markdown. Quote markers and the indent of an item are removed from its lines.
    Punctuation after it becomes part of the formula, except after an environment.
    """
    # A line that is indented less continues the paragraph of an item or a quote.
    if state.is_code_block(start_line) or state.sCount[start_line] < state.blkIndent:
        return False
    start = state.bMarks[start_line] + state.tShift[start_line]
    if state.src[start : start + 1] not in {"$", "\\"}:
        return False
    opening = OPENING.match(state.src, start, state.eMarks[start_line])
    if not opening or opening["escaped"] or opening["dollar"] or opening["ticked"]:
        return False
    closing = closing_of(opening)
    if closing in {"\\)", "\\\\)"}:
        return False
    formula = _lines_of_formula(state, start_line, end_line, opening, closing)
    if formula is None:
        return False
    tex, trailing, last_line = formula
    if is_text_in_brackets(opening, tex) or not tex.strip():
        return False
    if opening["env"]:
        tex = f"{opening[0]}{tex}{closing}"
    elif trailing in {".", ",", ";", ":"}:
        tex, trailing = tex.rstrip() + trailing, ""
    if trailing:
        # Text follows: after a formula on a single line, the line is a normal paragraph.
        if last_line == start_line:
            return False
        at = state.eMarks[last_line] - len(trailing)
    if silent:
        return True
    token = state.push("formula", "", 0)
    token.block = True
    token.map = [start_line, last_line + 1]
    token.content = tex.replace(PIPE, "|")
    token.meta = {"display": True}
    token.markup = state.src[start : state.eMarks[last_line]].replace(PIPE, "|")
    state.line = last_line + 1
    if trailing:
        state.bMarks[last_line], state.tShift[last_line] = at, 0
        state.sCount[last_line] = state.blkIndent
        state.md.block.ruler.getRules("")[-1](state, last_line, end_line, False)
    return True


def _lines_of_formula(
    state: StateBlock, start_line: int, end_line: int, opening: re.Match[str], closing: str
) -> tuple[str, str, int] | None:
    """Return (TeX, text after it, last line) of a formula that is closed in this block, or None."""
    begin = opening.end()
    limit = begin + MAX_FORMULA_CHARACTERS
    if state.src.find(closing, begin, limit + len(closing)) < 0:
        return None
    parts: list[str] = []
    depth = 0
    for line in range(start_line, end_line):
        state.env["lines_ahead"] = state.env.get("lines_ahead", 0) + 1
        end = state.eMarks[line]
        if line > start_line:
            is_outside = state.sCount[line] < state.blkIndent and not state.isEmpty(line)
            begin = state.bMarks[line] + state.tShift[line]
            if is_outside or begin > limit or state.env["lines_ahead"] > MOST_LINES_AHEAD:
                return None
        closed = state.src.find(closing, begin, end)
        if opening["env"]:
            # Environments of the same name can be nested.
            while closed >= 0 and depth + state.src.count(opening[0], begin, closed) > 0:
                depth += state.src.count(opening[0], begin, closed) - 1
                parts.append(state.src[begin : closed + len(closing)])
                begin = closed + len(closing)
                closed = state.src.find(closing, begin, end)
            if closed < 0:
                depth += state.src.count(opening[0], begin, end)
        if closed >= 0:
            parts.append(state.src[begin:closed])
            return "".join(parts), state.src[closed + len(closing) : end].strip(), line
        parts.append(state.src[begin:end] + "\n")
    return None


# -- inline ----------------------------------------------------------------------------------


def _inline(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline":
            token.content = token.content.replace(PIPE, "|")
            state.env["has_too_many_brackets"] = has_too_many_brackets(token.content)
            token.children = []
            state.md.inline.parse(token.content, state.md, state.env, token.children)
        elif token.type in {"fence", "code_block", "html_block"}:
            token.content = token.content.replace(PIPE, "|")


def has_too_many_brackets(text: str) -> bool:
    """Return whether a paragraph has more or deeper nested brackets than any real text."""
    if text.count("[") <= DEEPEST_BRACKETS:
        return False
    depth = deepest = 0
    for mark in _BRACKETS.findall(text):
        if mark == "[":
            depth += 1
            deepest = max(deepest, depth)
        elif mark == "]" and depth:
            depth -= 1
    return depth > MOST_OPEN_BRACKETS or deepest > depth + DEEPEST_BRACKETS


def _formula(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "$\\":
        return False
    opening = OPENING.match(state.src, state.pos, state.posMax)
    if not opening or opening["escaped"]:
        return False
    formula = formula_at(state.src, opening)
    if formula is None or formula[2] > state.posMax:
        if opening["doubled"]:
            return False
        if not silent and not _is_closed(state, opening):
            _push_lint(state, opening[0], is_formula=True)
        if opening["dollars"] or opening["dollar"] or opening["ticked"]:
            if not silent:
                state.pending += opening[0].rstrip("`")
            state.pos += len(opening[0].rstrip("`"))
            return True
        return False
    kind, tex, end = formula
    if not silent:
        token = state.push("formula", "", 0)
        token.content = tex
        token.markup = state.src[state.pos : end]
        token.meta = {"display": kind == "display", "at": state.pos}
    state.pos = end
    return True


def _is_closed(state: StateInline, opening: re.Match[str]) -> bool:
    r"""Return whether the brackets are closed and contain plain text, as in \[12\] or \\[12]."""
    if not opening["bracket"]:
        return False
    rest = state.src[opening.end() : opening.end() + MAX_FORMULA_CHARACTERS].partition("\n")[0]
    if _BARE_CLOSING.search(rest):
        return True
    end = state.src.find("\\]", opening.end(), opening.end() + MAX_FORMULA_CHARACTERS)
    return end >= 0 and is_text_in_brackets(opening, state.src[opening.end() : end])


def _cite(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "\\":
        return False
    match = _CITE.match(state.src, state.pos, state.posMax)
    kind = "cite"
    if not match:
        kind, match = "reference", _REFERENCE.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        token = state.push(kind, "", 0)
        token.content = match["keys"] if kind == "cite" else match["label"]
        token.markup = match[0]
        token.meta = {"at": state.pos}
    state.pos = match.end()
    return True


def _mark_for_lint(state: StateInline, silent: bool) -> bool:
    """Push a "lint" token for a LaTeX command; never consume any text."""
    if not silent and state.src[state.pos] == "\\":
        match = _LATEX_HABIT.match(state.src, state.pos, state.posMax)
        if match:
            _push_lint(state, match[0], is_formula=False)
    return False


def _push_lint(state: StateInline, mark: str, *, is_formula: bool) -> None:
    token = state.push("lint", "", 0)
    token.meta = {"at": state.pos, "mark": mark, "is_formula": is_formula}


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Parse emphasis, more permissively next to Chinese, Japanese and Korean characters.

    These languages have no spaces between words, so stars next to punctuation must also open and
    close emphasis: **「語」**の. https://github.com/tats-u/markdown-cjk-friendly
    """
    start = state.pos
    if not emphasis.tokenize(state, silent):
        return False
    before, after = state.src[start - 1 : start], state.src[state.pos : state.pos + 1]
    if state.src[start] == "*" and (_EAST_ASIAN.match(before) or _EAST_ASIAN.match(after)):
        for delimiter in state.delimiters[start - state.pos :]:
            delimiter.open = delimiter.open or not (after.isspace() or not after)
            delimiter.close = delimiter.close or not (before.isspace() or not before)
    return True
