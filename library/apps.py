from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """Register the library with the export of a person's data."""

    name = "library"

    def ready(self) -> None:
        from accounts.export.registry import contribute
        from library.portability import files

        contribute(files)
