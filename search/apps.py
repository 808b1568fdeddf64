"""The app of the search page."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Connect the listeners that keep the index up to date."""

    name = "search"

    def ready(self) -> None:
        from search import event_handlers

        event_handlers.connect()
