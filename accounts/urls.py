"""A person's own settings; sign-in and sign-up are django-allauth's, under /account/."""

from django.urls import path
from django.views.generic import RedirectView

from accounts.views import account, data, languages, security, tabs

to_security = RedirectView.as_view(pattern_name="settings-security")

urlpatterns = [
    path("settings", tabs.profile, name="settings"),
    path("settings/security", security.security, name="settings-security"),
    path("settings/security/session", security.end_session, name="session-end"),
    path("settings/security/totp.svg", security.totp_picture, name="totp-qr-code"),
    path("settings/reading", tabs.reading, name="settings-reading"),
    path("settings/account", account.account, name="settings-account"),
    path("settings/account/delete", account.delete, name="account-delete"),
    path("settings/data", data.data, name="settings-data"),
    path("settings/data/archive", data.archive, name="data-archive"),
    # Three pages of allauth are one page here.
    path("account/2fa/", to_security),
    path("account/2fa/webauthn/", to_security),
    path("account/sessions/", to_security),
    path("theme", tabs.theme, name="theme"),
    path("language", languages.language, name="language"),
]
