"""Following, and the secret feeds."""

from django.urls import path, re_path

from following.views import feeds, follows

urlpatterns = [
    path("follow", follows.follow, name="follow"),
    path("following", follows.following, name="following"),
    re_path(
        r"^(?P<kind>notifications|following)/feed\Z", feeds.change_feed, name="secret-feed-change"
    ),
    # 128 bits, as `secrets.token_urlsafe` encodes them.
    re_path(
        r"^(?P<kind>notifications|following)/(?P<secret>[A-Za-z0-9_-]{22})/feed\.(?P<form>atom|json)\Z",
        feeds.secret_feed,
        name="secret-feed",
    ),
]
