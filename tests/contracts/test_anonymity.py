"""Nobody learns who wrote an anonymous summary.

Two worlds differ only in whether Alice or Bob wrote it. After each thing that can happen to it,
every address answers a signed-out reader, a member, a moderator and an administrator the same in
both; `tests.support.addresses` knows all of them.
"""

import datetime
import io

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image as Pillow

from moderation import roles
from moderation.models import Case
from notifications.models import Notification
from papers.models import Paper
from summaries.editor import drafts
from summaries.media.images import add_image
from summaries.models import Comment, Suggestion, Summary
from tests.support import addresses
from tests.support.factories import make_paper, make_summary, make_user
from tests.support.social import make_channels
from tests.support.worlds import NOW, answer, differences, told, twice

pytestmark = pytest.mark.django_db
LONG_AGO = NOW - datetime.timedelta(days=400)
# Where a summary shows at once; the whole map is asked twice, to spare time.
NEAR = [
    *("/", "/?sort=discussed", "/feed.atom", "/rss-full.xml", "/users", "/venue/neurips"),
    *("/user/alice", "/user/bob", "/search?q=by:alice", "/search?q=unsigned", "/moderation-log"),
    *("/summary/{summary}", "/summary/{summary}/history", "/summary/{summary}/feed.atom"),
    *("/summary/{summary}/edit", "/paper/{paper}/on-worlds", "/paper/{paper}/feed.json"),
    *("/api/v1/papers/{paper}/summaries", "/comment/{answer}/edit", "/notifications"),
    *("/suggestion/{suggestion}", "/sitemap-summaries.xml"),
]


class World:
    """Alice and Bob are alike but for the summary that one of them wrote unsigned."""

    def __init__(self, number: int, clock):
        self.clock = clock
        make_channels("http://127.0.0.1:9", "mastodon", delay_minutes=30_000)
        self.alice, self.bob, self.carol, self.moderator, self.administrator = (
            make_user(name.lower(), name=name, date_joined=LONG_AGO)
            for name in ("Alice", "Bob", "Carol", "Mia", "Ada")
        )
        for person, role in (
            (self.moderator, roles.MODERATOR),
            (self.administrator, roles.ADMINISTRATOR),
        ):
            person.groups.set(Group.objects.filter(name=role))
            person.refresh_from_db()
        # May look at every page there is in the admin.
        self.root = make_user(
            "root", name="Root", date_joined=LONG_AGO, is_staff=True, is_superuser=True
        )
        self.author = (self.alice, self.bob)[number]
        self.other = (self.bob, self.alice)[number]
        self.paper = make_paper(title="On worlds", arxiv="1706.03762", venue="NeurIPS")
        for person in (self.alice, self.bob):
            make_summary(
                paper=make_paper(title=f"By {person}"), author=person, text="Signed by the author."
            )
        self.summary = make_summary(
            paper=self.paper,
            author=self.author,
            text="Nobody signed this: $x$.",
            is_anonymous=True,
        )
        self.numbers = {
            "summary": self.summary.pk,
            "paper": self.paper.pk,
            "alice": self.alice.pk,
            "bob": self.bob.pk,
        }
        self.own_mail = {self.alice.email, self.bob.email}
        self.answers: dict[str, dict] = {}

    def client_of(self, person=None) -> Client:
        client = Client(raise_request_exception=False)
        if person:
            client.force_login(person)
        return client

    def post(self, person, address: str, **data: object) -> None:
        """Somebody does something; a third person's answer must tell nothing either."""
        self.clock.pass_by(minutes=20)
        response = self.client_of(person).post(address, data)
        assert response.status_code in (200, 302, 303), (address, response.status_code)
        if person not in (self.alice, self.bob):
            self.answers.setdefault("posted", {})[f"{address} {data}"] = told(response)

    def look(self, when: str, *, everywhere: bool = False, in_admin: bool = False) -> None:
        """Ask as everybody who did not write it: near the summary, or on the whole map."""
        call_command("recount", verbosity=0)
        # What is kept for a minute is a minute old in one world and new in the slower one.
        cache.clear()
        known = {"answer": 0, "suggestion": 0, **self.numbers}
        near = [address.format(**known) for address in NEAR]
        readers = [("reader", None, near), ("member", self.carol, near)]
        if everywhere:
            site = addresses.of_site(**self.numbers)
            readers = [("reader", None, site), ("member", self.carol, site)]
        if everywhere or in_admin:
            readers += [
                (who, person, addresses.of_admin(person, **self.numbers))
                for who, person in (
                    ("moderator", self.moderator),
                    ("administrator", self.administrator),
                    ("superuser", self.root),
                )
            ]
        for who, person, asked in readers:
            client = self.client_of(person)
            self.answers[f"{when}, {who}"] = {
                address: answer(client, address) for address in dict.fromkeys(asked)
            }
        self.answers[f"{when}, mail"] = {
            str(number): (message.to, message.subject, message.body)
            for number, message in enumerate(mail.outbox)
            if not self.own_mail & set(message.to)
        }
        self.answers[f"{when}, told"] = {
            str(row.pk): (row.event, row.words)
            for row in Notification.objects.filter(user=self.carol)
        }


def vote(world: World) -> None:
    world.post(world.carol, f"/summary/{world.summary.pk}/vote", value="1")


def discuss(world: World) -> None:
    address = f"/summary/{world.summary.pk}/comment"
    world.post(world.carol, address, text="Why so?")
    asked = Comment.objects.latest("pk")
    world.post(world.author, address, text="It is so.", parent=asked.pk)
    world.numbers |= {"comment": asked.pk, "answer": Comment.objects.latest("pk").pk}


def edit(world: World) -> None:
    summary = Summary.objects.get(pk=world.summary.pk)
    world.post(
        world.author,
        f"/summary/{summary.pk}/edit",
        text="Nobody signed this either.",
        note="Shorter",
        signed="anonymous",
        visibility="public",
        licence="CC-BY-4.0",
        action="publish",
        based_on=summary.save_count,
    )


def suggest(world: World) -> None:
    world.post(
        world.carol,
        f"/summary/{world.summary.pk}/suggest",
        text="Nobody has signed this either.",
        note="Grammar",
        based_on=Summary.objects.get(pk=world.summary.pk).revision_number,
    )
    world.numbers["suggestion"] = Suggestion.objects.get().pk
    world.post(world.author, f"/suggestion/{Suggestion.objects.get().pk}/accept")


def keep_to_oneself(world: World) -> None:
    """The author types on without publishing, sends a picture, and keeps two notes."""
    summary = Summary.objects.get(pk=world.summary.pk)
    drafts.autosave(
        paper=world.paper,
        author=world.author,
        text="Nobody reads this yet.",
        summary_id=summary.pk,
        based_on=summary.save_count,
    )
    picture = io.BytesIO()
    Pillow.new("RGB", (3, 2)).save(picture, "PNG")
    add_image(uploader=world.author, data=picture.getvalue())
    for state in ("private", "draft"):
        make_summary(
            paper=make_paper(title=f"Kept {state}"), author=world.author, text="Mine.", state=state
        )


def report(world: World) -> None:
    told = {"reason": "copied", "words": "From the abstract."}
    world.post(world.carol, f"/summary/{world.summary.pk}/report", **told)
    world.post(None, f"/comment/{world.numbers['answer']}/report", reason="spam")


def _decide(world: World, choice: str) -> None:
    case = Case.objects.get(summary=world.summary)
    world.post(
        world.moderator,
        f"/admin/moderation/case/{case.pk}/decide",
        seen=case.change_count,
        choice=choice,
        reason="copied",
        words="See the abstract.",
    )


def ask_to_edit(world: World) -> None:
    _decide(world, "ask")


def hide(world: World) -> None:
    _decide(world, "hide")


def show_again(world: World) -> None:
    _decide(world, "keep")


def suspend(world: World) -> None:
    """Both, so that the worlds stay alike: what is unsigned must not follow its author."""
    for person in (world.alice, world.bob):
        address = reverse("admin:moderation_person_suspend", args=[person.pk])
        world.post(world.moderator, address, choice="suspend", days=7, reason="abuse")


def lift(world: World) -> None:
    for person in (world.alice, world.bob):
        address = reverse("admin:moderation_person_suspend", args=[person.pk])
        world.post(world.moderator, address, choice="lift")


def rename(world: World) -> None:
    """Both, as above."""
    for person, name in ((world.alice, "Alicia"), (world.bob, "Robert")):
        world.post(person, reverse("settings"), name=name, about="", website="")


def leave(world: World) -> None:
    """Both, as above: the unsigned summary stays, and nobody can say whose it was."""
    from accounts.delete_account import delete_account as leave_for_good

    for person, keeps in ((world.author, True), (world.other, True)):
        world.clock.pass_by(minutes=20)
        leave_for_good(person=person, keep_summaries=keeps)


HAPPENINGS = [
    *(vote, discuss, edit, suggest, keep_to_oneself, report, ask_to_edit, hide, show_again),
    *(suspend, lift, rename, leave),
]


@pytest.mark.crawl
def test_two_worlds_look_the_same(
    monkeypatch, django_capture_on_commit_callbacks, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path

    def live(number: int, clock) -> dict:
        world = World(number, clock)
        world.look("published")
        for happening in HAPPENINGS:
            happening(world)
            is_last = happening is HAPPENINGS[-1]
            in_admin = happening is suspend
            everywhere = is_last or happening is report
            world.look(happening.__name__, everywhere=everywhere, in_admin=in_admin)
        return world.answers

    first, second = twice(monkeypatch, django_capture_on_commit_callbacks, live)
    assert sum(len(answers) for answers in first.values()) > 800
    assert any("Nobody signed this" in said[2] for said in first["published, reader"].values())
    assert any("Nobody" in said[2] for said in first["report, moderator"].values())
    wrong = {when: differences(first[when], second[when]) for when in first}
    # One line each, so that pytest shows them all.
    said = [f"{when}: {found}" for when, places in wrong.items() for found in places]
    assert not said, "\n".join(said)


def test_every_address_is_asked_or_left_out_for_a_reason():
    """Add a new one to tests/support/addresses.py: what do two worlds ask there, or why is it left out?"""
    assert addresses.undecided() == []


@pytest.mark.crawl
def test_no_address_breaks():
    summary = make_summary(is_anonymous=True)
    numbers = {"summary": summary.pk, "paper": summary.paper_id, "alice": 1, "bob": 2}
    client = Client(raise_request_exception=False)
    root = make_user("root", is_staff=True, is_superuser=True)
    client.force_login(root)
    for address in addresses.of_site(**numbers) + addresses.of_admin(root, **numbers):
        assert client.get(address).status_code < 500, address


@pytest.mark.crawl
def test_the_worlds_do_differ_when_the_summary_is_signed(
    monkeypatch, django_capture_on_commit_callbacks
):
    """Else equal answers would prove nothing."""

    def live(number: int, clock) -> dict:
        world = World(number, clock)
        Summary.objects.filter(pk=world.summary.pk).update(is_anonymous=False)
        world.look("signed", in_admin=True)
        return world.answers

    first, second = twice(monkeypatch, django_capture_on_commit_callbacks, live)
    for who in ("reader", "member", "moderator", "administrator", "superuser"):
        assert first[f"signed, {who}"] != second[f"signed, {who}"], who
    assert Paper.objects.count() == 0
