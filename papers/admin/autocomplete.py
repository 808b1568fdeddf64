"""A select box with autocompletion for long tables."""

from django.contrib.admin.widgets import AutocompleteSelect

from common.text.integers import parse_positive_int


class TypedChoice(AutocompleteSelect):
    """An AutocompleteSelect that ignores submitted values that are not primary keys.

    Django's own passes any value to the database, which raises an error for other text.
    """

    def optgroups(self, name: str, value: list, attr: dict | None = None) -> list:
        """Return the options for the values that are integers."""
        pks = [item for item in value if parse_positive_int(str(item), most_digits=18) is not None]
        return super().optgroups(name, pks or [""], attr)
