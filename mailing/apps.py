from django.apps import AppConfig


class MailingConfig(AppConfig):
    """Connect the receivers, and register mail with the export."""

    name = "mailing"

    def ready(self) -> None:
        from anymail.signals import tracking

        from accounts.export.registry import contribute, person_leaves
        from mailing import bounces, delete_account

        contribute(delete_account.files_of)
        tracking.connect(bounces.on_event, dispatch_uid="stop mail that bounces")
        person_leaves.connect(delete_account.forget, dispatch_uid="forget the mail of a person")
