"""Pure: the numbers of equations, and what \\label and \\ref make of them, over a whole text.

A typesetter sees one formula and would begin with (1) in each: here every row that has a number
gets it by \\tag, and references become what they point at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_NUMBERED = re.compile(
    r"\s*\\begin\{(?P<name>equation|align|alignat|gather|multline|eqnarray|flalign)\}"
    r"(?P<body>.*)\\end\{(?P=name)\}\s*\Z",
    re.DOTALL,
)
_LABEL = re.compile(r"\\label\s*\{([^{}]{1,100})\}")
_TAG = re.compile(r"\\tag(\*?)\s*\{([^{}]*)\}")
_NO_NUMBER = re.compile(r"\\(?:nonumber|notag)(?![A-Za-z])")
_REFERENCE = re.compile(r"\\(eq)?ref\s*\{([^{}]{1,100})\}")
_ROW_PART = re.compile(r"\\(?:begin|end)(?=\{)|\\\\(?:\[[^\]]*\])?|\\.|[{}]", re.DOTALL)
_ONE_NUMBER = {"equation", "multline"}


@dataclass
class Numbers:
    """`count` is the last number given; `labels` maps names to numbers: {"eq:loss": "3"}."""

    count: int = 0
    labels: dict[str, str] = field(default_factory=dict)


def number(tex: str, numbers: Numbers) -> tuple[str, list[str]]:
    """(a displayed formula with its numbers as \\tag, the labels in it); counts on in `numbers`."""
    found = _NUMBERED.match(tex)
    names: list[str] = []
    if not found:
        return (_numbered_row(tex, numbers, names, is_counted=False), names)
    name, body = found["name"], found["body"]
    rows = [body] if name in _ONE_NUMBER else _rows(body)
    written = [_numbered_row(row, numbers, names, is_counted=True) for row in rows]
    return rf"\begin{{{name}*}}{''.join(written)}\end{{{name}*}}", names


def _numbered_row(row: str, numbers: Numbers, names: list[str], *, is_counted: bool) -> str:
    labels = _LABEL.findall(row)
    row = _LABEL.sub("", row)
    tag = _TAG.search(row)
    names += labels
    if tag:
        told = tag[2]
    elif labels or (is_counted and not _NO_NUMBER.search(row) and _without_break(row).strip()):
        numbers.count += 1
        told = str(numbers.count)
        bare = _without_break(row)
        row = rf"{bare.rstrip()}\tag{{{told}}}{row[len(bare) :]}"
    else:
        told = ""
    numbers.labels.update(dict.fromkeys(labels, told))
    return _NO_NUMBER.sub("", row)


def _without_break(row: str) -> str:
    return re.sub(r"\\\\(?:\[[^\]]*\])?\s*\Z", "", row)


def _rows(body: str) -> list[str]:
    """The rows with the \\\\ at their ends; those of a table within a row do not count."""
    rows: list[str] = []
    depth = begin = 0
    for part in _ROW_PART.finditer(body):
        mark = part[0]
        if mark in {"{", "\\begin"}:
            depth += 1
        elif mark in {"}", "\\end"}:
            depth -= 1
        elif mark.startswith("\\\\") and not depth:
            rows.append(body[begin : part.end()])
            begin = part.end()
    return [*rows, body[begin:]]


def resolve(tex: str, labels: Mapping[str, str]) -> tuple[str, list[str]]:
    """(the formula with \\ref and \\eqref written out, labels that nothing has)."""
    missing: list[str] = []

    def put(found: re.Match[str]) -> str:
        told = labels.get(found[2])
        if told is None:
            missing.append(found[2])
            told = "??"
        return rf"\text{{({told})}}" if found[1] else rf"\text{{{told}}}"

    return _REFERENCE.sub(put, tex), missing
