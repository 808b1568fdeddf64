"""Choosing a row of a long table by typing."""

from django.contrib.admin.widgets import AutocompleteSelect

from common.text.integers import parse_positive_int


class TypedChoice(AutocompleteSelect):
    """The library's own asks the database for whatever was sent, also for no number."""

    def optgroups(self, name: str, value: list, attr: dict | None = None) -> list:
        known = [
            told for told in value if parse_positive_int(str(told), most_digits=18) is not None
        ]
        return super().optgroups(name, known or [""], attr)
