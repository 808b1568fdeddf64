from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "papers"

    def ready(self) -> None:
        # Its model must be known from the start, also to who deletes a paper.
        from papers import checks, search  # noqa: F401
