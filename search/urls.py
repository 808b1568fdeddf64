"""The search page and its suggestions."""

from django.urls import path

from search.views import search

urlpatterns = [
    path("search", search.search, name="search"),
    path("search/suggest", search.suggestions, name="search-suggest"),
]
