from django.apps import AppConfig


class FollowingConfig(AppConfig):
    name = "following"

    def ready(self) -> None:
        from accounts.export.registry import contribute
        from following import event_handlers, portability

        event_handlers.connect()
        contribute(portability.files)
