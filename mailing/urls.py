"""E-mail preferences, one-click unsubscribing, newsletters, and webhooks of mail services."""

from django.urls import path, re_path

from mailing.views import newsletters, preferences, webhooks
from syndication.views.feeds import feed

urlpatterns = [
    path("settings/mail", preferences.settings, name="settings-mail"),
    path("settings/mail/start", preferences.resume_email, name="mail-start"),
    path("mail/stop/<str:token>", preferences.unsubscribe, name="mail-stop"),
    path("letters", newsletters.archive, name="letters"),
    path("letters/feed.atom", feed(newsletters.listing, "atom"), name="letters-atom"),
    path("letters/feed.json", feed(newsletters.listing, "json"), name="letters-json"),
    re_path(
        r"^letters/(?P<year>\d{4})-(?P<week>\d{2})\Z", newsletters.newsletter_page, name="letter"
    ),
    path("anymail/<str:service>/tracking/", webhooks.tracking, name="mail-webhook"),
]
