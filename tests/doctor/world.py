"""A small site with a row of every kind that has a check."""

import datetime
from types import SimpleNamespace

from django.db import models
from django.utils import timezone

from accounts.usernames import rename
from doctor.invariants import Key
from doctor.models import DoctorRun
from doctor.run import begin, proceed
from following.follow import follow
from library import actions as library
from mailing.models import EmailPreference, Frequency, OutgoingEmail, OutgoingEmailItem
from moderation.reporting import open_case
from notifications.models import Notification, SecretFeed
from notifications.notify import notify
from papers.curation.merge import merge
from papers.models import (
    ArxivVersion,
    Field,
)
from social.models import Announcement, Channel
from summaries.actions.comment import comment
from summaries.actions.publish import revise
from summaries.actions.request_summary import request_summary
from summaries.actions.suggest_edit import suggest
from summaries.actions.vote import cast_vote
from summaries.media.images import add_image
from summaries.models import (
    AuthorClaim,
    Comment,
    Image,
    Mention,
    Summary,
    Vote,
)
from summaries.ranking import counters, reputation
from tests.summaries.test_images import picture
from tests.support.factories import make_paper, make_summary, make_user
from tests.support.invariants import damage

OLD = timezone.now() - datetime.timedelta(days=9)


def make_world() -> SimpleNamespace:
    """A row of every kind that has a check, and nothing wrong."""
    ada, bob, eve = make_user("ada", name="Ada"), make_user("bob"), make_user("eve")
    cited = make_paper(title="Deep residual learning", arxiv="1512.03385", venue="CVPR")
    paper = make_paper(title="Attention is all you need", arxiv="1706.03762", venue="NeurIPS")
    text = r"It cites \cite{1512.03385} and more."
    summary = make_summary(paper=paper, author=ada, text=text, published_at=OLD)
    suggestion = suggest(
        summary_id=summary.pk, proposer=bob, text="Better.", note="Why", based_on=1
    )
    revised = revise(
        summary_id=summary.pk, editor=ada, text=f"{text} More.", based_on=summary.save_count
    )
    Summary.objects.filter(pk=summary.pk).update(edited_at=OLD)
    sibling = make_summary(paper=paper, author=eve, text="Another view.", published_at=OLD)
    for voter in (bob, eve):
        cast_vote(summary_id=summary.pk, voter=voter, value=1)
    Vote.objects.update(created_at=OLD)
    first = comment(summary_id=summary.pk, author=bob, text="Why? @ada")
    reply = comment(summary_id=summary.pk, author=ada, text="Because.", parent_id=first.pk)
    request_summary(paper_id=cited.pk, user=bob)
    kept, merged = make_paper(title="One work"), make_paper(title="One and the same work")
    merging = merge(kept=kept, merged=merged, merged_by=None)
    waiting = make_summary(paper=kept, author=bob, text="First text.", state="private")
    Summary.objects.filter(pk=waiting.pk).update(state="waiting", is_held=True)
    waiting.refresh_from_db()
    open_case(waiting, is_screening=True)
    held = comment(summary_id=sibling.pk, author=eve, text="Look at this.")
    Comment.objects.filter(pk=held.pk).update(state="waiting")
    held.refresh_from_db()
    open_case(held, is_screening=True)
    image = add_image(uploader=ada, data=picture())
    copied = Image.objects.create(foreign_url="https://example.org/a.png")
    for name in ("file", "digest", "width", "height", "byte_count"):
        setattr(copied, name, getattr(image, name))
    copied.save()
    counters.recount_all()
    reputation.recount_all()
    world = SimpleNamespace(
        **{"ada": ada, "bob": bob, "eve": eve, "paper": paper, "cited": cited, "kept": kept},
        **{"summary": revised, "sibling": sibling, "first": first, "reply": reply, "held": held},
        **{"merging": merging, "waiting": waiting, "image": image, "copied": copied},
        suggestion=suggestion,
    )
    _rows_of_higher_apps(world)
    assert damage(with_files=True) == {}
    return world


def _rows_of_higher_apps(world: SimpleNamespace) -> None:
    field = Field.objects.first()
    for kind, target in (
        ("person", world.ada.pk),
        ("paper", world.paper.pk),
        ("venue", world.paper.venue_id),
        ("field", field.pk),
        ("author", "ada-lovelace"),
        ("search", "attention"),
    ):
        follow(user=world.eve, kind=kind, target=str(target))
    folder = library.make_folder(user=world.bob, name="Thesis")
    saved = library.save(paper_id=world.paper.pk, user=world.bob)
    library.arrange(saved, state="reading", folder=folder)
    notify(world.bob, Notification.Kind.WISH, "wish:1", paper=world.paper)
    world.notification = Notification.objects.get(user=world.bob, event="wish:1")
    SecretFeed.objects.create(user=world.bob, kind=SecretFeed.Kind.FOLLOWING)
    EmailPreference.objects.create(user=world.bob, kind="letter", pace=Frequency.NEVER)
    world.mail = OutgoingEmail.objects.create(
        user=world.bob, form="now", key="now:1", next_try_at=timezone.now()
    )
    OutgoingEmailItem.objects.create(mail=world.mail, notification=world.notification)
    channel = Channel.objects.create(name="Room", kind="matrix")
    world.post = Announcement.objects.create(
        summary=world.summary, channel=channel, idempotency_key="k", next_try_at=timezone.now()
    )
    AuthorClaim.objects.create(paper=world.paper, user=world.bob)
    ArxivVersion.objects.get_or_create(paper=world.paper, number=1)
    Mention.objects.get_or_create(comment=world.first, person=world.ada)
    rename(person=world.eve, username="eva")


def set_columns(row: models.Model, **columns: object) -> None:
    """Write columns past all operations."""
    type(row)._base_manager.filter(pk=row.pk).update(**columns)


Found = dict[str, set[Key]]


def found() -> Found:
    return {name: set(keys) for name, keys in damage(with_files=True).items()}


def confirmed(run: DoctorRun) -> Found:
    """What the whole run has confirmed; keys are the beginnings of its examples."""
    return {
        name: {line.split(":")[0] for line in result["examples"]}
        for name, result in run.results.items()
        if result["damaged"]
    }


def as_text(expected: Found) -> dict[str, set[str]]:
    return {name: {str(key) for key in keys} for name, keys in expected.items()}


def whole_run(*, is_repairing: bool) -> DoctorRun:
    run = begin(is_repairing=is_repairing)
    assert proceed(run)
    return run
