"""Update feeds and share images after summaries change, once the transaction is committed."""

from summaries.events import byline_changing, comment_published, summary_changed, summary_published
from summaries.models import Comment, Summary
from syndication.feeds import websub
from syndication.share_images import storage


def connect() -> None:
    """Register the listeners of this app."""
    for event in (summary_published, summary_changed):
        event.connect(_ping_hub, dispatch_uid="syndication: ping the hub")
        event.connect(_redraw, dispatch_uid="syndication: redraw share images")
    # The feed of the author loses or gains the summary: ping it before and after.
    byline_changing.connect(_ping_hub, dispatch_uid="syndication: ping the hub")
    comment_published.connect(_ping_hub_of_comment, dispatch_uid="syndication: ping the hub")


def _ping_hub(summary: Summary, **kwargs) -> None:
    websub.after_change(summary)


def _redraw(summary: Summary, **kwargs) -> None:
    storage.after_change(summary)


def _ping_hub_of_comment(comment: Comment, **kwargs) -> None:
    websub.after_comment(comment)
