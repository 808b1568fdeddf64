from django.apps import AppConfig


class SummariesConfig(AppConfig):
    name = "summaries"

    def ready(self) -> None:
        from accounts.export.registry import contribute
        from summaries import event_handlers, export

        event_handlers.connect()
        contribute(export.files_of)
