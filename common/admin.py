"""Admin lists whose address filters by nothing but what the page offers.

Django lets everybody who may see a list type any column of one relation into its address:
`?author=3` in a list of summaries, `?summaries=5` in a list of people. That would tell who wrote
what is not signed.
"""

from django.contrib import admin
from django.http import HttpRequest

ENDINGS = {"", "exact", "id", "isnull", "year", "month", "day", "gte", "lt"}


class RestrictedLookupsMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # Not subscriptable at run time.
    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        # A filter of our own reads its parameter itself, and asks for no column by it.
        offered = {getattr(name, "parameter_name", name) for name in self.list_filter}
        offered.add(self.date_hierarchy or "")
        column, *endings = lookup.split("__")
        return column in offered and set(endings) <= ENDINGS
