from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "mailing"

    def ready(self) -> None:
        from accounts.export.registry import contribute, person_leaves
        from mailing import delete_account as leaving

        contribute(leaving.files_of)
        person_leaves.connect(leaving.forget, dispatch_uid="forget the mail of a person")
