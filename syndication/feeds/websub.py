"""Tell a WebSub hub which feeds changed; it tells their readers. https://www.w3.org/TR/websub/"""

from django.conf import settings
from django.urls import reverse

from common.http.urls import site_address
from common.http.webhook import NotSentError, http_send
from common.tasks import delay_on_commit
from papers.models import Paper
from summaries.models import Comment, Summary

KINDS = ("atom", "json")


def after_change(summary: Summary) -> None:
    """Once the transaction is committed, let a worker tell the hub; nothing without a hub.

    For summaries that were ever public: what nobody could read changed no feed.
    """
    if settings.WEBSUB_HUB and summary.published_at:
        delay_on_commit("syndication.tasks.ping_hub", changed_feeds(summary))


def after_comment(comment: Comment) -> None:
    """The same for the feed of a summary's comments."""
    under = comment.summary
    if settings.WEBSUB_HUB and under is not None and under.is_public:
        addresses = [
            site_address(reverse(f"summary-{kind}", kwargs={"pk": under.pk})) for kind in KINDS
        ]
        delay_on_commit("syndication.tasks.ping_hub", addresses)


def changed_feeds(summary: Summary) -> list[str]:
    """Addresses of the feeds that a summary stands in; those of its author only when signed.

    A hub knows a feed by its whole address, with what is asked for.
    """
    return [*_home_feeds(summary.paper), *_list_feeds(summary)]


def _home_feeds(paper: Paper) -> list[str]:
    """Everything, and the paper's field with the one above it, in the order of time."""
    fields = [paper.field, paper.field.parent] if paper.field else []
    asked = ["", *(f"field={field.slug}" for field in fields if field)]
    asked += ["&".join(filter(None, ["sort=recent", text])) for text in asked]
    queries = [f"?{text}" if text else "" for text in asked]
    homes = [reverse(f"home-{kind}") for kind in KINDS]
    rss = [reverse(name) for name in ("rss", "rss-all", "rss-full")]
    return [site_address(home + query) for query in queries for home in homes] + [
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
    """One call for all feeds; raises DeliveryError, after which it may be called again."""
    # The name may stand several times: hub.url is repeated.
    fields = [("hub.mode", "publish"), *(("hub.url", address) for address in addresses)]
    reply = http_send("POST", settings.WEBSUB_HUB, form=fields)
    if not 200 <= reply.status < 300:
        raise NotSentError(f"The hub answered {reply.status}.")
