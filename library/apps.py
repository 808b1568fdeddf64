from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "library"

    def ready(self) -> None:
        from accounts.export.registry import contribute
        from library.portability import files

        contribute(files)
