"""Nobody learns who wrote an anonymous summary.

Two worlds differ only in whether Alice or Bob wrote it. After each thing that can happen to it,
every address answers a signed-out reader, a member and a moderator the same in both.
"""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from papers.models import Paper
from summaries.models import Comment, Summary
from tests.factories import make_paper, make_summary, make_user
from tests.worlds import differences, told, twice, walk

pytestmark = pytest.mark.django_db

# What changes with each answer by nature, or leaves the site.
SKIP = re.compile(r"^/(random|account/)|[?&]next=|/jsi18n|\?.*(o=|sort=|time=|page=)")
ALL = re.compile("")
STARTS = [
    "/",
    "/?sort=recent",
    "/?sort=best",
    "/?sort=discussed",
    "/feed.atom",
    "/feed.json",
    "/rss.xml",
    "/rss-all.xml",
    "/rss-full.xml",
    "/user",
    "/user/alice",
    "/user/bob",
    "/user/alice/feed.atom",
    "/user/bob/feed.json",
    "/search?q=alice",
    "/search?q=by:alice",
    "/search?q=by:bob",
    "/search?q=unsigned",
    "/wanted",
    "/venue",
    "/about",
    "/moderation-log",
    "/notifications",
    "/following",
    "/api/v1/openapi.json",
]
ADMIN = ["/admin/"]
# A moderator may also type what no link offers.
TYPED_IN_THE_ADMIN = [
    "/admin/summaries/summary/?q=alice",
    "/admin/summaries/summary/?q=bob",
    "/admin/summaries/summary/?author=1",
    "/admin/summaries/summary/?author__id__exact={alice}",
    "/admin/summaries/summary/?author__id__exact={bob}",
    "/admin/summaries/summary/?author__username=alice",
    "/admin/summaries/summary/?author__username__startswith=a",
    "/admin/summaries/comment/?author__id__exact={alice}",
    "/admin/summaries/comment/?summary__author__id__exact={alice}",
    "/admin/summaries/comment/?q=alice",
    "/admin/summaries/vote/?summary__author={alice}",
    "/admin/summaries/vote/?summary__author__username=bob",
    "/admin/summaries/revision/?editor={alice}",
    "/admin/accounts/user/{alice}/change/",
    "/admin/accounts/user/{bob}/change/",
    "/admin/accounts/user/{alice}/history/",
    "/admin/accounts/user/{alice}/delete/",
    "/admin/accounts/user/{bob}/delete/",
]


class World:
    """Alice and Bob are alike but for the summary that one of them wrote unsigned."""

    def __init__(self, number: int, clock):
        self.clock = clock
        self.alice, self.bob, self.carol = (
            make_user(name.lower(), name=name) for name in ("Alice", "Bob", "Carol")
        )
        self.moderator = make_user("mia", name="Mia", is_staff=True)
        self.add_to_moderators()
        self.author = (self.alice, self.bob)[number]
        self.paper = make_paper(title="On worlds", arxiv="1706.03762", venue="NeurIPS")
        for person in (self.alice, self.bob):
            make_summary(
                paper=make_paper(title=f"By {person}"), author=person, text="Signed by the author."
            )
        self.summary = make_summary(
            paper=self.paper, author=self.author, text="Nobody signed this: $x$.", is_anonymous=True
        )
        self.answers: dict[str, dict] = {}

    def add_to_moderators(self) -> None:
        from django.contrib.auth.models import Group

        self.moderator.groups.set(Group.objects.filter(name="moderator"))

    def client_of(self, person=None) -> Client:
        client = Client()
        if person:
            client.force_login(person)
        return client

    def post(self, person, address: str, **data: object) -> None:
        """Somebody does something; a third person's answer must tell nothing either."""
        self.clock.pass_by(minutes=20)
        response = self.client_of(person).post(address, data)
        assert response.status_code in (200, 302, 303), (address, response.status_code)
        if person not in (self.alice, self.bob):
            self.answers.setdefault("posted", {})[address] = told(response)

    def look(self, when: str, *, links: bool = False) -> None:
        """Ask as everybody who did not write it; with `links`, all that the pages lead to."""
        call_command("recount", verbosity=0)
        readers = {"reader": None, "member": self.carol, "moderator": self.moderator}
        for who, person in readers.items():
            starts = [*STARTS, *self.addresses()]
            if person is self.moderator:
                numbers = {"alice": self.alice_number, "bob": self.bob_number}
                starts += ADMIN + [typed.format(**numbers) for typed in TYPED_IN_THE_ADMIN]
            self.answers[f"{when}, {who}"] = walk(
                self.client_of(person), starts, skip=SKIP if links else ALL
            )
        self.answers[f"{when}, mail"] = {
            str(number): (message.to, message.subject, message.body)
            for number, message in enumerate(mail.outbox)
            if not {self.alice_mail, self.bob_mail} & set(message.to)
        }

    def remember(self) -> None:
        self.alice_number, self.bob_number = self.alice.pk, self.bob.pk
        self.alice_mail, self.bob_mail = self.alice.email, self.bob.email

    def addresses(self) -> list[str]:
        number, paper = self.summary.pk, self.paper.pk
        parts = ["", "/history", "/source", "/edit", "/suggest", "/report"]
        own = [f"/summary/{number}{part}" for part in parts]
        ends = ["", "/feed.atom", "/feed.json", "/card", "/badge.svg", "/write", "/record"]
        return own + [f"/paper/{paper}{end}" for end in ends]


def vote(world: World) -> None:
    world.post(world.carol, f"/summary/{world.summary.pk}/vote", value="1")


def discuss(world: World) -> None:
    address = f"/summary/{world.summary.pk}/comment"
    world.post(world.carol, address, text="Why so?")
    asked = Comment.objects.latest("pk")
    world.post(world.author, address, text="It is so.", parent=asked.pk)


def edit(world: World) -> None:
    summary = Summary.objects.get(pk=world.summary.pk)
    world.post(
        world.author,
        f"/summary/{summary.pk}/edit",
        text="Nobody signed this either.",
        note="Shorter",
        signed="anonymous",
        readers="everyone",
        licence="CC-BY-4.0",
        action="publish",
        based_on=summary.save_count,
    )


def rename(world: World) -> None:
    """Both, so that the worlds stay alike."""
    for person, name in ((world.alice, "Alicia"), (world.bob, "Robert")):
        world.post(person, reverse("settings"), name=name, about="", website="")


HAPPENINGS = [vote, discuss, edit, rename]


def test_two_worlds_look_the_same(monkeypatch, django_capture_on_commit_callbacks):
    def live(number: int, clock) -> dict:
        world = World(number, clock)
        world.remember()
        world.look("published")
        for happening in HAPPENINGS:
            happening(world)
            world.look(happening.__name__, links=happening is HAPPENINGS[-1])
        return world.answers

    first, second = twice(monkeypatch, django_capture_on_commit_callbacks, live)
    assert sum(len(answers) for answers in first.values()) > 500
    assert any("Nobody signed this" in said[2] for said in first["published, reader"].values())
    wrong = {when: differences(first[when], second[when]) for when in first}
    assert not {when: found for when, found in wrong.items() if found}


def test_the_worlds_do_differ_when_the_summary_is_signed(
    monkeypatch, django_capture_on_commit_callbacks
):
    """Else equal answers would prove nothing."""

    def live(number: int, clock) -> dict:
        world = World(number, clock)
        world.remember()
        Summary.objects.filter(pk=world.summary.pk).update(is_anonymous=False)
        world.look("signed")
        return world.answers

    first, second = twice(monkeypatch, django_capture_on_commit_callbacks, live)
    assert first["signed, reader"] != second["signed, reader"]
    assert Paper.objects.count() == 0
