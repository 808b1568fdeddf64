"""Before Markdown: lists as people write them, indented code, and marks on lines of their own.

Python-Markdown wants a blank line before a list and four blanks for each level of nesting; people
write neither. Here both become what it wants.
"""

import re

from summaries.rendering.placeholders import Placeholders, Token

_ITEM = re.compile(r"( *)([-*+]|\d{1,9}[.)])( +|$)(.*)")
_RULE = re.compile(r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})\Z")
_ALONE = re.compile(r"[ >]*\ue000([0-9]+)\ue001\s*\Z")
_QUOTE = re.compile(r" {0,3}>")
MAX_LIST_DEPTH = 12


def prepare(aside: Placeholders) -> str:
    """The text of `aside` as Python-Markdown reads it best."""
    lines: list[str] = []
    levels: list[int] = []  # columns of the open list items' markers
    code: list[str] = []
    is_blank_before = True
    for line in aside.text.split("\n"):
        is_code = code or (is_blank_before and not levels)
        if is_code and line.startswith("    ") and line.strip():
            code.append(line[4:])
            is_blank_before = False
            continue
        if code and not line.strip():
            code.append("")
            is_blank_before = True
            continue
        if code:
            _flush_code(aside, code, lines)
            is_blank_before = True
        is_blank_before = _take(line, lines, levels, aside, is_blank_before)
    if code:
        _flush_code(aside, code, lines)
    return "\n".join(lines)


def _take(
    line: str, lines: list[str], levels: list[int], aside: Placeholders, is_blank_before: bool
) -> bool:
    """Write one line; returns whether it was blank."""
    if not line.strip():
        lines.append("")
        return True
    alone = _ALONE.match(line)
    if alone and aside.pieces[int(alone[1])].kind == "fence":
        lead = line[: len(line) - len(line.lstrip(" >"))]
        within = "    " * len(levels) if levels and line.startswith(" ") else ""
        quote = lead.strip()
        before = [quote] if quote else [""]
        lines += [*before, f"{within}{quote} {line.strip(' >')}".rstrip(), *before]
        if not within and not quote:
            levels.clear()
        return True
    item = None if _RULE.match(line) else _ITEM.match(line)
    if item and (levels or is_blank_before or _may_interrupt(item)):
        _take_item(item, lines, levels, is_blank_before)
        return False
    if levels:
        indent = len(line) - len(line.lstrip(" "))
        if is_blank_before:
            while levels and indent <= levels[-1]:
                levels.pop()
        if levels:
            lines.append("    " * len(levels) + line.lstrip(" "))
            return False
    lines.append(line)
    return False


def _may_interrupt(item: re.Match[str]) -> bool:
    """A paragraph is cut by a bullet or a "1." with text behind it, not by "1984. A novel"."""
    marker = item[2]
    return (
        bool(item[4]) and (not marker[0].isdigit() or marker in {"1.", "1)"}) and len(item[1]) < 4
    )


def _take_item(
    item: re.Match[str], lines: list[str], levels: list[int], is_blank_before: bool
) -> None:
    column = len(item[1])
    was_open = bool(levels)
    while levels and column < levels[-1]:
        levels.pop()
    if not levels or (column >= levels[-1] + 2 and len(levels) < MAX_LIST_DEPTH):
        levels.append(column)
    if not is_blank_before and (not was_open or _follows_a_paragraph(lines)):
        lines.append("")
    marker = item[2].replace(")", ".")
    lines.append("    " * (len(levels) - 1) + f"{marker} {item[4]}".rstrip())


def _follows_a_paragraph(lines: list[str]) -> bool:
    """True when the item above has a paragraph of its own: then Markdown needs a blank line."""
    for line in reversed(lines[-200:]):
        if not line:
            return True
        if _ITEM.match(line):
            return False
    return False


def _flush_code(aside: Placeholders, code: list[str], lines: list[str]) -> None:
    """Indented code: nothing in it is a formula, so its marks are undone."""
    trailing = 0
    while code and not code[-1]:
        code.pop()
        trailing += 1
    source = aside.restore("\n".join(code))
    lines += ["", aside.mark(Token("fence", source, source, 0)), ""]
    code.clear()
