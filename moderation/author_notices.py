"""Notify authors and reporters of decisions, each in their own language."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.i18n import language_of
from moderation.models import ModerationAction, Report
from moderation.reasons import TEMPLATES
from notifications.models import Notification
from notifications.notify import notify
from summaries.models import Comment

Action = ModerationAction.Action


def notify_author(act: ModerationAction) -> None:
    """Notify the author: the action, the sentence of the reason and the moderator's message."""
    text = act.case.text
    if text.author is None:
        return
    with translation.override(language_of(text.author)):
        notify(
            text.author,
            Notification.Kind.MODERATION,
            f"act:{act.pk}",
            text=" ".join(filter(None, [message_to_author(act), why(act)])),
            **_about(act),
        )


def close_reports(act: ModerationAction) -> None:
    """Close the open reports of the case, and notify the members who made them."""
    reports = act.case.reports.filter(settled_at=None)
    member_reports = list(reports.exclude(reporter=None).select_related("reporter"))
    Report.objects.filter(pk__in=list(reports.values_list("pk", flat=True))).update(
        settled_at=timezone.now()
    )
    for report in member_reports:
        with translation.override(language_of(report.reporter)):
            notify(
                report.reporter,
                Notification.Kind.MODERATION,
                f"report:{report.pk}",
                text=_message_to_reporter(act),
                # The text may be deleted, and its author is notified separately.
                paper=_paper_of(act),
            )


def notify_suspension_lifted(act: ModerationAction) -> None:
    """Notify a person that the suspension was lifted early."""
    with translation.override(language_of(act.person)):
        notify(
            act.person,
            Notification.Kind.MODERATION,
            f"act:{act.pk}",
            text=_("Your account suspension was lifted early."),
        )


def notify_renamed(act: ModerationAction) -> None:
    """Notify a person of the new names and the reason."""
    with translation.override(language_of(act.person)):
        template = _(
            "Moderators changed your name. Display name: %(name)s, user name: %(username)s."
        )
        names = {"name": act.person.display_name, "username": act.person.username}
        notify(
            act.person,
            Notification.Kind.MODERATION,
            f"act:{act.pk}",
            text=" ".join(filter(None, [template % names, why(act)])),
        )


def why(act: ModerationAction) -> str:
    """Return the sentence of the reason and the moderator's own message."""
    template = str(TEMPLATES.get(act.reason, ""))
    return " ".join(filter(None, [template, act.words]))


def message_to_author(act: ModerationAction) -> str:
    """Return what was decided, without who decided it."""
    sentences = {
        ModerationAction.Subject.SUMMARY: {
            Action.KEPT: _("A moderator reviewed your summary. No changes were made."),
            Action.SHOWN: _("A moderator approved your summary. Everyone can read it now."),
            Action.RESTORED: _("Moderators restored your summary."),
            Action.HIDDEN: _("Moderators have hidden your summary."),
            Action.DECLINED: _("A moderator reviewed your summary and did not publish it."),
            Action.ASKED: _("A moderator asked you to edit your summary."),
            Action.REMOVED: _("Moderators have removed your summary."),
        },
        ModerationAction.Subject.COMMENT: {
            Action.KEPT: _("A moderator reviewed your comment. No changes were made."),
            Action.SHOWN: _("A moderator approved your comment. Everyone can read it now."),
            Action.RESTORED: _("Moderators restored your comment."),
            Action.HIDDEN: _("Moderators have hidden your comment."),
            Action.DECLINED: _("A moderator reviewed your comment and did not publish it."),
            Action.REMOVED: _("Moderators have removed your comment."),
        },
        ModerationAction.Subject.QUESTION: {
            Action.KEPT: _("A moderator reviewed your question. No changes were made."),
            Action.SHOWN: _("A moderator approved your question. Everyone can read it now."),
            Action.RESTORED: _("Moderators restored your question."),
            Action.HIDDEN: _("Moderators have hidden your question."),
            Action.DECLINED: _("A moderator reviewed your question and did not publish it."),
            Action.REMOVED: _("Moderators have removed your question."),
        },
    }
    return sentences[act.subject][act.deed]


def _message_to_reporter(act: ModerationAction) -> str:
    if act.deed in {Action.HIDDEN, Action.DECLINED}:
        return _("A moderator reviewed your report and hid the content. Thank you.")
    if act.deed == Action.REMOVED:
        return _("A moderator reviewed your report and removed the content. Thank you.")
    return _("A moderator reviewed your report and kept the content. Thank you for reporting it.")


def _about(act: ModerationAction) -> dict[str, object]:
    """Return what the notification links to: the text, or its paper when the text is gone."""
    text = act.case.text
    if act.deed == Action.REMOVED or (isinstance(text, Comment) and act.deed == Action.DECLINED):
        return {"paper": _paper_of(act)}
    return {"comment": text} if isinstance(text, Comment) else {"summary": text}


def _paper_of(act: ModerationAction):
    text = act.case.text
    return text.paper or text.summary.paper
