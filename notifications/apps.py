from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Connect the receivers."""

    name = "notifications"

    def ready(self) -> None:
        from notifications import event_handlers

        event_handlers.connect()
