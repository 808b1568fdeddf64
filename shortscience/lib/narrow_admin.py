"""Admin lists whose address filters by nothing but what the page offers.

Django lets everybody who may see a list type any column of one relation into its address:
`?author=3` in a list of summaries, `?summaries=5` in a list of people. That would tell who wrote
what is not signed.
"""

from django.contrib import admin
from django.http import HttpRequest

ENDINGS = {"", "exact", "id", "isnull", "year", "month", "day", "gte", "lt"}


class OfferedLookups(admin.ModelAdmin):
    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        offered = {name for name in self.list_filter if isinstance(name, str)}
        offered.add(self.date_hierarchy or "")
        column, *endings = lookup.split("__")
        return column in offered and set(endings) <= ENDINGS
