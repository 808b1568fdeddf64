"""The URLs of embeds and share images; those of the feeds are in `views.feeds`."""

from django.urls import path, re_path

from syndication.views import embed, share_images

urlpatterns = [
    path("paper/<int:pk>/badge.svg", embed.badge, name="paper-badge"),
    path("paper/<int:pk>/card", embed.card, name="paper-card"),
    re_path(
        r"^paper/(?P<pk>\d{1,18})/share-image/(?P<digest>[0-9a-f]{16})\.png\Z",
        share_images.of_paper,
        name="paper-share-image",
    ),
    re_path(
        r"^summary/(?P<pk>\d{1,18})/share-image/(?P<digest>[0-9a-f]{16})\.png\Z",
        share_images.of_summary,
        name="summary-share-image",
    ),
    path("oembed", embed.oembed, name="oembed"),
]
