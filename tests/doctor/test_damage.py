"""Each kind of damage, made directly in a row or file, is found, mended, and gone in the next run."""

import copy
import datetime
import inspect
import os
import re
import shutil
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from accounts.models import PreviousUsername
from doctor.invariants import registered
from following.models import Follow, SavedSearchMatch
from library.models import Folder, SavedPaper
from mailing.models import OutgoingEmailItem
from moderation.models import Case
from papers.models import (
    Authorship,
    Upkeep,
)
from papers.search import PaperDocument
from search.models import SummaryDocument
from summaries.actions.comment import comment
from summaries.models import (
    Citation,
    PaperRanking,
    Revision,
    Vote,
)
from tests.doctor import test_twins
from tests.doctor.world import (
    OLD,
    Found,
    as_text,
    confirmed,
    found,
    make_world,
    set_columns,
    whole_run,
)
from tests.support.factories import make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[SimpleNamespace]:
    """The world, made once in a transaction that is never committed; each test has its own savepoint."""
    folder = tmp_path_factory.mktemp("world")
    with (
        override_settings(MEDIA_ROOT=folder),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield SimpleNamespace(rows=make_world(), folder=folder)
        transaction.set_rollback(True)


@pytest.fixture
def world(shared_world, settings, tmp_path) -> SimpleNamespace:
    settings.MEDIA_ROOT = tmp_path / "media"
    shutil.copytree(shared_world.folder, settings.MEDIA_ROOT)
    return copy.deepcopy(shared_world.rows)


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
        "own-votes": {world.summary.pk},
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


@pytest.mark.parametrize("hurt", DAMAGES, ids=lambda hurt: hurt.__name__)
def test_damage_is_found_and_mended(world, hurt):
    expected = hurt(world)
    assert confirmed(whole_run(is_repairing=False)) == as_text(expected)
    # Looking has changed nothing; the first repairs may mend what others would find.
    repaired = whole_run(is_repairing=True)
    assert repaired.damaged and repaired.left == 0
    assert whole_run(is_repairing=False).damaged == 0


@pytest.mark.parametrize("hurt", FOR_PEOPLE, ids=lambda hurt: hurt.__name__)
def test_what_nobody_can_compute_is_left_to_people(world, hurt):
    expected = hurt(world)
    assert found() == expected
    assert whole_run(is_repairing=True).left == 1
    assert found() == FOR_PEOPLE[hurt](world)


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


def test_every_check_has_a_damage():
    """A check that is added alone fails here."""
    tested = {check.name for check in test_twins.UNIQUES} | {"usernames-once"}
    for hurt in [*DAMAGES, *FOR_PEOPLE, test_twins.paper_that_was_merged]:
        tested |= set(re.findall(r'"([a-z-]+)": \{', inspect.getsource(hurt)))
    assert tested >= registered().keys()
