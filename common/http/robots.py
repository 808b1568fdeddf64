"""What a host's robots.txt allows us to read: https://www.rfc-editor.org/rfc/rfc9309. Pure."""

import re
from urllib.parse import quote, unquote

# RFC 9309, 2.5: at least 500 kibibytes must be read; the rest is ignored.
MAX_BYTES = 500 * 1024
MAX_RULES = 5000
MAX_PATH = 2000


def allows(robots: bytes, *, agent: str, path: str) -> bool:
    """Return whether a robots.txt allows a program to read a path with its query.

    `agent` is the product token: "ShortScience". The longest matching rule decides, and "allow"
    when two are equally long.
    """
    if path == "/robots.txt":
        return True
    path = _normalised(path[:MAX_PATH])
    best, is_allowed = -1, True
    for is_allow, pattern in _rules(robots[:MAX_BYTES].decode("utf-8", "replace"), agent.lower()):
        length = len(pattern)
        if (length > best or (length == best and is_allow)) and _matches(pattern, path):
            best, is_allowed = length, is_allow
    return is_allowed


def _rules(text: str, agent: str) -> list[tuple[bool, str]]:
    """Return the rules for the agent, or else those for all: (is "allow", pattern)."""
    own: list[tuple[bool, str]] = []
    general: list[tuple[bool, str]] = []
    has_own = False
    agents: list[str] = []
    is_in_rules = False
    for line in text.lstrip("\ufeff").splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon:
            continue
        if name == "user-agent":
            if is_in_rules:
                agents, is_in_rules = [], False
            token = re.match(r"[a-z_-]*", value.lower())
            agents.append("*" if value.startswith("*") else token[0] if token else "")
            has_own |= agents[-1] == agent
        elif name in {"allow", "disallow"}:
            is_in_rules = True
            if not value:  # An empty "disallow" forbids nothing.
                continue
            rule = (name == "allow", _normalised(value[:MAX_PATH]))
            if agent in agents and len(own) < MAX_RULES:
                own.append(rule)
            if "*" in agents and len(general) < MAX_RULES:
                general.append(rule)
    return own if has_own else general


def _normalised(path: str) -> str:
    """Return a path with the same characters percent-encoded, whoever wrote it."""
    return quote(unquote(path), safe="/?&=*$:;,@!'()+~%#")


def _matches(pattern: str, path: str) -> bool:
    """Return whether a pattern with "*" and a final "$" matches the beginning of a path."""
    is_whole = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    position = len(first)
    for index, part in enumerate(others):
        if is_whole and index == len(others) - 1:
            return len(path) - len(part) >= position and path.endswith(part)
        position = path.find(part, position)
        if position < 0:
            return False
        position += len(part)
    return not is_whole or position == len(path)
