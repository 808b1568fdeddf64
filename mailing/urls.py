"""Settings of mail, one-click unsubscribing, the letters, and what mail services call."""

from django.urls import path, re_path

from mailing.views import choosing, letters, webhooks
from syndication.views.feeds import feed

urlpatterns = [
    path("settings/mail", choosing.settings, name="settings-mail"),
    path("settings/mail/resume", choosing.start, name="mail-resume"),
    path("unsubscribe/<str:token>", choosing.stop_mail, name="unsubscribe"),
    path("newsletter", letters.archive, name="newsletter"),
    path("newsletter/feed.atom", feed(letters.listing, "atom"), name="newsletter-atom"),
    path("newsletter/feed.json", feed(letters.listing, "json"), name="newsletter-json"),
    re_path(
        r"^newsletter/(?P<year>\d{4})-(?P<week>\d{2})\Z", letters.letter, name="newsletter-issue"
    ),
    path("anymail/<str:service>/tracking/", webhooks.tracking, name="mail-webhook"),
]
