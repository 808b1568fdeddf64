"""E-mail preferences, one-click unsubscribing, newsletters, and webhooks of mail services."""

from django.urls import path, re_path

from mailing.views import newsletters, preferences, webhooks
from syndication.views.feeds import feed

urlpatterns = [
    path("settings/mail", preferences.settings, name="settings-mail"),
    path("settings/mail/resume", preferences.resume_email, name="mail-resume"),
    path("unsubscribe/<str:token>", preferences.unsubscribe, name="unsubscribe"),
    path("newsletter", newsletters.archive, name="newsletter"),
    path("newsletter/feed.atom", feed(newsletters.listing, "atom"), name="newsletter-atom"),
    path("newsletter/feed.json", feed(newsletters.listing, "json"), name="newsletter-json"),
    re_path(
        r"^newsletter/(?P<year>\d{4})-(?P<week>\d{2})\Z",
        newsletters.newsletter_page,
        name="newsletter-issue",
    ),
    path("anymail/<str:service>/tracking/", webhooks.tracking, name="mail-webhook"),
]
