"""Whoever follows everybody learns nothing of who wrote an unsigned summary.

Two worlds that differ in whether Alice or Bob wrote it, as in tests/contracts/test_anonymity.py, with Carol,
who follows both of them and searches for their names.
"""

import datetime

from django.core import mail
from django.test import Client
from django.utils import timezone

from following import fan_out, follow
from mailing import batching, outbox
from mailing.preferences import choose
from notifications.models import SecretFeed
from summaries.actions.comment import comment
from summaries.actions.publish import revise
from summaries.actions.suggest_edit import accept, suggest
from tests.support.factories import make_paper, make_summary
from tests.support.letterbox import make_reader
from tests.support.worlds import CHANCE, answer, twice

SECRET = "x" * 22
ADDRESSES = [
    *("/", "/following", "/notifications", "/notifications?show=unread"),
    *(f"/{kind}/{SECRET}/feed.{form}" for kind in SecretFeed.Kind for form in ("atom", "json")),
]


def live_until_told(number: int, clock) -> dict:
    alice, bob, carol = (make_reader(name.lower(), name=name) for name in ("Alice", "Bob", "Carol"))
    choose(carol, {"followed": "now"})
    paper = make_paper(title="On worlds", arxiv="1706.03762", venue="NeurIPS")
    for kind in SecretFeed.Kind:
        SecretFeed.objects.create(user=carol, kind=kind, secret=SECRET[:-1] + kind[0])
    for person in (alice, bob):
        follow.follow(user=carol, kind="person", target=str(person.pk))
        for words in (f"by:{person.username}", person.name):
            follow.follow(user=carol, kind="search", target=words)
        make_summary(paper=make_paper(title=f"By {person}"), author=person, text="Signed.")
    follow.follow(user=carol, kind="paper", target=str(paper.pk))
    author = (alice, bob)[number]
    answers: dict[str, object] = {}

    def look(when: str) -> None:
        clock.pass_by(minutes=10)
        fan_out.retry_pending()
        batching.collect(timezone.now())
        outbox.send_due()
        client = Client()
        client.force_login(carol)
        for address in ADDRESSES:
            kind = "n" if "notifications" in address else "f"
            place = address.replace(SECRET, SECRET[:-1] + kind)
            answers[f"{when} {address}"] = answer(client, place)
        answers[f"{when} mail"] = [
            (message.subject, CHANCE.sub("", message.body))
            for message in mail.outbox
            if message.to == [carol.email]
        ]

    summary = make_summary(paper=paper, author=author, text="Nobody signed $x$.", is_anonymous=True)
    look("published")
    asked = comment(summary_id=summary.pk, author=carol, text="Who are you?")
    comment(summary_id=summary.pk, author=author, text="@carol, guess.", parent_id=asked.pk)
    look("discussed")
    made = suggest(summary_id=summary.pk, proposer=carol, text="Nobody signed.", note="Shorter")
    accept(suggestion_id=made.pk, editor=author)
    look("suggested")
    # And one that was signed when it was told, by both of them in both worlds.
    for person in (alice, bob):
        signed = make_summary(
            paper=make_paper(title="Both"), author=person, text="Signed at first."
        )
        fan_out.retry_pending(timezone.now() + datetime.timedelta(minutes=2))
        revise(
            summary_id=signed.pk,
            editor=person,
            text=signed.text,
            based_on=signed.save_count,
            is_anonymous=True,
        )
    look("unsigned")
    return answers


def test_who_follows_everybody_sees_the_same_in_both_worlds(
    db, monkeypatch, django_capture_on_commit_callbacks
):
    first, second = twice(monkeypatch, django_capture_on_commit_callbacks, live_until_told)
    assert "Anonymous wrote a summary" in str(first["published /notifications"])
    assert "On worlds" in str(first["published /following"])
    assert len(first["suggested mail"]) >= 2
    assert "Signed at first" not in str(first["unsigned /following"])
    assert all(status == 200 for status, *_ in (first[f"published {a}"] for a in ADDRESSES))
    assert {key for key in first if first[key] != second[key]} == set()
