"""What a change of a summary, or of who may read it, means for everything read from it."""

from summaries.announcing import outbox
from summaries.feeds import websub
from summaries.models import Summary
from summaries.picturing import keeping
from summaries.ranking import counters as standing
from summaries.search import index_summaries


def tell_all(summary: Summary) -> None:
    """Lists, and the posts about it elsewhere. Inside the transaction of the change."""
    tell_lists(summary)
    outbox.follow([summary])


def tell_lists(summary: Summary) -> None:
    """Counts and orders, the search, feeds and pictures."""
    standing.recount_paper(summary.paper_id)
    index_summaries([summary.pk])
    websub.after_change(summary)
    keeping.after_change(summary)
