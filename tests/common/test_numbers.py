import pytest

from common.text.integers import parse_positive_int


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("7", 7), ("007", 7), ("999999999", 999_999_999)]
    + [
        (text, None)
        for text in ("", " 7", "7\n", "+7", "-1", "²", "٣", "７", "1e3", "1.0", "1_0", "0x1", "NaN")
    ]
    + [("1234567890", None), ("9" * 5000, None), ("1\x00", None), ("\ud800", None)],
)
def test_only_plain_digits_are_a_number(text, number):
    assert parse_positive_int(text) == number


def test_the_number_of_a_row_may_be_longer():
    assert parse_positive_int("9" * 18, most_digits=18) == 10**18 - 1
    assert parse_positive_int("9" * 19, most_digits=18) is None
