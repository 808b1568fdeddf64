"""Ping a WebSub hub about changed feeds; it notifies their subscribers.

https://www.w3.org/TR/websub/
"""

from django.conf import settings
from django.urls import reverse

from common.http.urls import site_address
from common.http.webhook import NotSentError, http_send
from common.tasks import delay_on_commit
from papers.models import Paper
from summaries.models import Comment, Summary

KINDS = ("atom", "json")


def after_change(summary: Summary) -> None:
    """Let a worker ping the hub once the transaction is committed, if there is a hub.

    Only for summaries that were ever public: others are in no feed.
    """
    if settings.WEBSUB_HUB and summary.published_at:
        delay_on_commit("syndication.tasks.ping_hub", changed_feeds(summary))


def after_comment(comment: Comment) -> None:
    """Let a worker ping the hub about the feed of a summary's comments."""
    summary = comment.summary
    if settings.WEBSUB_HUB and summary is not None and summary.is_public:
        addresses = [
            site_address(reverse(f"summary-{kind}", kwargs={"pk": summary.pk})) for kind in KINDS
        ]
        delay_on_commit("syndication.tasks.ping_hub", addresses)


def changed_feeds(summary: Summary) -> list[str]:
    """Return the URLs of the feeds with a summary; those of its author only when signed.

    A hub knows a feed by its whole URL, including the query string.
    """
    return [*_home_feeds(summary.paper), *_list_feeds(summary)]


def _home_feeds(paper: Paper) -> list[str]:
    """Return the feeds of everything, of the paper's field and of its parent, by date."""
    fields = [paper.field, paper.field.parent] if paper.field else []
    query_strings = ["", *(f"field={field.slug}" for field in fields if field)]
    query_strings += ["&".join(filter(None, ["sort=recent", text])) for text in query_strings]
    suffixes = [f"?{text}" if text else "" for text in query_strings]
    homes = [reverse(f"home-{kind}") for kind in KINDS]
    rss = [reverse(name) for name in ("rss", "rss-all", "rss-full")]
    return [site_address(home + query) for query in suffixes for home in homes] + [
        site_address(path) for path in rss
    ]


def _list_feeds(summary: Summary) -> list[str]:
    paper = summary.paper
    lists: list[tuple[str, dict[str, object]]] = [("paper", {"pk": paper.pk})]
    if paper.venue:
        lists.append(("venue", {"slug": paper.venue.slug}))
        if paper.year:
            lists.append(("venue-year", {"slug": paper.venue.slug, "year": paper.year}))
    if summary.byline:
        lists.append(("user", {"username": summary.byline.username}))
    slugs = paper.authorships.values_list("name_slug", flat=True)[:50]
    lists += [("author", {"slug": slug}) for slug in dict.fromkeys(slugs)]
    return [
        site_address(reverse(f"{page}-{kind}", kwargs=where))
        for page, where in lists
        for kind in KINDS
    ]


def ping_hub(addresses: list[str]) -> None:
    """Ping the hub once for all feeds; raises DeliveryError, after which it may be repeated."""
    # A list of pairs, because hub.url is repeated.
    fields = [("hub.mode", "publish"), *(("hub.url", address) for address in addresses)]
    reply = http_send("POST", settings.WEBSUB_HUB, form=fields)
    if not 200 <= reply.status < 300:
        raise NotSentError(f"The hub answered {reply.status}.")
