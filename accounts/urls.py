"""A person's own settings; sign-in and sign-up are django-allauth's, under /account/."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("settings", views.settings, name="settings"),
    path("theme", views.theme, name="theme"),
]
