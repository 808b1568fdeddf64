"""Settings of mail, one-click stops without a session, bounces told by mail services."""

import base64
import hashlib
import hmac
import json
import re

import pytest
from django.core import mail as outgoing
from django.test import Client
from django.utils import timezone

from mailing import batching, outbox
from mailing.models import NEWSLETTER, Frequency, OutgoingEmail, Suppression
from mailing.preferences import DEFAULTS, KINDS, choose, frequencies_of, read_stop_token, stop_token
from notifications.models import Notification
from summaries.models import Summary
from tests.support.factories import make_paper, make_summary
from tests.support.letterbox import commented, make_reader, notify

pytestmark = pytest.mark.django_db
Kind = Notification.Kind
ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def reader(settings):
    settings.MAIL_DELAY_SECONDS = 0
    return make_reader("reader")


def sent_mail():
    batching.collect(timezone.now())
    outbox.send_due()
    (mail,) = outgoing.outbox
    return mail


def test_every_kind_has_a_line_of_four_choices_and_one_save(client, reader):
    client.force_login(reader)
    page = client.get("/settings/mail").content.decode()
    assert page.count('type="radio"') == 4 * len(Kind.values)
    told = {kind: "weekly" for kind in Kind.values}
    assert client.post("/settings/mail", {**told, NEWSLETTER: "on"}).status_code == 302
    assert set(frequencies_of(reader).values()) == {Frequency.WEEKLY}
    assert client.post("/settings/mail", {**told, "comment": "hourly"}).status_code == 422


def test_the_letter_is_only_for_who_asked(reader):
    assert frequencies_of(reader)[NEWSLETTER] == Frequency.NEVER
    assert set(DEFAULTS) == set(KINDS)


def test_a_mail_can_be_stopped_by_one_click_as_rfc_8058_says(reader):
    commented(reader)
    message = sent_mail().message()
    assert message["List-Unsubscribe-Post"] == ONE_CLICK
    address = re.fullmatch(r"<https?://[^/]+(/unsubscribe/\S+)>", message["List-Unsubscribe"])[1]
    assert "reader" not in address and "@" not in address
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(address).status_code == 200
    assert frequencies_of(reader)[Kind.COMMENT] == Frequency.NOW
    answer = stranger.post(address, ONE_CLICK, content_type=FORM)
    assert answer.status_code == 200 and not answer.cookies.get("sessionid")
    assert frequencies_of(reader)[Kind.COMMENT] == Frequency.NEVER
    assert frequencies_of(reader)[Kind.REPLY] == Frequency.NOW


@pytest.mark.parametrize(
    ("scope", "left"),
    [("all", set()), ("now", {"wish", "correction", "followed"}), ("weekly", None)],
)
def test_a_scope_stops_what_it_says(client, reader, scope, left):
    client.post(f"/unsubscribe/{stop_token(reader.pk, scope)}", ONE_CLICK, content_type=FORM)
    going = {kind for kind, pace in frequencies_of(reader).items() if pace != Frequency.NEVER}
    assert going == (left if left is not None else set(Kind.values) - {"followed"})


@pytest.mark.parametrize("token", ["1.comment", "1.comment~AAAA", "x", "1.comment~"])
def test_a_forged_token_stops_nothing(client, reader, token):
    assert read_stop_token(token) is None
    assert client.post(f"/unsubscribe/{token}").status_code == 404
    page = client.get(f"/unsubscribe/{token}")
    assert page.status_code == 404 and "e-mail settings" in page.content.decode()


def test_both_parts_hold_readable_formulas(reader):
    paper = make_paper(title="On $O(\\sqrt{T})$ regret")
    summary = make_summary(paper=paper, text="The bound is $x^2 \\leq \\alpha$ for all.")
    choose(reader, {Kind.FOLLOWED: Frequency.NOW})
    notify(reader, Kind.FOLLOWED, summary=summary)
    mail = sent_mail()
    html = mail.alternatives[0][0]
    assert "x² ≤ α" in mail.body and "O(√T)" in mail.subject
    assert "<math>" in html and "x² ≤ α" in html and "x-tex" not in html
    assert not re.search(r'(?:href|src)="/', html)


def test_headers_say_what_it_is(reader):
    commented(reader)
    message = sent_mail().message()
    row = OutgoingEmail.objects.get()
    assert message["Message-ID"] == row.message_id
    assert message["Auto-Submitted"] == "auto-generated" and message["Precedence"] == "bulk"
    assert "notifications." in message["List-Id"]


def test_an_anonymous_author_is_not_named(reader):
    writer = make_reader("writer", name="Wanda Writer")
    summary = make_summary(author=writer, is_anonymous=True)
    choose(reader, {Kind.FOLLOWED: Frequency.NOW})
    notify(reader, Kind.FOLLOWED, summary=summary)
    mail = sent_mail()
    assert "Anonymous" in mail.body
    assert "Wanda" not in mail.message().as_string() and "writer@" not in mail.message().as_string()


def test_what_was_hidden_meanwhile_is_not_mailed(reader):
    row = commented(make_reader("other"))
    notify(reader, Kind.MENTION, comment=row.comment, summary=row.summary)
    Summary.objects.filter(pk=row.summary_id).update(state=Summary.State.HIDDEN)
    batching.collect()
    outbox.send_due()
    assert [mail.to for mail in outgoing.outbox if mail.to == ["reader@example.org"]] == []
    assert OutgoingEmail.objects.get(user=reader).state == OutgoingEmail.State.SKIPPED


def postmark(kind: str, address: str) -> dict:
    return {
        "RecordType": "SpamComplaint" if kind == "SpamComplaint" else "Bounce",
        "ID": 901542550,
        "Type": kind,
        "TypeCode": 1,
        "MessageID": "2706ee8a-737c-4285-b032-ccd317af53ed",
        "Description": "The server was unable to deliver your message.",
        "Details": f"smtp;550 5.1.1 <{address}> no such mailbox",
        "Email": address,
        "From": "contact@example.org",
        "BouncedAt": "2024-11-27T16:21:15Z",
        "Inactive": True,
    }


def mailgun(event: str, address: str, severity: str = "permanent") -> dict:
    stamp, token = "1732723275", "a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0"
    signature = hmac.new(b"signing-key", f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": stamp, "token": token, "signature": signature},
        "event-data": {
            "event": event,
            "severity": severity,
            "reason": "bounce",
            "id": "G9Bn5sl1TC6nu79C8C0bwg",
            "timestamp": 1732723275.25,
            "recipient": address,
            "message": {"headers": {"message-id": "mail.1.abc@example.org"}},
            "delivery-status": {"code": 550, "message": "5.1.1 no such user"},
        },
    }


@pytest.fixture
def webhooks(settings):
    settings.ANYMAIL = {
        "WEBHOOK_SECRET": "name:password",
        "MAILGUN_WEBHOOK_SIGNING_KEY": "signing-key",
    }


def call(client, service: str, body: dict, secret: str = "name:password"):
    return client.post(
        f"/anymail/{service}/tracking/",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"},
    )


@pytest.mark.parametrize(
    ("service", "body", "reason"),
    [
        ("postmark", postmark("HardBounce", "Reader@example.org"), "bounced"),
        ("postmark", postmark("SpamComplaint", "reader@example.org"), "complained"),
        ("postmark", postmark("BadEmailAddress", "reader@example.org"), "rejected"),
        ("postmark", postmark("Transient", "reader@example.org"), None),
        ("mailgun", mailgun("failed", "reader@example.org"), "bounced"),
        ("mailgun", mailgun("failed", "reader@example.org", "temporary"), None),
        ("mailgun", mailgun("complained", "reader@example.org"), "complained"),
        ("mailgun", mailgun("delivered", "reader@example.org"), None),
    ],
)
def test_bounces_and_complaints_stop_mail(client, reader, webhooks, service, body, reason):
    for _ in range(2):
        assert call(client, service, body).status_code == 200
    assert [stop.reason for stop in Suppression.objects.all()] == ([reason] if reason else [])
    commented(reader)
    batching.collect()
    outbox.send_due()
    assert len(outgoing.outbox) == (0 if reason else 1)


def test_the_person_sees_why_and_starts_again(client, reader, webhooks):
    call(client, "postmark", postmark("HardBounce", "reader@example.org"))
    client.force_login(reader)
    page = client.get("/settings/mail").content.decode()
    assert "We stopped sending e-mail to" in page and "Mail bounced" in page
    client.post("/settings/mail/resume")
    assert not Suppression.objects.exists()
    assert "We stopped sending e-mail to" not in client.get("/settings/mail").content.decode()


def test_webhooks_answer_nobody_without_the_secret(client, settings, webhooks):
    body = postmark("HardBounce", "reader@example.org")
    assert call(client, "postmark", body, secret="name:guess").status_code == 400
    assert call(client, "nobody", body).status_code == 404
    settings.ANYMAIL = {}
    assert call(client, "postmark", body).status_code == 404
    assert not Suppression.objects.exists()
