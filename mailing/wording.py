"""What a mail says of one notification. Names are bylines: an anonymous author stays unnamed."""

from dataclasses import dataclass

from django.conf import settings

from following.models import Notification
from mailing.formulas import as_text, shortened
from papers.models import Paper
from summaries.announcing.readable_math import readable
from summaries.models import Suggestion

Kind = Notification.Kind
QUOTED_WORDS = 60


@dataclass(frozen=True, kw_only=True)
class Line:
    """`told` is a sentence without its full stop, `quote` plain text that may be empty."""

    told: str
    address: str
    quote: str = ""


def line_of(notification: Notification) -> Line:
    told, quote = _told(notification)
    return Line(told=told, address=address_of(notification), quote=shortened(quote, QUOTED_WORDS))


def paper_of(notification: Notification) -> Paper | None:
    """The paper that it is about, by whatever row the notification names."""
    row = notification
    comment = row.comment
    if row.paper or (comment and comment.paper):
        return row.paper or comment.paper
    summary = row.summary or (comment and comment.summary)
    summary = summary or (row.suggestion and row.suggestion.summary)
    return summary.paper if summary else None


def title_of(paper: Paper) -> str:
    return " ".join(readable(paper.title).split())


def address_of(notification: Notification) -> str:
    row = notification
    target = row.comment or row.summary or (row.suggestion and row.suggestion.summary) or row.paper
    path = target.get_absolute_url() if target else "/notifications"
    return settings.SITE_URL + path


def _told(row: Notification) -> tuple[str, str]:
    """(sentence, quote)"""
    said = as_text(row.comment.html) if row.comment else row.words
    who = row.comment.byline_name if row.comment else ""
    if row.kind == Kind.COMMENT and row.comment:
        return f"{who} commented on your summary", said
    if row.kind == Kind.REPLY and row.comment:
        return f"{who} answered your comment", said
    if row.kind == Kind.MENTION and (row.comment or row.summary):
        return f"{who or row.summary.byline_name} mentioned you", said
    if row.kind == Kind.SUGGESTION and row.suggestion:
        return _suggested(row)
    if row.kind == Kind.WISH and row.summary:
        return f"The paper that you asked for has a summary, by {row.summary.byline_name}", ""
    if row.kind == Kind.FOLLOWED and row.summary:
        return f"{row.summary.byline_name} wrote a summary", ""
    return Kind(row.kind).label, said


def _suggested(row: Notification) -> tuple[str, str]:
    suggestion = row.suggestion
    if suggestion.proposer_id == row.user_id:
        state = Suggestion.State(suggestion.state).label.lower()
        return f"Your suggestion was {state}", suggestion.answer
    who = suggestion.proposer.display_name if suggestion.proposer else "Somebody"
    return f"{who} suggests an edit of your summary", suggestion.note
