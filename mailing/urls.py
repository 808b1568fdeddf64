"""E-mail preferences, one-click unsubscribing, newsletters, and webhooks of mail services."""

from django.urls import path, re_path

from mailing.views import choosing, letters, webhooks
from syndication.views.feeds import feed

urlpatterns = [
    path("settings/mail", choosing.settings, name="settings-mail"),
    path("settings/mail/start", choosing.start, name="mail-start"),
    path("mail/stop/<str:token>", choosing.stop_mail, name="mail-stop"),
    path("letters", letters.archive, name="letters"),
    path("letters/feed.atom", feed(letters.listing, "atom"), name="letters-atom"),
    path("letters/feed.json", feed(letters.listing, "json"), name="letters-json"),
    re_path(r"^letters/(?P<year>\d{4})-(?P<week>\d{2})\Z", letters.letter, name="letter"),
    path("anymail/<str:service>/tracking/", webhooks.tracking, name="mail-webhook"),
]
