"""Pure: what a service's JSON tells, whatever types it comes in.

Services answer with one object where a list is usual, with numbers as strings, with null for
anything; nothing here raises but `parse_json`.
"""

import datetime
import json
import re
from typing import Any

# What no database column and no page should hold: C0 controls but tab and line ends, halves of
# surrogate pairs.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def parse_json(body: bytes) -> Any:
    """The value of a JSON text without unprintable letters; raises ValueError."""
    try:
        return _clean(json.loads(body))
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {printable(name): _clean(item) for name, item in value.items()}
    return value


def printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def as_object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """A single value is a list of one; nothing is an empty list."""
    if isinstance(value, list):
        return value
    return [] if value is None or value == "" else [value]


def objects(value: object) -> list[dict[str, Any]]:
    return [item for item in as_list(value) if isinstance(item, dict)]


def as_text(value: object) -> str:
    """One line of text; the first one of a list; "" for an object, a truth value or nothing."""
    if isinstance(value, list):
        return next((text for text in map(as_text, value) if text), "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).split())


def as_number(value: object) -> int | None:
    """A whole number of at most nine digits, told as a number or as text."""
    text = as_text(value)
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else None


def as_year(value: object) -> int | None:
    """A year of publication; printing begins in the fifteenth century."""
    year = as_number(value)
    return year if year is not None and 1400 <= year <= 2200 else None


def as_date(value: object) -> datetime.date | None:
    """ "2017-06-12" and whatever follows it."""
    try:
        return datetime.date.fromisoformat(as_text(value)[:10])
    except ValueError:
        return None


def as_address(value: object) -> str:
    """The http(s) address in a text, "" when there is none or one of more than 500 letters.

    In Markdown the last one: "[![](https://a/i.svg)](https://b)" is a picture that links b.
    """
    found = re.findall(r"https?://[^\s<>\"'\]\[{}|\\^`]+", as_text(value))
    if not found:
        return ""
    address = found[-1 if "](" in as_text(value) else 0].split(")](")[0].rstrip(").,;")
    return address if len(address) <= 500 else ""
