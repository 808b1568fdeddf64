from django.apps import AppConfig


class SyndicationConfig(AppConfig):
    name = "syndication"

    def ready(self) -> None:
        from syndication import event_handlers

        event_handlers.connect()
