"""The text of a notification on the page, in feeds and in mail, in the active language.

Names are bylines: an anonymous author stays anonymous.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.models import Notification
from notifications.plaintext import as_text, shortened
from papers.models import Decision, Paper
from summaries.models import Suggestion, Summary

Kind = Notification.Kind
QUOTED_WORDS = 60


@dataclass(frozen=True, kw_only=True)
class Line:
    """One notification as text.

    `sentence` has no full stop, `path` is an address on this site, `quote` is plain text that may
    be empty: an excerpt, or with `is_whole` the full text, where it is shown nowhere else.
    """

    sentence: str
    path: str
    quote: str = ""
    is_whole: bool = False


def line_of(row: Notification) -> Line:
    """Return the text of one notification."""
    sentence, quote = _sentence(row)
    # A message from moderators is shown nowhere else.
    is_whole = row.kind == Kind.MODERATION
    quote = quote if is_whole else shortened(quote, QUOTED_WORDS)
    return Line(sentence=sentence, path=_path(row), quote=quote, is_whole=is_whole)


def summary_of(row: Notification) -> Summary | None:
    """Return the summary that a notification is about, or None."""
    part = row.comment or row.suggestion
    return row.summary or (part.summary if part else None)


def paper_of(row: Notification) -> Paper | None:
    """Return the paper that a notification is about, whichever row it refers to."""
    if row.paper or row.correction:
        return row.paper or row.correction.paper
    if row.comment and row.comment.paper:
        return row.comment.paper
    summary = summary_of(row)
    return summary.paper if summary else None


def _path(row: Notification) -> str:
    if row.kind == Kind.SUGGESTION and row.suggestion:
        return row.suggestion.get_absolute_url()
    target = row.comment or row.summary or row.paper or (row.correction and row.correction.paper)
    return target.get_absolute_url() if target else reverse("notifications")


def _sentence(row: Notification) -> tuple[str, str]:
    """Return (sentence, quote)."""
    if row.kind == Kind.MODERATION:
        return _("Message from the moderators"), row.words
    if row.kind in {Kind.COMMENT, Kind.REPLY, Kind.MENTION} and (row.comment or row.summary):
        return _comment_sentence(row)
    if row.kind == Kind.SUGGESTION and row.suggestion:
        return _suggested(row)
    if row.kind == Kind.WISH and row.summary:
        sentence = _("%(name)s wrote the summary you requested")
        return sentence % {"name": row.summary.byline_name}, ""
    if row.kind == Kind.FOLLOWED and row.summary:
        return _("%(name)s wrote a summary") % {"name": row.summary.byline_name}, ""
    if row.kind == Kind.FOLLOWED and row.comment:
        name = {"name": row.comment.byline_name}
        return _("%(name)s asked a question") % name, as_text(row.comment.html)
    if row.kind == Kind.CORRECTION and row.correction:
        return _corrected(row), row.correction.answer
    return str(Kind(row.kind).label), row.words


def _comment_sentence(row: Notification) -> tuple[str, str]:
    """Return (sentence, quote) for a comment; a mention may also be in a summary."""
    comment = row.comment
    name = {"name": comment.byline_name if comment else row.summary.byline_name}
    quote = as_text(comment.html) if comment else row.words
    if row.kind == Kind.MENTION:
        return _("%(name)s mentioned you") % name, quote
    if row.kind == Kind.COMMENT:
        return _("%(name)s commented on your summary") % name, quote
    parent = comment.parent if comment else None
    if parent and parent.author_id != row.user_id:
        return _("%(name)s replied in a discussion you joined") % name, quote
    if comment and comment.paper_id:
        return _("%(name)s answered your question") % name, quote
    return _("%(name)s replied to your comment") % name, quote


def _suggested(row: Notification) -> tuple[str, str]:
    suggestion = row.suggestion
    if suggestion.proposer_id != row.user_id:
        sentence = _("%(name)s suggested an edit to your summary") % {
            "name": suggestion.proposer_name
        }
        return sentence, suggestion.note
    if suggestion.state == Suggestion.State.ACCEPTED:
        return _("Your suggestion was accepted"), suggestion.answer
    return _("Your suggestion was declined"), suggestion.answer


def _corrected(row: Notification) -> str:
    correction = row.correction
    if correction.state != Decision.ACCEPTED:
        return _("Your correction was declined")
    if len(correction.accepted_fields) < len(correction.changes):
        return _("Your correction was partly accepted")
    return _("Your correction was accepted")
