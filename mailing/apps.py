from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "mailing"

    def ready(self) -> None:
        from accounts.export.registry import contribute, person_leaves
        from mailing import bounces, delete_account  # noqa: F401  Listens to the mail services.

        contribute(delete_account.files_of)
        person_leaves.connect(delete_account.forget, dispatch_uid="forget the mail of a person")
