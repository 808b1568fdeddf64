"""Each kind of damage, made directly in a row or file, is found, mended, and gone in the next run."""

import copy
import datetime
import inspect
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models
from django.utils import timezone

from accounts.models import PreviousUsername, User
from accounts.usernames import rename
from doctor.invariants import Key, Unique, registered
from doctor.models import DoctorRun
from doctor.run import begin, proceed
from following.follow import follow
from following.models import Follow, SavedSearchMatch
from library import actions as library
from library.models import Folder, SavedPaper
from mailing.models import EmailPreference, Frequency, OutgoingEmail, OutgoingEmailItem
from moderation.models import Case
from moderation.reporting import open_case
from notifications.models import Notification, SecretFeed
from notifications.notify import notify
from papers.curation.merge import merge
from papers.models import (
    ArxivVersion,
    Authorship,
    Field,
    Identifier,
    MergeProposal,
    Upkeep,
)
from papers.search import PaperDocument
from search.models import SummaryDocument
from social.models import Announcement, Channel
from summaries.actions.comment import comment
from summaries.actions.publish import revise
from summaries.actions.request_summary import request_summary
from summaries.actions.suggest_edit import suggest
from summaries.actions.vote import cast_vote
from summaries.media.images import add_image
from summaries.models import (
    AuthorClaim,
    Citation,
    Comment,
    Image,
    Mention,
    PaperRanking,
    Revision,
    Summary,
    Vote,
)
from summaries.ranking import counters, reputation
from tests.summaries.test_images import picture
from tests.support.factories import make_paper, make_summary, make_user
from tests.support.invariants import damage

pytestmark = pytest.mark.django_db
# SQLite changes a table, or looks away from foreign keys, only outside of transactions.
outside_transactions = pytest.mark.django_db(transaction=True, serialized_rollback=True)

Found = dict[str, set[Key]]
OLD = timezone.now() - datetime.timedelta(days=9)


@pytest.fixture
def world(settings, tmp_path) -> SimpleNamespace:
    """A row of every kind that has a check, and nothing wrong."""
    settings.MEDIA_ROOT = tmp_path / "media"
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


def old_file(name: str) -> str:
    """A file that lies there for two hours."""
    stored = default_storage.save(name, ContentFile(b"left over"))
    path = default_storage.path(stored)
    two_hours_ago = timezone.now().timestamp() - 7200
    os.utime(path, (two_hours_ago, two_hours_ago))
    return stored


# -- one row, one kind of damage: each function returns what must be found.


def wrong_score(world) -> Found:
    set_columns(world.summary, score=9)
    return {"scores": {world.summary.pk}, "rankings": {world.paper.pk}}


def wrong_down_count(world) -> Found:
    set_columns(world.summary, down_count=1)
    return {"scores": {world.summary.pk}, "rankings": {world.paper.pk}}


def lost_vote(world) -> Found:
    Vote.objects.filter(summary=world.summary, voter=world.bob).delete()
    return {"scores": {world.summary.pk}, "reputation": {world.ada.pk}}


def own_vote(world) -> Found:
    vote = Vote.objects.create(summary=world.summary, voter=world.ada, value=1)
    Vote.objects.filter(pk=vote.pk).update(created_at=OLD)
    return {
        "own-votes": {vote.pk},
        "scores": {world.summary.pk},
        "reputation": {world.ada.pk},
    }


def wrong_comment_count(world) -> Found:
    set_columns(world.summary, comment_count=0)
    return {"comment-counts": {world.summary.pk}, "rankings": {world.paper.pk}}


def wrong_summary_count(world) -> Found:
    set_columns(world.paper, summary_count=7)
    return {"summary-counts": {world.paper.pk}}


def count_of_no_summaries(world) -> Found:
    set_columns(world.cited, summary_count=1)
    return {"summary-counts": {world.cited.pk}}


def wrong_request_count(world) -> Found:
    set_columns(world.cited, wish_count=0)
    return {"request-counts": {world.cited.pk}}


def wrong_ranking(column: str, value: object) -> Callable[[SimpleNamespace], Found]:
    def damage_ranking(world) -> Found:
        new = getattr(world, value).pk if isinstance(value, str) else value
        PaperRanking.objects.filter(paper=world.paper).update(**{column: new})
        return {"rankings": {world.paper.pk}}

    damage_ranking.__name__ = f"wrong_{column}"
    return damage_ranking


def lost_ranking(world) -> Found:
    PaperRanking.objects.filter(paper=world.paper).delete()
    return {"rankings": {world.paper.pk}}


def surplus_ranking(world) -> Found:
    row = PaperRanking.objects.get(paper=world.paper)
    row.paper_id = world.cited.pk
    row.save(force_insert=True)
    return {"rankings": {world.cited.pk}}


def wrong_reputation(world) -> Found:
    set_columns(world.ada, reputation=99.0)
    return {"reputation": {world.ada.pk}}


def lost_first_revision(world) -> Found:
    Revision.objects.filter(summary=world.summary, number=1).delete()
    return {"revisions": {world.summary.pk}}


def lost_newest_revision(world) -> Found:
    Revision.objects.filter(summary=world.summary, number=2).delete()
    return {"revisions": {world.summary.pk}}


def lost_all_revisions(world) -> Found:
    Revision.objects.filter(summary=world.sibling).delete()
    return {"revisions": {world.sibling.pk}}


def gap_between_revisions(world) -> Found:
    Revision.objects.filter(summary=world.summary, number=2).update(number=5)
    return {"revisions": {world.summary.pk}}


def wrong_revision_number(world) -> Found:
    set_columns(world.summary, revision_number=1)
    return {"revisions": {world.summary.pk}}


def other_text_than_the_revision(world) -> Found:
    Revision.objects.filter(summary=world.sibling).update(text="Something else.")
    return {"revisions": {world.sibling.pk}}


def published_tomorrow(world) -> Found:
    set_columns(world.sibling, published_at=timezone.now() + datetime.timedelta(days=1))
    return {"feed-dates": {world.sibling.pk}, "rankings": {world.paper.pk}}


def edited_before_published(world) -> Found:
    set_columns(world.summary, edited_at=OLD - datetime.timedelta(days=1))
    return {"feed-dates": {world.summary.pk}}


def lost_citation(world) -> Found:
    Citation.objects.filter(summary=world.summary).delete()
    return {"citations": {world.summary.pk}}


def surplus_citation(world) -> Found:
    Citation.objects.create(summary=world.sibling, key="nobody2020", paper=world.paper)
    return {"citations": {world.sibling.pk}}


def citation_of_another_paper(world) -> Found:
    Citation.objects.filter(summary=world.summary).update(paper=world.kept)
    return {"citations": {world.summary.pk}}


def reply_to_a_reply(world) -> Found:
    deeper = comment(summary_id=world.summary.pk, author=world.bob, text="Oh.")
    set_columns(deeper, parent=world.reply)
    return {"replies": {deeper.pk}}


def reply_elsewhere(world) -> Found:
    other = comment(summary_id=world.sibling.pk, author=world.bob, text="Oh.")
    set_columns(other, parent=world.first)
    return {"replies": {other.pk}}


def gap_between_authors(world) -> Found:
    Authorship.objects.filter(paper=world.paper, position=2).update(position=4)
    return {"author-positions": {world.paper.pk}}


def lost_first_author(world) -> Found:
    Authorship.objects.filter(paper=world.paper, position=1).delete()
    return {"author-positions": {world.paper.pk}}


def paper_missing_in_search(world) -> Found:
    PaperDocument.index.remove([world.paper.pk])
    return {"paper-search": {world.paper.pk}}


def paper_outdated_in_search(world) -> Found:
    PaperDocument.index.put([(world.paper.pk, {"title": "Something else"})])
    return {"paper-search": {world.paper.pk}}


def surplus_paper_in_search(world) -> Found:
    PaperDocument.index.put([(987_654, {"title": "Gone"})])
    return {"paper-search-surplus": {987_654}}


def summary_missing_in_search(world) -> Found:
    SummaryDocument.index.remove([world.summary.pk])
    return {"summary-search": {world.summary.pk}}


def summary_outdated_in_search(world) -> Found:
    SummaryDocument.index.put([(world.summary.pk, {"text": "Something else"})])
    return {"summary-search": {world.summary.pk}}


def hidden_summary_in_search(world) -> Found:
    SummaryDocument.index.put([(world.waiting.pk, {"text": "A secret"})])
    return {"summary-search-surplus": {world.waiting.pk}}


def image_without_its_file(world) -> Found:
    default_storage.delete(world.image.file.name)
    return {"image-files": {world.image.pk, world.copied.pk}}


def image_with_another_content(world) -> Found:
    with open(default_storage.path(world.image.file.name), "ab") as file:
        file.write(b"x")
    return {"image-files": {world.image.pk, world.copied.pk}}


def image_with_another_size(world) -> Found:
    set_columns(world.image, byte_count=1)
    return {"image-files": {world.image.pk}}


def image_with_another_digest(world) -> Found:
    set_columns(world.image, digest="0" * 64)
    return {"image-files": {world.image.pk}}


def surplus_image_file(world) -> Found:
    return {"image-files-surplus": {old_file(f"images/{'f' * 64}.png")}}


def share_image_of_a_hidden_summary(world) -> Found:
    name = old_file(f"pictures/summary/{world.waiting.pk}/0123456789abcdef.png")
    old_file(f"pictures/summary/{world.summary.pk}/0123456789abcdef.png")
    return {"share-images": {name}}


def paper_that_was_merged(world) -> Found:
    number = world.merging.merged_number
    with unchecked(Identifier):
        Identifier.objects.create(paper_id=number, scheme="key", value="old-key")
        MergeProposal.objects.create(first_id=world.paper.pk, second_id=number)
        # The kept paper has a version of that number, of which one can stay.
        ArxivVersion.objects.get_or_create(paper=world.kept, number=1)
        ArxivVersion.objects.create(paper_id=number, number=1)
    return {"merged-papers": {world.merging.pk}}


def folder_of_another_person(world) -> Found:
    folder = Folder.objects.create(user=world.eve, name="Hers")
    saved = SavedPaper.objects.get(user=world.bob)
    set_columns(saved, folder=folder)
    return {"folders": {saved.pk}}


def follow_of_nothing(world) -> Found:
    row = Follow.objects.create(user=world.ada, kind="paper")
    return {"follow-targets": {row.pk}}


def follow_of_two_things(world) -> Found:
    row = Follow.objects.get(user=world.eve, kind="paper")
    set_columns(row, person=world.bob)
    return {"follow-targets": {row.pk}}


def follow_of_oneself(world) -> Found:
    row = Follow.objects.create(user=world.ada, kind="person", person=world.ada)
    return {"follow-targets": {row.pk}}


def match_of_no_search(world) -> Found:
    other = Follow.objects.get(user=world.eve, kind="paper")
    row = SavedSearchMatch.objects.create(follow=other, summary=world.summary, was_signed=True)
    return {"search-matches": {row.pk}}


def mail(**columns: object) -> Callable[[SimpleNamespace], Found]:
    def damage_mail(world) -> Found:
        set_columns(world.mail, **columns)
        return {"mail-states": {world.mail.pk}}

    damage_mail.__name__ = "mail_" + "_".join(f"{name}_{value}" for name, value in columns.items())
    return damage_mail


def mail_to_another_person(world) -> Found:
    set_columns(world.mail, user=world.ada)
    return {"mail-items": {OutgoingEmailItem.objects.get().pk}}


def post(**columns: object) -> Callable[[SimpleNamespace], Found]:
    def damage_post(world) -> Found:
        set_columns(world.post, **columns)
        return {"post-states": {world.post.pk}}

    damage_post.__name__ = "post_" + "_".join(f"{name}_{value}" for name, value in columns.items())
    return damage_post


def summary_that_waits_for_nobody(world) -> Found:
    Case.objects.filter(summary=world.waiting).delete()
    return {"waiting-summary-cases": {world.waiting.pk}}


def summary_that_waits_in_a_done_case(world) -> Found:
    Case.objects.filter(summary=world.waiting).update(state="done")
    return {"waiting-summary-cases": {world.waiting.pk}}


def comment_that_waits_for_nobody(world) -> Found:
    Case.objects.filter(comment=world.held).delete()
    return {"waiting-comment-cases": {world.held.pk}}


def old_name_of_another_person(world) -> Found:
    set_columns(world.bob, username="EVE")
    return {"previous-usernames": {PreviousUsername.objects.get().pk}}


DAMAGES = [
    *(wrong_score, wrong_down_count, lost_vote, own_vote, wrong_comment_count),
    *(wrong_summary_count, count_of_no_summaries, wrong_request_count),
    *(lost_ranking, surplus_ranking, wrong_reputation),
    wrong_ranking("top_summary", "sibling"),
    wrong_ranking("latest_summary", "summary"),
    wrong_ranking("latest_at", timezone.now()),
    wrong_ranking("popular", 0.5),
    wrong_ranking("best", 0.5),
    wrong_ranking("discussed", 0.5),
    wrong_ranking("comment_count", 8),
    *(lost_first_revision, lost_newest_revision, lost_all_revisions, gap_between_revisions),
    *(wrong_revision_number, other_text_than_the_revision),
    *(published_tomorrow, edited_before_published),
    *(lost_citation, surplus_citation, citation_of_another_paper),
    *(reply_to_a_reply, reply_elsewhere, gap_between_authors, lost_first_author),
    *(paper_missing_in_search, paper_outdated_in_search, surplus_paper_in_search),
    *(summary_missing_in_search, summary_outdated_in_search, hidden_summary_in_search),
    *(image_with_another_size, image_with_another_digest, surplus_image_file),
    share_image_of_a_hidden_summary,
    *(folder_of_another_person, follow_of_nothing, follow_of_two_things, follow_of_oneself),
    *(match_of_no_search, mail_to_another_person),
    *(mail(is_open=False), mail(state="skipped"), mail(claim="abc")),
    mail(state="sent", is_open=False),
    *(post(deed=""), post(state="posted", deed=""), post(state="failed"), post(claim="abc")),
    post(state="sending", deed=""),
    *(summary_that_waits_for_nobody, summary_that_waits_in_a_done_case),
    comment_that_waits_for_nobody,
]
# Found, and left to a person; of an image, the copy can be had again.
FOR_PEOPLE: dict[Callable[[SimpleNamespace], Found], Callable[[SimpleNamespace], Found]] = {
    image_without_its_file: lambda world: {"image-files": {world.image.pk}},
    image_with_another_content: lambda world: {"image-files": {world.image.pk}},
    old_name_of_another_person: lambda world: {
        "previous-usernames": {PreviousUsername.objects.get().pk}
    },
}


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


@pytest.mark.parametrize("hurt", DAMAGES, ids=lambda hurt: hurt.__name__)
def test_damage_is_found_and_mended(world, hurt):
    expected = hurt(world)
    assert found() == expected
    assert confirmed(whole_run(is_repairing=False)) == as_text(expected)
    assert found() == expected, "Looking must not change anything."
    assert whole_run(is_repairing=True).left == 0
    assert found() == {}
    assert whole_run(is_repairing=False).damaged == 0


@pytest.mark.parametrize("hurt", FOR_PEOPLE, ids=lambda hurt: hurt.__name__)
def test_what_nobody_can_compute_is_left_to_people(world, hurt):
    expected = hurt(world)
    assert found() == expected
    assert whole_run(is_repairing=True).left == 1
    assert found() == FOR_PEOPLE[hurt](world)


@outside_transactions
def test_what_still_refers_to_a_merged_paper_goes_to_the_kept_one(world):
    expected = paper_that_was_merged(world)
    assert found() == expected
    assert whole_run(is_repairing=True).left == 0
    assert found() == {}
    assert Identifier.objects.get(value="old-key").paper == world.kept
    assert ArxivVersion.objects.filter(paper=world.kept, number=1).count() == 1


def test_a_merged_paper_that_has_a_row_is_left_to_people(world):
    back = make_paper(title="Back again")
    set_columns(world.merging, merged_number=back.pk)
    expected = {"merged-papers": {world.merging.pk}}
    assert found() == expected
    assert whole_run(is_repairing=True).left == 1
    assert found() == expected


def test_repairing_revisions_keeps_what_suggestions_are_based_on(world):
    set_columns(world.suggestion, based_on=3)
    Revision.objects.filter(summary=world.summary, number=2).update(number=3)
    whole_run(is_repairing=True)
    world.suggestion.refresh_from_db()
    assert world.suggestion.based_on == 2
    texts = world.summary.revisions.order_by("number").values_list("number", "text")
    assert [number for number, _ in texts] == [1, 2] and texts[1][1] == world.summary.text


def test_an_image_from_another_host_waits_to_be_copied_again(world):
    default_storage.delete(world.image.file.name)
    whole_run(is_repairing=True)
    world.copied.refresh_from_db()
    assert not world.copied.file and world.copied.tries == 0


def test_an_index_that_is_being_rebuilt_is_not_damaged(world):
    PaperDocument.index.remove([world.paper.pk])
    Upkeep.objects.update_or_create(
        name="index papers", defaults={"version": 1, "is_complete": False}
    )
    assert found() == {}


# -- two rows where one may be: the constraint is gone, as with a corrupt index


def remove_constraint(model: type[models.Model], constraint: models.BaseConstraint) -> None:
    """Take a constraint off the table; SQLite makes the table anew from the model."""
    constraints = model._meta.constraints
    model._meta.constraints = [item for item in constraints if item is not constraint]
    try:
        with connection.schema_editor() as editor:
            editor.remove_constraint(model, constraint)
    finally:
        model._meta.constraints = constraints


@contextmanager
def without_constraint(check: Unique) -> Iterator[None]:
    """Take the constraint off the table, and put it on again."""
    model, names = check.model, set(check.fields)
    constraint = next(
        (item for item in model._meta.constraints if set(getattr(item, "fields", ())) == names),
        None,
    )
    if constraint:
        remove_constraint(model, constraint)
    else:
        strict = model._meta.get_field(check.fields[0])
        loose = copy.copy(strict)
        if isinstance(strict, models.OneToOneField):
            loose = models.ForeignKey(strict.remote_field.model, models.CASCADE, null=strict.null)
            loose.set_attributes_from_name(strict.name)
            loose.model = model
        loose._unique = False
        with connection.schema_editor() as editor:
            editor.alter_field(model, strict, loose)
    try:
        yield
    finally:
        # A failed test may have left twins.
        for twin in list(check.damage(check.rows())):
            model._base_manager.filter(pk=twin.key).delete()
        with connection.schema_editor() as editor:
            if constraint:
                editor.add_constraint(model, constraint)
            else:
                editor.alter_field(model, loose, strict)


UNIQUES = [check for check in registered().values() if isinstance(check, Unique)]
# What else is wrong then.
ALSO: dict[str, Callable[[SimpleNamespace], Found]] = {
    "votes-once": lambda world: {
        "scores": {world.summary.pk},
        "reputation": {world.ada.pk},
    },
    "requests-once": lambda world: {"request-counts": {world.cited.pk}},
    "revisions-once": lambda world: {"revisions": {world.summary.pk}},
}


def row_of(check: Unique, world: SimpleNamespace) -> models.Model:
    rows = check.rows().order_by("pk")
    if check.model in (Revision, Summary):
        owner = "summary" if check.model is Revision else "pk"
        rows = rows.filter(**{owner: world.summary.pk})
    return rows.first()


@outside_transactions
@pytest.mark.parametrize("check", UNIQUES, ids=lambda check: check.name)
def test_twins_are_found_and_one_stays(world, check):
    row = row_of(check, world)
    assert row is not None, "The world has no such row."
    before = check.model._base_manager.count()
    with without_constraint(check):
        twin = copy.copy(row)
        twin.pk = None
        if check.model is Summary:
            # A text that nobody reads yet, so that nothing else is to be counted.
            twin.state, twin.secret, twin.revision_number = "private", None, 0
            twin.score = twin.up_count = twin.comment_count = 0
        if check.model is SecretFeed:
            twin.secret = "another"
        twin.save_base(raw=True, force_insert=True)
        also = ALSO.get(check.name, lambda world: {})(world)
        if check.model is Identifier:
            also = {"paper-search": {world.cited.pk}} if row.scheme in SEARCHED else {}
        assert found() == {check.name: {twin.pk}, **also}
        assert whole_run(is_repairing=True).left == 0
        assert found() == {}
        assert check.model._base_manager.filter(pk=row.pk).exists()
    # Of two texts none is lost.
    assert check.model._base_manager.count() == before + (check.model is Summary)


SEARCHED = {"arxiv", "openreview", "acl"}


@outside_transactions
def test_people_with_one_name_are_found(world):
    check = registered()["usernames-once"]
    constraint = next(item for item in User._meta.constraints if item.name.endswith("ignores_case"))
    remove_constraint(User, constraint)
    twin = make_user("BOB")
    assert found() == {"usernames-once": {twin.pk}}
    assert not check.can_repair
    twin.delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(User, constraint)


def test_every_check_has_a_damage(world):
    """A check that is added alone fails here."""
    tested = {check.name for check in UNIQUES} | {"usernames-once"}
    for hurt in [*DAMAGES, *FOR_PEOPLE, paper_that_was_merged]:
        tested |= set(re.findall(r'"([a-z-]+)": \{', inspect.getsource(hurt)))
    assert tested >= registered().keys()


@contextmanager
def unchecked(model: type[models.Model]) -> Iterator[None]:
    """Write rows whose foreign keys point nowhere, as after a restore of half a backup."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = OFF")
            yield
            cursor.execute("PRAGMA foreign_keys = ON")
        return
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")
