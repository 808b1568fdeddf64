"""The app of the bibliographic record."""

from django.apps import AppConfig


class PapersConfig(AppConfig):
    """Register the system checks and the models of `papers.search`."""

    name = "papers"

    def ready(self) -> None:
        # The models of `papers.search` must be loaded, because deleting a paper cascades to them.
        from papers import checks, search  # noqa: F401
