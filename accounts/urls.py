"""A person's own settings; sign-in and sign-up are django-allauth's, under /account/."""

from django.urls import path

from accounts.views import tabs

urlpatterns = [
    path("settings", tabs.profile, name="settings"),
    path("settings/security", tabs.security, name="settings-security"),
    path("settings/reading", tabs.reading, name="settings-reading"),
    path("settings/data", tabs.data, name="settings-data"),
    path("theme", tabs.theme, name="theme"),
]
