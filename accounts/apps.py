from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Connect the receivers, and register the account with the export."""

    name = "accounts"

    def ready(self) -> None:
        from allauth.socialaccount.providers.orcid.provider import OrcidProvider

        from accounts import verification  # noqa: F401  Connects the receivers.
        from accounts.export import account
        from accounts.export.registry import contribute

        # Spelled as ORCID does; allauth names it after its host.
        OrcidProvider.name = "ORCID"
        contribute(account.files_of)
