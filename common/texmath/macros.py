"""Pure: commands that an author defines, and the same formula without them.

\\newcommand, \\def and \\DeclareMathOperator of one formula hold for the others of a text; neither
typesetter remembers them, so they are written out before.
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
_PLACE = re.compile(r"#(\d)")


@dataclass(frozen=True)
class Macro:
    """`default` is that of the first argument, which is then written in square brackets."""

    body: str
    argument_count: int = 0
    default: str | None = None


def take_definitions(tex: str) -> tuple[str, dict[str, Macro]]:
    """(the formula without its definitions, {"E": Macro(...)})."""
    found: dict[str, Macro] = {}
    parts: list[str] = []
    position = 0
    while definition := _DEFINITION.search(tex, position):
        body, end = group_at(tex, definition.end())
        if end < 0:
            break
        parts.append(tex[position : definition.start()])
        position = end
        count = int(definition["count"] or len(_PLACE.findall(definition["arguments"])))
        if definition["how"] == "DeclareMathOperator":
            body = f"\\operatorname{definition['star']}{{{body}}}"
        if definition["how"] != "providecommand" or definition["name"] not in found:
            found[definition["name"]] = Macro(body, count, definition["default"])
    return "".join([*parts, tex[position:]]), found


def expand(
    tex: str, macros: Mapping[str, Macro], *, most: int = MOST_EXPANSIONS
) -> tuple[str, int]:
    """(the formula with the macros written out, how many were); as it is where they grow too far."""
    done: list[str] = []
    rest, count = tex, 0
    while command := _COMMAND.search(rest):
        macro = macros.get(command[0][1:])
        end = command.end()
        if macro is None:
            done.append(rest[:end])
            rest = rest[end:]
            continue
        count += 1
        written, end = _written_out(macro, rest, end)
        done.append(rest[: command.start()])
        rest = written + rest[end:]
        if count >= min(most, MOST_EXPANSIONS) or len(rest) > MOST_CHARACTERS:
            return tex, count
    return "".join([*done, rest]), count


def _written_out(macro: Macro, tex: str, position: int) -> tuple[str, int]:
    """What stands for a macro, and where its arguments end."""
    given: list[str] = []
    if macro.default is not None:
        optional = re.compile(r"\s*\[([^\[\]]*)\]").match(tex, position)
        given.append(optional[1] if optional else macro.default)
        position = optional.end() if optional else position
    while len(given) < macro.argument_count:
        argument, position = argument_at(tex, position)
        given.append(argument)

    def put(place: re.Match[str]) -> str:
        number = int(place[1])
        return given[number - 1] if 0 < number <= len(given) else ""

    body = _PLACE.sub(put, macro.body)
    # "\a b" must not become "\ab", nor the command at the end of a body swallow a letter.
    is_command = re.search(r"\\[A-Za-z]+\Z", body)
    follows = re.match(r"[A-Za-z]", tex[position : position + 1])
    return body + (" " if is_command and follows else ""), position


def argument_at(tex: str, position: int) -> tuple[str, int]:
    """(the group, command or sign that begins there, its end); a group without its braces."""
    while position < len(tex) and tex[position].isspace():
        position += 1
    if tex.startswith("{", position):
        body, end = group_at(tex, position)
        return (body, end) if end >= 0 else (tex[position + 1 :], len(tex))
    command = _COMMAND.match(tex, position)
    end = command.end() if command else min(position + 1, len(tex))
    return tex[position:end], end


def group_at(tex: str, position: int) -> tuple[str, int]:
    """(what is in the braces that open there, where they end); ("", -1) if they do not."""
    depth = 0
    for brace in re.compile(r"\\.|[{}]", re.DOTALL).finditer(tex, position):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if not depth and brace[0] == "}":
            return tex[position + 1 : brace.start()], brace.end()
    return "", -1
