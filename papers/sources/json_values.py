"""Read the values in a service's JSON, whatever types they have, without I/O.

Services send one object instead of a list, numbers as strings, and null for anything; no function
here raises, except `parse_json`.
"""

import datetime
import json
import re
from typing import Any

# Characters that no database column and no page should hold: C0 controls except tab and line
# breaks, and halves of surrogate pairs.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def parse_json(body: bytes) -> Any:
    """Return the value of a JSON text without unprintable characters; raises ValueError."""
    try:
        return _clean(json.loads(body))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {printable(name): _clean(item) for name, item in value.items()}
    return value


def printable(text: str) -> str:
    """Return a text without control characters and unpaired surrogates."""
    return _UNPRINTABLE.sub("", text)


def as_object(value: object) -> dict[str, Any]:
    """Return the value if it is an object, or else {}."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """Return the value as a list: a single value in a list, null and "" as []."""
    if isinstance(value, list):
        return value
    return [] if value is None or value == "" else [value]


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list, or a single object in a list."""
    return [item for item in as_list(value) if isinstance(item, dict)]


def as_text(value: object) -> str:
    """Return one line of text: that of a string or a number, or of the first such item in a list.

    "" stands for an object, a boolean or null.
    """
    if isinstance(value, list):
        return next((text for text in map(as_text, value) if text), "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).split())


def as_number(value: object) -> int | None:
    """Return an integer of at most nine digits, given as a number or as text, or else None."""
    text = as_text(value)
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else None


def as_year(value: object) -> int | None:
    """Return a year from 1400 to 2200, or None; printing began in the fifteenth century."""
    year = as_number(value)
    return year if year is not None and 1400 <= year <= 2200 else None


def as_date(value: object) -> datetime.date | None:
    """Return the date at the beginning of a text such as "2017-06-12T17:57:34Z", or None."""
    try:
        return datetime.date.fromisoformat(as_text(value)[:10])
    except ValueError:
        return None


def as_address(value: object) -> str:
    """Return the http(s) address in a text, or "" without one of at most 500 characters.

    In Markdown it is the last one: "[![](https://a/i.svg)](https://b)" is an image that links to b.
    """
    matches = re.findall(r"https?://[^\s<>\"'\]\[{}|\\^`]+", as_text(value))
    if not matches:
        return ""
    address = matches[-1 if "](" in as_text(value) else 0].split(")](")[0].rstrip(").,;")
    return address if len(address) <= 500 else ""
