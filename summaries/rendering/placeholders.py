"""Take out of the text what Markdown must not touch, and leave marks in its place.

A mark is a number between two characters of Unicode's private use area, which are removed from
the writer's text first, so that nobody can write one.
"""

import re
from dataclasses import dataclass, field

from common.texmath import OPENING, formula_at

MARK = re.compile("\ue000([0-9]+)\ue001")
_FENCE = r"(?P<fence>(?<![^\n])(?P<lead>(?:[ ]{0,12}>)*[ ]{0,12})(?P<ticks>`{3,}|~{3,})(?P<info>[^\n`]*)(?:\n|\Z))"
_CODE = r"(?P<code>(?<!`)`+(?!`))"
_CITE = r"\\cite[tp]?\*?\{(?P<cite>[^{}\n]{1,500})\}"
_TAG = r"<(?P<close>/?)(?P<tag>br|sub|sup|kbd|details|summary|img)\b(?P<attributes>[^<>]{0,1000})>"
_ESCAPE = r"\\(?P<other>[`<])"
# Stays as it is, but the writer is told: see `slips`.
_SLIP = (
    r"(?P<slip>\\cite[tp]?\*?(?![A-Za-z])|!\[\s*\](?=\()|\\item(?=[ \t])"
    r"|\\(?:textbf|textit|emph|texttt|url|href|footnote|(?:sub){0,2}section)\*?(?=\{)"
    r"|\\begin(?=\{(?:itemize|enumerate|figure|table|tabular|quote|verbatim|lstlisting)\*?\}))"
)
_TOKEN = re.compile(
    f"{_FENCE}|{_CODE}|{_CITE}|{_TAG}|{_ESCAPE}|{_SLIP}|{OPENING.pattern}", re.IGNORECASE
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000\ue001]")


@dataclass(frozen=True)
class Token:
    """One thing set aside. `kind`: fence, code, inline, display, cite, tag, text."""

    kind: str
    source: str
    content: str
    line: int
    info: str = ""


@dataclass(frozen=True)
class Unclosed:
    """The beginning of something that did not come: "$" of a formula that is never closed."""

    start: int
    line: int
    mark: str
    is_formula: bool


@dataclass
class Placeholders:
    """The text with marks, and what they stand for."""

    text: str = ""
    pieces: list[Token] = field(default_factory=list)
    loose: list[Unclosed] = field(default_factory=list)

    def mark(self, piece: Token) -> str:
        self.pieces.append(piece)
        return f"\ue000{len(self.pieces) - 1}\ue001"

    def restore(self, text: str) -> str:
        """The text as it was written, for places where nothing is typeset."""
        return MARK.sub(lambda found: self.pieces[int(found[1])].source, text)


def clean(text: str) -> str:
    """One kind of line end, no control characters, no marks."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4))


def set_aside(text: str) -> Placeholders:
    """`text` is clean; see the module. Linear but for unclosed code spans, which are few."""
    aside = Placeholders()
    parts: list[str] = []
    position = line = counted = 0
    unclosed: set[str] = set()
    while token := _TOKEN.search(text, position):
        start = token.start()
        line += text.count("\n", counted, start)
        counted = start
        piece, end = _piece(text, token, line + 1, unclosed)
        parts.append(text[position:start])
        if piece is None:
            parts.append(text[start:end])
            if not (token["code"] or token["other"] or token["escaped"]):
                aside.loose.append(Unclosed(start, line + 1, token[0], not token["slip"]))
        else:
            mark = aside.mark(piece)
            lead = token["lead"] or ""
            parts.append(f"{lead}{mark}\n" if piece.kind == "fence" else mark)
        position = end
    parts.append(text[position:])
    aside.text = "".join(parts)
    return aside


def _piece(
    text: str, token: re.Match[str], line: int, unclosed: set[str]
) -> tuple[Token | None, int]:
    """What begins at `token` and where it ends; None for what is only text."""
    start, end = token.span()
    if token["fence"] is not None:
        body, end = _fenced(text, token)
        return Token("fence", text[start:end], body, line, token["info"].strip()), end
    if token["code"]:
        return _code_span(text, token, line, unclosed)
    if token["cite"] is not None:
        return Token("cite", token[0], token["cite"], line), end
    if token["tag"]:
        return Token("tag", token[0], token[0], line, token["tag"].lower()), end
    if token["other"] or token["slip"]:
        return None, end
    if token["escaped"] == "$":
        return Token("text", token[0], "$", line), end
    formula = formula_at(text, token)
    if formula is None:
        return None, end
    kind, tex, end = formula
    return Token(kind, text[start:end], tex, line), end


def _fenced(text: str, token: re.Match[str]) -> tuple[str, int]:
    """The lines up to the closing fence, or to the end of the text, without their lead."""
    ticks, quotes, indent = token["ticks"], token["lead"].count(">"), token["lead"]
    depth = len(indent) - len(indent.rstrip(" "))
    lines, position = [], token.end()
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        line = text[position:end]
        position = min(end + 1, len(text))
        if quotes:
            line = re.sub(rf"\A(?: {{0,3}}> ?){{1,{quotes}}}", "", line)
        bare = line.strip()
        if len(bare) >= len(ticks) and set(bare) == {ticks[0]}:
            break
        lines.append(line[min(depth, len(line) - len(line.lstrip(" "))) :])
        if end == len(text):
            break
    return "\n".join(lines), position


def _code_span(
    text: str, token: re.Match[str], line: int, unclosed: set[str]
) -> tuple[Token | None, int]:
    ticks, begin = token["code"], token.end()
    if ticks in unclosed:  # Looked for once already: there is no closing one further on.
        return None, begin
    closing = re.compile(rf"(?<!`){ticks}(?!`)").search(text, begin)
    if not closing:
        unclosed.add(ticks)
        return None, begin
    body = text[begin : closing.start()]
    if "\n\n" in body:
        return None, begin
    if body.strip() and body[0] == body[-1] == " ":
        body = body[1:-1]
    return Token("code", text[token.start() : closing.end()], body, line), closing.end()


def citation_keys(text: str) -> tuple[str, ...]:
    """The keys of all \\cite{} outside of code, in order, each once: ("1412.6980", "vae2014")."""
    pieces = set_aside(clean(text)).pieces
    keys = (key for piece in pieces if piece.kind == "cite" for key in split_keys(piece.content))
    return tuple(dict.fromkeys(keys))


def split_keys(content: str) -> list[str]:
    return [key.strip() for key in content.split(",") if key.strip()]
