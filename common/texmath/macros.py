r"""Collect the macros that an author defines, and expand them in formulas. Pure.

A macro defined in one formula by \newcommand, \def or \DeclareMathOperator can be used in all
later formulas of the text. The typesetters only see one formula, so macros are expanded first.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

MOST_EXPANSIONS = 500
MOST_CHARACTERS = 5_000
_DEFINITION = re.compile(
    r"\\(?P<how>(?:re)?newcommand|providecommand|DeclareMathOperator|[gx]?def)(?![A-Za-z])"
    r"(?P<star>\*?)\s*(?:\{\s*)?\\(?P<name>[A-Za-z]+|[^A-Za-z\s])\s*\}?\s*"
    r"(?:\[(?P<count>\d)\]\s*)?(?:\[(?P<default>[^\[\]]*)\]\s*)?(?P<arguments>(?:#\d\s*)*)(?=\{)"
)
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|[^A-Za-z\s])")
_PARAMETER = re.compile(r"#(\d)")


@dataclass(frozen=True)
class Macro:
    """A macro: `body` has #1 to #9 for the arguments.

    If `default` isn't None, the first argument is optional and written in square brackets.
    """

    body: str
    argument_count: int = 0
    default: str | None = None


def take_definitions(tex: str) -> tuple[str, dict[str, Macro]]:
    """Return the formula without its definitions, and the macros by name: {"E": Macro(...)}."""
    macros: dict[str, Macro] = {}
    parts: list[str] = []
    position = 0
    while definition := _DEFINITION.search(tex, position):
        body, end = group_at(tex, definition.end())
        if end < 0:
            break
        parts.append(tex[position : definition.start()])
        position = end
        count = int(definition["count"] or len(_PARAMETER.findall(definition["arguments"])))
        if definition["how"] == "DeclareMathOperator":
            body = f"\\operatorname{definition['star']}{{{body}}}"
        if definition["how"] != "providecommand" or definition["name"] not in macros:
            macros[definition["name"]] = Macro(body, count, definition["default"])
    return "".join([*parts, tex[position:]]), macros


def expand(
    tex: str, macros: Mapping[str, Macro], *, most: int = MOST_EXPANSIONS
) -> tuple[str, int]:
    """Return the formula with its macros expanded, and the number of expansions.

    If there are more than `most`, or the formula grows too long, it is returned unchanged.
    """
    parts: list[str] = []
    remaining, count = tex, 0
    while command := _COMMAND.search(remaining):
        macro = macros.get(command[0][1:])
        end = command.end()
        if macro is None:
            parts.append(remaining[:end])
            remaining = remaining[end:]
            continue
        count += 1
        expansion, end = _expansion(macro, remaining, end)
        parts.append(remaining[: command.start()])
        remaining = expansion + remaining[end:]
        if count >= min(most, MOST_EXPANSIONS) or len(remaining) > MOST_CHARACTERS:
            return tex, count
    return "".join([*parts, remaining]), count


def _expansion(macro: Macro, tex: str, position: int) -> tuple[str, int]:
    """Return the expansion of a macro, and the index after its arguments."""
    arguments: list[str] = []
    if macro.default is not None:
        optional = re.compile(r"\s*\[([^\[\]]*)\]").match(tex, position)
        arguments.append(optional[1] if optional else macro.default)
        position = optional.end() if optional else position
    while len(arguments) < macro.argument_count:
        argument, position = argument_at(tex, position)
        arguments.append(argument)

    def substitute(match: re.Match[str]) -> str:
        index = int(match[1])
        return arguments[index - 1] if 0 < index <= len(arguments) else ""

    body = _PARAMETER.sub(substitute, macro.body)
    # A body that ends in a command needs a space before a letter: "\a b" must not become "\ab".
    is_command = re.search(r"\\[A-Za-z]+\Z", body)
    follows = re.match(r"[A-Za-z]", tex[position : position + 1])
    return body + (" " if is_command and follows else ""), position


def argument_at(tex: str, position: int) -> tuple[str, int]:
    """Return the argument that starts at `position`, and its end.

    It is a group, returned without its braces, a command or a single character.
    """
    while position < len(tex) and tex[position].isspace():
        position += 1
    if tex.startswith("{", position):
        body, end = group_at(tex, position)
        return (body, end) if end >= 0 else (tex[position + 1 :], len(tex))
    command = _COMMAND.match(tex, position)
    end = command.end() if command else min(position + 1, len(tex))
    return tex[position:end], end


def group_at(tex: str, position: int) -> tuple[str, int]:
    """Return the content of the braces that open at `position`, and their end.

    Return ("", -1) if they aren't closed.
    """
    depth = 0
    for brace in re.compile(r"\\.|[{}]", re.DOTALL).finditer(tex, position):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if not depth and brace[0] == "}":
            return tex[position + 1 : brace.start()], brace.end()
    return "", -1
