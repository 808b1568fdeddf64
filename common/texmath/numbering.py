r"""Number the equations of a whole text, and resolve \label and \ref. Pure.

A typesetter only sees one formula and would start at (1) each time. Here every numbered row gets an
explicit \tag, and references are replaced by the number.
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
    """The numbers of one text: the last one, and the number of each label, {"eq:loss": "3"}."""

    count: int = 0
    labels: dict[str, str] = field(default_factory=dict)


def number_equations(tex: str, numbers: Numbers) -> tuple[str, list[str]]:
    r"""Return a display formula with \tag for its numbers, and its labels; update `numbers`."""
    match = _NUMBERED.match(tex)
    names: list[str] = []
    if not match:
        return (_numbered_row(tex, numbers, names, is_counted=False), names)
    name, body = match["name"], match["body"]
    rows = [body] if name in _ONE_NUMBER else _rows(body)
    numbered_rows = [_numbered_row(row, numbers, names, is_counted=True) for row in rows]
    return rf"\begin{{{name}*}}{''.join(numbered_rows)}\end{{{name}*}}", names


def _numbered_row(row: str, numbers: Numbers, names: list[str], *, is_counted: bool) -> str:
    labels = _LABEL.findall(row)
    row = _LABEL.sub("", row)
    tag = _TAG.search(row)
    names += labels
    if tag:
        equation_number = tag[2]
    elif labels or (is_counted and not _NO_NUMBER.search(row) and _without_break(row).strip()):
        numbers.count += 1
        equation_number = str(numbers.count)
        bare = _without_break(row)
        row = rf"{bare.rstrip()}\tag{{{equation_number}}}{row[len(bare) :]}"
    else:
        equation_number = ""
    numbers.labels.update(dict.fromkeys(labels, equation_number))
    return _NO_NUMBER.sub("", row)


def _without_break(row: str) -> str:
    return re.sub(r"\\\\(?:\[[^\]]*\])?\s*\Z", "", row)


def _rows(body: str) -> list[str]:
    r"""Return the rows, each with its final \\. A \\ inside a nested group or environment is ignored."""
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
    r"""Return the formula with \ref and \eqref replaced by numbers, and the unknown labels."""
    missing: list[str] = []

    def substitute(match: re.Match[str]) -> str:
        equation_number = labels.get(match[2])
        if equation_number is None:
            missing.append(match[2])
            equation_number = "??"
        return rf"\text{{({equation_number})}}" if match[1] else rf"\text{{{equation_number}}}"

    return _REFERENCE.sub(substitute, tex), missing
