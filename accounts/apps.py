from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from allauth.socialaccount.providers.orcid.provider import OrcidProvider

        from accounts import verification  # noqa: F401  Connects the receivers.
        from accounts.export import account
        from accounts.export.registry import contribute

        # As ORCID writes itself; the library calls it by its host.
        OrcidProvider.name = "ORCID"
        contribute(account.files_of)
