from django.apps import AppConfig


class SummariesConfig(AppConfig):
    name = "summaries"

    def ready(self) -> None:
        from accounts.export.registry import contribute
        from summaries import listening, portability

        listening.connect()
        contribute(portability.files_of)
