"""Read BibTeX text or files into Records; a broken entry does not affect the others.

The file is split into entries at `@word{` by brace depth, and bibtexparser parses each separately;
macros, concatenation and crossref are resolved over the whole file.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

import bibtexparser
from django.utils.translation import gettext

from papers.citations import bibtex_fields
from papers.sources.records import Record

_START = re.compile(r"(?:^|(?<=[\s})]))[ \t]*@[ \t]*([A-Za-z]+)[ \t\r\n]*([{(])")
_BRACES = re.compile(r"(?<!\\)[{}]|^[ \t]*@[ \t]*[A-Za-z]+[ \t]*\{", re.MULTILINE)
_DECLARED = re.compile(rb"%\s*(?:Encoding|coding)\s*[:=]\s*([\w-]+)", re.IGNORECASE)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
# Macros that contain macros can double with each line: 40 lines would exhaust the memory.
MACRO_LETTERS, VALUE_LETTERS = 1_000, 100_000
# Fields that are inherited under another name: https://www.bibtex.org/Format/
_INHERITED_AS = {"title": "booktitle"}
_NOT_INHERITED = {"author", "abstract", "doi", "url", "pages", "crossref", "eprint", "ee"}


@dataclass(frozen=True)
class Entry:
    """A valid entry; `line` is its first line, counted from 1."""

    line: int
    key: str
    record: Record
    text: str = ""


@dataclass(frozen=True)
class BrokenEntry:
    """An entry that cannot be read; `reason` is a translated phrase without a full stop."""

    line: int
    key: str
    reason: str
    excerpt: str
    text: str


@dataclass(frozen=True)
class _Raw:
    kind: str
    line: int
    text: str
    problem: str = ""


def read_bibtex(data: str | bytes) -> Iterator[Entry | BrokenEntry]:
    """Yield the entries of a BibTeX text in order; bytes are decoded by `decode`."""
    text = (decode(data) if isinstance(data, bytes) else data).replace("\r\n", "\n")
    macros = {month: month for month in _MONTHS}
    read: list[tuple[_Raw, str, dict[str, str] | None, str]] = []
    for raw in _cut(text):
        if raw.kind in {"comment", "preamble"}:
            continue
        if raw.kind == "string":
            _learn_macro(raw, macros)
            continue
        key, fields, problem = _parse(raw, macros)
        read.append((raw, key, fields, problem))
    parents = {key.lower(): fields for _, key, fields, _ in read if key and fields}
    for raw, key, fields, problem in read:
        yield _entry(raw, key, fields, problem, parents)


def _entry(raw: _Raw, key: str, fields, problem: str, parents) -> Entry | BrokenEntry:
    excerpt = " ".join(raw.text.split())[:120]
    if fields is None:
        return BrokenEntry(raw.line, key, problem, excerpt, raw.text)
    parent = parents.get(fields.get("crossref", "").strip().lower())
    if parent is not None and parent is not fields:
        fields = _inherit(fields, parent)
    try:
        record = bibtex_fields.record_from_fields(fields, kind=raw.kind, key=key)
    except ValueError as error:
        return BrokenEntry(raw.line, key, str(error), excerpt, raw.text)
    return Entry(raw.line, key, record, raw.text)


def decode(data: bytes) -> str:
    """Decode BibTeX by byte-order mark, as UTF-8, in the declared encoding, or as windows-1252."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    declared = _DECLARED.search(data[:2000])
    for encoding in ("utf-8", declared[1].decode() if declared else "", "gbk"):
        try:
            if encoding == "gbk" and not _looks_like_gbk(data):
                continue
            if encoding:
                return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("windows-1252", "replace")


def _looks_like_gbk(data: bytes) -> bool:
    """Return whether most high bytes come in pairs, unlike in European languages."""
    high = [byte for byte in data if byte > 0x7F]
    pairs = re.findall(rb"[\x81-\xfe][\x40-\xfe]", data)
    double = sum(1 for pair in pairs if pair[1] > 0x7F)
    return len(high) > 20 and 2 * double > 0.9 * len(high)


def _cut(text: str) -> Iterator[_Raw]:
    """Yield the entries of a file as text, without the text between them."""
    position = line = 0
    counted = 0
    while start := _START.search(text, position):
        at = text.index("@", start.start())
        line += text.count("\n", counted, at)
        counted = at
        kind = start[1].lower()
        end, problem = _end(text, start.end() - 1, start[2])
        if kind == "comment" and problem:
            position = start.end()
            continue
        yield _Raw(kind, line + 1, text[at:end], problem)
        position = end


def _end(text: str, opening: int, bracket: str) -> tuple[int, str]:
    """Return (end, problem) of the entry that opens at `opening`."""
    depth = 0
    if bracket == "(":
        return _end_of_parentheses(text, opening)
    for match in _BRACES.finditer(text, opening):
        mark = match[0]
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
            if depth == 0:
                return match.end(), ""
        elif match.start() > opening:
            # The next entry begins at the start of a line, but this one is still open.
            return match.start(), gettext("a brace is not closed")
    return len(text), gettext("a brace is not closed")


def _end_of_parentheses(text: str, opening: int) -> tuple[int, str]:
    depth = 0
    for index in range(opening, len(text)):
        letter = text[index]
        if letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
        elif letter == ")" and depth == 0:
            return index + 1, ""
    return len(text), gettext("a parenthesis is not closed")


def _learn_macro(raw: _Raw, macros: dict[str, str]) -> None:
    match = re.match(r"@\s*\w+\s*[{(]\s*([^\s=]+)\s*=\s*(.*)[})]\Z", raw.text, re.DOTALL)
    if match:
        macros[match[1].lower()] = _value(match[2], macros)[:MACRO_LETTERS]


def _parse(raw: _Raw, macros: dict[str, str]) -> tuple[str, dict[str, str] | None, str]:
    """Return (key, fields, problem); fields is None when there is a problem."""
    text = raw.text
    key = _key_of(text)
    if raw.problem:
        return key, None, raw.problem
    opening = re.match(r"@\s*(\w+)\s*([{(])", text)
    body = text[opening.end() : -1]
    # bibtexparser accepts neither parentheses nor spaces after the @.
    library = bibtexparser.parse_string(f"@{raw.kind}{{{body}}}", parse_stack=[])
    entry = next((block for block in library.entries), None)
    if entry is None and library.failed_blocks:
        failed = library.failed_blocks[0]
        # With duplicate fields, the first one counts, as in BibTeX.
        entry = getattr(failed, "ignore_error_block", None)
        if entry is None or not hasattr(entry, "fields"):
            return key, None, _reason(failed)
    if entry is None:
        return key, None, gettext("it is not a BibTeX entry")
    fields: dict[str, str] = {}
    for field in entry.fields:
        value = _value(str(field.value), macros)
        fields.setdefault(field.key.strip().lower(), value.strip())
    if not fields:
        return key, None, gettext("it has no fields")
    return key or entry.key or "", fields, ""


def _reason(failed) -> str:
    error = " ".join(str(getattr(failed, "error", "") or "").split())[:200]
    return error or gettext("it can't be read; check for a missing comma, brace or =")


def _key_of(text: str) -> str:
    match = re.match(r"@\s*\w+\s*[{(]\s*([^,\s={}()]+)(?!\s*=)", text)
    return match[1][:200] if match else ""


def _value(source: str, macros: dict[str, str]) -> str:
    """Return a value without delimiters, with its parts joined: {a} # "b" # macro.

    An unknown macro gives its name.
    """
    source = source.strip()
    parts, position, length = [], 0, 0
    while position < len(source) and length < VALUE_LETTERS:
        letter = source[position]
        if letter in " \t\n#":
            position += 1
        elif letter == "{":
            end = _matching(source, position)
            parts.append(source[position + 1 : end])
            position = end + 1
        elif letter == '"':
            end = _closing_quote(source, position)
            parts.append(source[position + 1 : end])
            position = end + 1
        else:
            word = re.match(r'[^\s#{}"]+', source[position:])
            name = word[0] if word else source[position]
            parts.append(macros.get(name.lower(), name))
            position += len(name)
            length += len(parts[-1])
    return "".join(parts)


def _matching(source: str, opening: int) -> int:
    depth = 0
    for match in re.finditer(r"(?<!\\)[{}]", source[opening:]):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return opening + match.start()
    return len(source)


def _closing_quote(source: str, opening: int) -> int:
    depth = 0
    for index in range(opening + 1, len(source)):
        letter = source[index]
        if letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
        elif letter == '"' and depth <= 0:
            return index
    return len(source)


def _inherit(fields: dict[str, str], parent: dict[str, str]) -> dict[str, str]:
    inherited = {
        _INHERITED_AS.get(name, name): value
        for name, value in parent.items()
        if name not in _NOT_INHERITED
    }
    return {**inherited, **fields}
