"""Numbers that people and programs send: in a question, a form, or a part of an address."""


def parse_positive_int(text: str, *, most_digits: int = 9) -> int | None:
    """The number that `text` says in the digits 0 to 9; None for anything else.

    Neither `str.isdigit` nor `int` alone is enough: "²" is a digit that `int` refuses, "٣" one
    that it reads, and a database has an end where Python's numbers have none. Nine digits fit into
    every column of numbers, 18 into those of rows.
    """
    is_number = text.isascii() and text.isdecimal() and len(text) <= most_digits
    return int(text) if is_number else None
