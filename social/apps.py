from django.apps import AppConfig


class SocialConfig(AppConfig):
    """Registers the listeners of the app."""

    name = "social"

    def ready(self) -> None:
        from social import event_handlers

        event_handlers.connect()
