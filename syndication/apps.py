from django.apps import AppConfig


class SyndicationConfig(AppConfig):
    """Registers the listeners of the app."""

    name = "syndication"

    def ready(self) -> None:
        from syndication import event_handlers

        event_handlers.connect()
