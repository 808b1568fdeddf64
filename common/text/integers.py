"""Integers in untrusted input: query strings, forms and parts of URLs."""


def parse_positive_int(text: str, *, most_digits: int = 9) -> int | None:
    """Return `text` as an integer, or None unless it consists of the digits 0 to 9.

    Neither `str.isdigit` nor `int` alone is enough: `int` rejects "²", which is a digit, and
    accepts "٣". Databases limit the size of integers, Python does not: nine digits fit into every
    integer column, 18 into primary keys.
    """
    is_number = text.isascii() and text.isdecimal() and len(text) <= most_digits
    return int(text) if is_number else None
