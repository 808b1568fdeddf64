from django.apps import AppConfig


class SummariesConfig(AppConfig):
    name = "summaries"

    def ready(self) -> None:
        from accounts.export.registry import contribute
        from summaries import event_handlers as listening
        from summaries import export as portability

        listening.connect()
        contribute(portability.files_of)
