"""Share macros, equation numbers and labels between the formulas of one text."""

from collections.abc import Iterator

from django.utils.text import slugify
from markdown_it.token import Token

from common.texmath.macros import Macro, expand, take_definitions
from common.texmath.numbering import Numbers, number_equations, resolve

# Limits for one text.
MOST_MACROS = 200
MOST_EXPANSIONS = 10_000


class Equations:
    """The formulas of one text with macros expanded and numbers inserted."""

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
        """Return (TeX to typeset, id without the prefix or "", unknown labels) of a formula."""
        tex, labels = self._prepared[id(token)]
        tex, missing = resolve(tex, self.numbers.labels)
        return tex, anchor_name(labels[0]) if labels else "", missing

    def expand_macros(self, tex: str) -> str:
        """Return a formula with the macros of the text expanded."""
        if not self.macros:
            return tex
        tex, count = expand(tex, self.macros, most=self.expansions_left)
        self.expansions_left -= count
        return tex

    def reference(self, label: str) -> tuple[str, str] | None:
        """Return (id without the prefix, equation number) of a label, or None if no formula has it."""
        equation_number = self.numbers.labels.get(label)
        return (
            None
            if equation_number is None
            else (anchor_name(self.first_labels[label]), equation_number)
        )

    def _prepare(self, token: Token) -> None:
        tex, definitions = take_definitions(token.content)
        if len(self.macros) + len(definitions) <= MOST_MACROS:
            self.macros.update(definitions)
        tex = self.expand_macros(tex)
        labels: list[str] = []
        if token.type == "fence" or token.meta["display"]:
            tex, labels = number_equations(tex, self.numbers)
        self.first_labels.update(dict.fromkeys(labels, labels[0]) if labels else {})
        self._prepared[id(token)] = (tex, labels)


def anchor_name(label: str) -> str:
    """Return the id for a label: both "eq:loss" and "loss" give "eq-loss"."""
    name = slugify(label.replace(":", "-"), allow_unicode=True).removeprefix("eq-")
    return f"eq-{name or 'x'}"


def is_math_fence(token: Token) -> bool:
    """Return whether a token is a code block in the language "math", which is a formula."""
    return token.type == "fence" and token.info.strip().split(" ")[0].strip("{.}") == "math"


def _formulas(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "formula" or is_math_fence(token):
            yield token
        if token.children:
            yield from _formulas(token.children)
