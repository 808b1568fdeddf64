from django.apps import AppConfig


class SummariesConfig(AppConfig):
    """Registers the listeners of the app and its part of the data export."""

    name = "summaries"

    def ready(self) -> None:
        from accounts.export.registry import contribute
        from summaries import event_handlers, export

        event_handlers.connect()
        contribute(export.files_of)
