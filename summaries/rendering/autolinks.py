"""Addresses without any markup, as GitHub links them: https://…, www.…, and addresses of mail.

https://github.github.com/gfm/#autolinks-extension-
"""

import re
from collections.abc import Iterator

from markdown_it.rules_inline import StateInline

_SCHEME = re.compile(r"(?<![A-Za-z0-9])(?:https?|ftp)\Z", re.IGNORECASE)
# Chinese and Japanese punctuation ends an address: no blank stands behind it.
_REST = re.compile(r"[^\s<>\x00-\x1f\u3000-\u303f\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]*")
_HOST = re.compile(r"[^\s<>/?#_.:]+[^\s<>/?#]*")
_BARE = re.compile(
    r"(?<![\w/.@-])(?P<www>www\.[^\s<>\u3000-\u303f\uff01-\uff1f]+)"
    r"|(?<![\w/.@+-])(?P<mail>[A-Za-z0-9._+-]{1,64}+@[A-Za-z0-9-]{1,63}+(?:\.[A-Za-z0-9-]{1,63}+){1,8}+)"
)
_TRAILING = "?!.,:*_~'\"]"
_ENTITY = re.compile(r"&[A-Za-z0-9]+;\Z")


def bare_address(state: StateInline, silent: bool) -> bool:
    """The inline rule for addresses with a scheme; their stars and underscores are no markup."""
    if silent or state.src[state.pos] != ":" or state.linkLevel:
        return False
    if state.src[state.pos + 1 : state.pos + 3] != "//":
        return False
    scheme = _SCHEME.search(state.pending[-6:])
    if not scheme:
        return False
    begin = state.pos - len(scheme[0])
    rest = _REST.match(state.src, state.pos + 3, state.posMax)
    end = state.pos + 3 + len(trimmed(rest[0])) if rest else 0
    if not _HOST.match(state.src, state.pos + 3, end):
        return False
    address = state.src[begin:end]
    href = state.md.normalizeLink(address)
    state.pending = state.pending[: -len(scheme[0])]
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": href}
    token.info = "auto"
    state.push("text", "", 0).content = address
    state.push("link_close", "a", -1).info = "auto"
    state.pos = end
    return True


def split_bare(text: str) -> Iterator[tuple[str, str]]:
    """Plain text as (text, "") and (what is shown, its address): www.… and addresses of mail."""
    position = 0
    for found in _BARE.finditer(text):
        if found["www"]:
            shown = trimmed(found["www"])
            address = f"http://{shown}"
            if "." not in shown[4:]:
                continue
        else:
            shown = found["mail"].rstrip("-_")
            address = f"mailto:{shown}"
        if found.start() > position:
            yield text[position : found.start()], ""
        yield shown, address
        position = found.start() + len(shown)
    if position < len(text):
        yield text[position:], ""


def trimmed(address: str) -> str:
    """An address without the punctuation that belongs to the sentence around it."""
    opened, closed = address.count("("), address.count(")")
    while address:
        last = address[-1]
        if last in _TRAILING:
            kept = address.rstrip(_TRAILING)
            address = kept
        elif last == ")" and closed > opened:
            spare = min(closed - opened, len(address) - len(address.rstrip(")")))
            address, closed = address[:-spare], closed - spare
        elif last == ";" and (entity := _ENTITY.search(address[-40:])):
            address = address[: -len(entity[0])]
        elif last == ";":
            address = address[:-1]
        else:
            break
    return address
