"""The search page and what it suggests while somebody types."""

from django.urls import path

from search.views import search

urlpatterns = [
    path("search", search.search, name="search"),
    path("search/suggest", search.suggestions, name="search-suggest"),
]
