from django.apps import AppConfig


class FollowingConfig(AppConfig):
    """Connect the receivers, and register what is followed with the export."""

    name = "following"

    def ready(self) -> None:
        from accounts.export.registry import contribute
        from following import event_handlers, portability

        event_handlers.connect()
        contribute(portability.files)
