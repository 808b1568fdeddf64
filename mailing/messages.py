"""Turn a row of Mail into a message: both parts, and the headers for unsubscribing."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.i18n import language_of
from common.text.tex_to_html import plain_to_paragraphs
from mailing import digests, newsletter
from mailing.digest_items import item_of
from mailing.math_text import with_text_beside
from mailing.models import NEWSLETTER, Frequency, OutgoingEmail
from mailing.preferences import ALL, frequencies_of, stop_token
from notifications.models import Notification
from notifications.plaintext import as_text, shortened

SUBJECT_WORDS = 16
LISTS = {OutgoingEmail.Form.LETTER: "letter"}


@dataclass(frozen=True, kw_only=True)
class Content:
    """What one mail says: `template` names the pair of files, `thread` the thread it belongs to."""

    subject: str
    template: str
    scope: str
    context: dict[str, object]
    thread: str = ""


def compose(mail: OutgoingEmail, address: str) -> EmailMultiAlternatives | None:
    """Return the message in the receiver's language.

    The content is read at this moment. Returns None when nothing is left to send, or the person
    does not want it any more.
    """
    with translation.override(language_of(mail.user)):
        return _compose(mail, address)


def _compose(mail: OutgoingEmail, address: str) -> EmailMultiAlternatives | None:
    content = _newsletter(mail) if mail.form == OutgoingEmail.Form.LETTER else _news(mail)
    if content is None:
        return None
    stop = _stop_address(mail, content.scope)
    context = {
        **content.context,
        "subject": content.subject,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "stop": stop,
        "stop_all": _stop_address(mail, ALL),
        "settings": settings.SITE_URL + reverse("settings-mail"),
        "why": _why(mail, content.scope),
    }
    message = EmailMultiAlternatives(
        subject=content.subject,
        body=_tidy(render_to_string(f"mailing/mail/{content.template}.txt", context)),
        to=[address],
        headers=_headers(mail, stop, content.thread),
    )
    html = render_to_string(f"mailing/mail/{content.template}.html", context)
    message.attach_alternative(with_text_beside(html), "text/html")
    return message


def _tidy(text: str) -> str:
    """Collapse empty lines into one; the line "-- " before the footer keeps its space."""
    return re.sub(r"\n[ \t]*\n(?:[ \t]*\n)+", "\n\n", text).strip() + "\n"


def _newsletter(mail: OutgoingEmail) -> Content | None:
    if frequencies_of(mail.user)[NEWSLETTER] == Frequency.NEVER:
        return None
    picks = newsletter.shown_items(mail.letter)
    if not picks:
        return None
    intro = plain_to_paragraphs(mail.letter.intro)
    return Content(
        subject=mail.letter.title,
        template="newsletter",
        scope=NEWSLETTER,
        context={
            "letter": mail.letter,
            "address": settings.SITE_URL + mail.letter.get_absolute_url(),
            "intro_html": intro,
            "intro": [as_text(part) for part in intro.split("</p>") if part],
            "items": [item_of(pick.summary, pick.words) for pick in picks],
        },
    )


def _news(mail: OutgoingEmail) -> Content | None:
    news = digests.news_of(mail)
    if news is None:
        return None
    return Content(
        subject=shortened(_subject(mail, news), SUBJECT_WORDS),
        template="news",
        scope=digests.scope_of(mail, news),
        context={
            "news": news,
            "heading": news.line_count + news.summary_count > 1,
            "following": settings.SITE_URL + reverse("following"),
        },
        thread=_thread(news),
    )


def _subject(mail: OutgoingEmail, news: digests.News) -> str:
    if news.line_count == 1 and not news.summary_count:
        group = news.groups[0]
        sentence = group.lines[0].sentence
        return f"{sentence}: {group.title}" if group.title else sentence
    if news.summary_count == 1 and not news.line_count:
        item = news.excerpts[0]
        sentence = _("New summary by %(name)s: %(title)s")
        return sentence % {"name": item.byline, "title": item.title}
    counts = []
    if news.line_count:
        counts.append(
            ngettext("%(count)s update for you", "%(count)s updates for you", news.line_count)
            % {"count": news.line_count}
        )
    if news.summary_count:
        counts.append(
            ngettext("%(count)s new summary", "%(count)s new summaries", news.summary_count)
            % {"count": news.summary_count}
        )
    parts = {"counts": ", ".join(counts)}
    if _is_about_one(news) and news.groups[0].title:
        parts["title"] = news.groups[0].title
        return _news_of_one(mail) % parts
    return _news_of_many(mail) % parts


def _news_of_one(mail: OutgoingEmail) -> str:
    sentences = {
        Frequency.DAILY: _("Today: %(counts)s on “%(title)s”"),
        Frequency.WEEKLY: _("This week: %(counts)s on “%(title)s”"),
    }
    return sentences.get(mail.form, _("News: %(counts)s on “%(title)s”"))


def _news_of_many(mail: OutgoingEmail) -> str:
    sentences = {
        Frequency.DAILY: _("Today: %(counts)s"),
        Frequency.WEEKLY: _("This week: %(counts)s"),
    }
    return sentences.get(mail.form, _("News: %(counts)s"))


def _is_about_one(news: digests.News) -> bool:
    return len(news.groups) == 1 and not news.summary_count


def _thread(news: digests.News) -> str:
    """Return the thread of mails about a single paper, for mail programs to group, or ""."""
    paper = news.groups[0].paper if _is_about_one(news) else None
    return f"<paper.{paper.pk}@{_host()}>" if paper else ""


def _why(mail: OutgoingEmail, scope: str) -> str:
    if mail.form == OutgoingEmail.Form.LETTER:
        return _("You subscribed to the weekly newsletter.")
    if mail.form == OutgoingEmail.Form.DAILY:
        return _("This is your daily digest.")
    if mail.form == OutgoingEmail.Form.WEEKLY:
        return _("This is your weekly digest.")
    if scope in Notification.Kind:
        label = Notification.Kind(scope).label
        return _("You chose instant e-mail for: %(kind)s.") % {"kind": label}
    return _("You chose instant e-mail for these notifications.")


def _headers(mail: OutgoingEmail, stop: str, thread: str) -> dict[str, str]:
    host = _host()
    name = LISTS.get(mail.form, "notifications")
    headers = {
        "Message-ID": mail.message_id,
        # RFC 8058: a POST to this address with the body below unsubscribes without cookies.
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"{settings.SITE_NAME} {name} <{name}.{host}>",
        # RFC 3834: no out-of-office reply comes back.
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
    }
    if thread:
        headers["References"] = headers["In-Reply-To"] = thread
    return headers


def _stop_address(mail: OutgoingEmail, scope: str) -> str:
    return settings.SITE_URL + reverse("unsubscribe", args=[stop_token(mail.user_id, scope)])


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
