from django.apps import AppConfig


class SummariesConfig(AppConfig):
    name = "summaries"

    def ready(self) -> None:
        # Its model must be known from the start, also to who deletes a summary.
        from summaries import search  # noqa: F401
