from django.apps import AppConfig


class FollowingConfig(AppConfig):
    name = "following"

    def ready(self) -> None:
        from accounts.export.registry import contribute
        from following import listening, portability

        listening.connect()
        contribute(portability.files)
