"""Link bare URLs and email addresses, as GitHub does: https://…, www.…, mara@example.org.

https://github.github.com/gfm/#autolinks-extension-
"""

import re
from collections.abc import Iterator

from markdown_it.rules_inline import StateInline

_SCHEME = re.compile(r"(?<![A-Za-z0-9])(?:https?|ftp)\Z", re.IGNORECASE)
# Chinese and Japanese punctuation ends a URL, because no space follows it.
_REST = re.compile(r"[^\s<>\x00-\x1f\u3000-\u303f\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]*")
_HOST = re.compile(r"[^\s<>/?#_.:]+[^\s<>/?#]*")
_BARE = re.compile(
    r"(?<![\w/.@-])(?P<www>www\.[^\s<>\u3000-\u303f\uff01-\uff1f]+)"
    r"|(?<![\w/.@+-])(?P<mail>[A-Za-z0-9._+-]{1,64}+@[A-Za-z0-9-]{1,63}+(?:\.[A-Za-z0-9-]{1,63}+){1,8}+)"
)
_TRAILING = "?!.,:*_~'\"]"
_ENTITY = re.compile(r"&[A-Za-z0-9]+;\Z")


def bare_address(state: StateInline, silent: bool) -> bool:
    """Parse a bare URL with a scheme, as a rule of markdown-it-py for the colon.

    Stars and underscores in it are not markup.
    """
    if silent or state.src[state.pos] != ":" or state.linkLevel:
        return False
    if state.src[state.pos + 1 : state.pos + 3] != "//":
        return False
    scheme = _SCHEME.search(state.pending[-6:])
    if not scheme:
        return False
    begin = state.pos - len(scheme[0])
    match = _REST.match(state.src, state.pos + 3, state.posMax)
    end = state.pos + 3 + len(trim_punctuation(match[0])) if match else 0
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
    """Yield (text, "") for plain text and (text, URL) for www.… and email addresses.

    "See www.example.org." gives ("See ", ""), ("www.example.org", "http://www.example.org"), (".", "").
    """
    position = 0
    for match in _BARE.finditer(text):
        if match["www"]:
            shown = trim_punctuation(match["www"])
            address = f"http://{shown}"
            if "." not in shown[4:]:
                continue
        else:
            shown = match["mail"].rstrip("-_")
            address = f"mailto:{shown}"
        if match.start() > position:
            yield text[position : match.start()], ""
        yield shown, address
        position = match.start() + len(shown)
    if position < len(text):
        yield text[position:], ""


def trim_punctuation(address: str) -> str:
    """Return a URL without the punctuation of the sentence around it: "x.org/a)." gives "x.org/a"."""
    opened, closed = address.count("("), address.count(")")
    while address:
        last = address[-1]
        if last in _TRAILING:
            address = address.rstrip(_TRAILING)
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
