"""What the formulas of one text have in common: macros, numbers, labels."""

from collections.abc import Iterator

from django.utils.text import slugify
from markdown_it.token import Token

from common.texmath.macros import Macro, expand, take_definitions
from common.texmath.numbering import Numbers, number, resolve

# In one text.
MOST_MACROS = 200
MOST_EXPANSIONS = 10_000


class Equations:
    """Formulas with their macros written out and their numbers put in. For one text."""

    def __init__(self, tokens: list[Token]):
        self.macros: dict[str, Macro] = {}
        self.numbers = Numbers()
        self.expansions_left = MOST_EXPANSIONS
        # {label: the first label of the same formula}
        self.first_labels: dict[str, str] = {}
        self._prepared: dict[int, tuple[str, list[str]]] = {}
        for token in _formulas(tokens):
            self._prepare(token)

    def tex(self, token: Token) -> tuple[str, str, list[str]]:
        """(what to typeset, the name of its place or "", labels that no formula has)."""
        tex, labels = self._prepared[id(token)]
        tex, missing = resolve(tex, self.numbers.labels)
        return tex, anchor_name(labels[0]) if labels else "", missing

    def written_out(self, tex: str) -> str:
        """A formula without the macros of the text."""
        if not self.macros:
            return tex
        tex, count = expand(tex, self.macros, most=self.expansions_left)
        self.expansions_left -= count
        return tex

    def reference(self, label: str) -> tuple[str, str] | None:
        """(the name of the place of a label, its number); None for a label that nothing has."""
        told = self.numbers.labels.get(label)
        return None if told is None else (anchor_name(self.first_labels[label]), told)

    def _prepare(self, token: Token) -> None:
        tex, definitions = take_definitions(token.content)
        if len(self.macros) + len(definitions) <= MOST_MACROS:
            self.macros.update(definitions)
        tex = self.written_out(tex)
        labels: list[str] = []
        if token.type == "fence" or token.meta["display"]:
            tex, labels = number(tex, self.numbers)
        self.first_labels.update(dict.fromkeys(labels, labels[0]) if labels else {})
        self._prepared[id(token)] = (tex, labels)


def anchor_name(label: str) -> str:
    """ "eq:loss" gives "eq-loss", "loss" too."""
    name = slugify(label.replace(":", "-"), allow_unicode=True).removeprefix("eq-")
    return f"eq-{name or 'x'}"


def is_math_fence(token: Token) -> bool:
    return token.type == "fence" and token.info.strip().split(" ")[0].strip("{.}") == "math"


def _formulas(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "formula" or is_math_fence(token):
            yield token
        if token.children:
            yield from _formulas(token.children)
