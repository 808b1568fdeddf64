"""Admin lists whose query string accepts only the filters that the page offers.

Django lets everyone who may view a list filter it by any column and any relation in the query
string: `?author=3` in a list of summaries, `?summaries=5` in a list of people. That would reveal
the authors of anonymous summaries.
"""

from django.contrib import admin
from django.http import HttpRequest

ENDINGS = {"", "exact", "id", "isnull", "year", "month", "day", "gte", "lt"}


class RestrictedLookupsMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # Not subscriptable at run time.
    """A ModelAdmin that allows only lookups on `list_filter` and `date_hierarchy`."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Return whether `lookup` uses a filter that the page offers."""
        # Our own filters read their parameter and do not use it as a lookup.
        offered = {getattr(name, "parameter_name", name) for name in self.list_filter}
        offered.add(self.date_hierarchy or "")
        column, *endings = lookup.split("__")
        return column in offered and set(endings) <= ENDINGS
