"""Two deeds at the same moment: one is done, or both, and nobody meets an error of the database."""

import contextlib
import datetime
import random
import threading
from collections.abc import Callable

import pytest
from django.db import connections
from django.utils import timezone

from accounts.delete_account import delete_account
from accounts.models import User
from accounts.suspensions import suspend
from accounts.usernames import RenameNotAllowedError, rename
from accounts.verification import verify
from following.follow import follow
from following.models import Follow
from library import actions
from library.models import SavedPaper
from moderation.actions import StaleCaseError, decide
from moderation.models import Case
from moderation.reporting import report
from papers.curation.corrections import accept as accept_correction
from papers.curation.corrections import propose
from papers.curation.merge import MergeError, merge
from papers.curation.unmerge import undo
from papers.models import Merge, Paper
from summaries.actions import hide_and_remove
from summaries.actions.comment import (
    CommentNotAllowedError,
    ask,
    comment,
    delete_comment,
    edit_comment,
)
from summaries.actions.delete import delete_summary, restore
from summaries.actions.publish import publish, revise
from summaries.actions.request_summary import request_summary, withdraw_request
from summaries.actions.suggest_edit import (
    MergeConflictError,
    SuggestionNotAllowedError,
    accept,
    suggest,
)
from summaries.actions.vote import VoteNotAllowedError, cast_vote
from summaries.editor.drafts import autosave
from summaries.editor.edit_conflicts import EditConflictError, SummaryExistsError
from summaries.media.images import add_image
from summaries.models import (
    Comment,
    Image,
    Revision,
    Suggestion,
    Summary,
    SummaryRequest,
    Vote,
    VoteRing,
)
from summaries.ranking import counters, vote_rings
from summaries.rerender import rerender
from tests.summaries.test_images import picture
from tests.support.factories import make_paper, make_summary, make_user
from tests.support.invariants import assert_all_counts_are_true

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
# What a person reads in words; anything else would be a page that says that we broke.
REFUSALS = (
    *(SummaryExistsError, EditConflictError, SuggestionNotAllowedError, RenameNotAllowedError),
    *(Suggestion.DoesNotExist, Summary.DoesNotExist, Comment.DoesNotExist, Paper.DoesNotExist),
    *(VoteNotAllowedError, CommentNotAllowedError, StaleCaseError, MergeError, MergeConflictError),
)
# Each race is run so often: one alone may happen to be run in an order that does no harm.
ROUNDS = 4


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """What each deed gave, or its refusal; all begin together, each with a connection of its own."""
    barrier = threading.Barrier(len(deeds))
    results: list[object] = [None] * len(deeds)

    def run(number: int) -> None:
        try:
            with contextlib.suppress(threading.BrokenBarrierError):
                barrier.wait(10)
            results[number] = deeds[number]()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    broken = [
        each for each in results if isinstance(each, Exception) and not isinstance(each, REFUSALS)
    ]
    assert not broken
    return results


def in_rounds(race: Callable[[int], None]) -> Callable[[], None]:
    """A test that runs a race ROUNDS times, each with rows of its own."""

    def test() -> None:
        for number in range(ROUNDS):
            race(number)

    return test


def refused(results: list[object]) -> list[str]:
    return [type(each).__name__ for each in results if isinstance(each, Exception)]


def test_marks_that_are_made_twice_count_once():
    reader, author, paper = make_user(), make_user(), make_paper()
    summary, other = make_summary(author=author), make_paper()
    deeds = [
        lambda: cast_vote(summary_id=summary.pk, voter=reader, value=1),
        lambda: follow(user=reader, kind="paper", target=str(paper.pk)),
        lambda: actions.save(paper_id=paper.pk, user=reader),
        lambda: request_summary(paper_id=paper.pk, user=reader),
        lambda: add_image(uploader=reader, data=picture()),
    ]
    for deed in deeds:
        at_once(deed, deed, deed)
    for model in (Vote, Follow, SavedPaper, SummaryRequest):
        assert model.objects.count() == 1
    assert Image.objects.values("digest").distinct().count() == 1
    summary.refresh_from_db()
    assert summary.score == 1
    at_once(
        lambda: request_summary(paper_id=other.pk, user=reader),
        lambda: withdraw_request(paper_id=other.pk, user=reader),
        lambda: request_summary(paper_id=other.pk, user=author),
    )
    other.refresh_from_db()
    assert other.wish_count == SummaryRequest.objects.filter(paper=other).count()


def test_votes_of_many_are_all_counted():
    summary = make_summary()
    voters = [make_user() for _ in range(6)]
    at_once(
        *(
            lambda voter=voter: cast_vote(summary_id=summary.pk, voter=voter, value=1)
            for voter in voters
        ),
        lambda: comment(summary_id=summary.pk, author=voters[0], text="Why?"),
        lambda: revise(
            summary_id=summary.pk, editor=summary.author, text="Anew.", based_on=summary.save_count
        ),
    )
    summary.refresh_from_db()
    assert (summary.score, summary.comment_count, summary.text) == (6, 1, "Anew.")


def test_one_paper_gets_one_summary_by_one_person():
    author, paper = make_user(), make_paper()
    results = at_once(
        lambda: publish(paper=paper, author=author, text="One."),
        lambda: publish(paper=paper, author=author, text="Two."),
        lambda: autosave(paper=paper, author=author, text="Three."),
    )
    assert len(refused(results)) == 2 and Summary.objects.count() == 1


def test_what_comes_back_while_another_is_written_is_refused_in_words():
    author, paper = make_user(), make_paper()
    old = make_summary(author=author, paper=paper)
    delete_summary(summary_id=old.pk, editor=author)
    results = at_once(
        lambda: publish(paper=paper, author=author, text="New."),
        lambda: restore(summary_id=old.pk, editor=author),
    )
    assert refused(results) == ["SummaryExistsError"]
    assert Summary.objects.filter(deleted_at=None).count() == 1


def test_a_look_that_is_old_by_then_does_not_bring_two_back(monkeypatch):
    author, paper = make_user(), make_paper()
    old = make_summary(author=author, paper=paper)
    delete_summary(summary_id=old.pk, editor=author)
    new = make_summary(author=author, paper=paper)
    told = iter([None, new])
    monkeypatch.setattr("summaries.actions.delete.existing_summary", lambda *_: next(told))
    with pytest.raises(SummaryExistsError):
        restore(summary_id=old.pk, editor=author)


def test_a_suggestion_is_accepted_once():
    author, reader = make_user(), make_user()
    summary = make_summary(author=author, text="It works.")
    made = suggest(summary_id=summary.pk, proposer=reader, text="It works well.", note="How")
    results = at_once(*[lambda: accept(suggestion_id=made.pk, editor=author)] * 3)
    assert len(refused(results)) == 2
    assert Revision.objects.filter(summary=summary).count() == 2
    again = at_once(
        *[lambda: suggest(summary_id=summary.pk, proposer=reader, text="Better.", note="")] * 3
    )
    assert refused(again) == ["SuggestionExistsError"] * 2


def test_two_do_not_get_one_name():
    one, other = make_user(), make_user()
    results = at_once(
        lambda: rename(person=one, username="ada"), lambda: rename(person=other, username="Ada")
    )
    assert refused(results) == ["RenameNotAllowedError"]


def test_what_goes_while_it_is_marked_leaves_true_counts():
    author, reader = make_user(), make_user()
    summary = make_summary(author=author)
    at_once(
        lambda: delete_summary(summary_id=summary.pk, editor=author),
        lambda: cast_vote(summary_id=summary.pk, voter=reader, value=1),
        lambda: delete_summary(summary_id=summary.pk, editor=author),
    )
    summary.refresh_from_db()
    summary.paper.refresh_from_db()
    assert summary.deleted_at and summary.paper.summary_count == 0
    at_once(*[lambda: restore(summary_id=summary.pk, editor=author)] * 3)
    summary.paper.refresh_from_db()
    assert summary.paper.summary_count == 1


def test_eight_people_vote_on_one_paper_thirty_times():
    paper = make_paper()
    numbers = [make_summary(paper=paper).pk for _ in range(3)]
    voters = [make_user() for _ in range(8)]
    chance = random.Random(7)
    plans = [
        [(chance.choice(numbers), chance.choice([1, -1, 0])) for _ in range(30)] for _ in voters
    ]
    together = threading.Barrier(len(voters))

    def vote_all(voter, plan) -> None:
        for summary_id, value in plan:
            # Each round begins at the same moment; one that failed must not let the others wait.
            with contextlib.suppress(threading.BrokenBarrierError):
                together.wait(20)
            cast_vote(summary_id=summary_id, voter=voter, value=value)

    at_once(
        *(
            lambda voter=voter, plan=plan: vote_all(voter, plan)
            for voter, plan in zip(voters, plans, strict=True)
        )
    )
    for number in numbers:
        last = [dict(plan).get(number, 0) for plan in plans]
        assert Summary.objects.get(pk=number).score == sum(last)
    assert_all_counts_are_true()


@in_rounds
def test_two_summaries_of_one_paper_at_once_are_both_counted(_):
    paper, authors = make_paper(), [make_user(), make_user()]
    at_once(
        *(
            lambda author=author: publish(paper=paper, author=author, text="It works.")
            for author in authors
        )
    )
    paper.refresh_from_db()
    assert paper.summary_count == 2
    assert_all_counts_are_true()


@in_rounds
def test_two_comments_that_go_at_once_are_both_taken_off(_):
    summary, people = make_summary(), [make_user(), make_user()]
    said = [comment(summary_id=summary.pk, author=person, text="Hm.") for person in people]
    at_once(
        *(
            lambda person=person, each=each: delete_comment(comment_id=each.pk, by=person)
            for person, each in zip(people, said, strict=True)
        )
    )
    summary.refresh_from_db()
    assert summary.comment_count == 0
    assert_all_counts_are_true()


@in_rounds
def test_comments_come_and_go_while_their_summary_is_voted_on_and_taken_away(_):
    author, reader = make_user(), make_user()
    paper = make_paper()
    summary = make_summary(author=author, paper=paper)
    sibling = make_summary(paper=paper)
    said = comment(summary_id=summary.pk, author=reader, text="Hm.")
    at_once(
        lambda: delete_comment(comment_id=said.pk, by=reader),
        lambda: comment(summary_id=summary.pk, author=reader, text="Why?"),
        lambda: edit_comment(comment_id=said.pk, editor=reader, text="Hm?"),
        lambda: delete_summary(summary_id=summary.pk, editor=author),
        lambda: cast_vote(summary_id=sibling.pk, voter=reader, value=1),
    )
    assert_all_counts_are_true()


@in_rounds
def test_votes_while_a_summary_goes_or_is_hidden_leave_true_counts(_):
    author, readers = make_user(), [make_user() for _ in range(3)]
    paper = make_paper()
    going = make_summary(author=author, paper=paper)
    hidden, staying = make_summary(paper=paper), make_summary(paper=paper)
    at_once(
        lambda: delete_summary(summary_id=going.pk, editor=author),
        lambda: hide_and_remove.hide([hidden]),
        lambda: cast_vote(summary_id=going.pk, voter=readers[0], value=1),
        lambda: cast_vote(summary_id=hidden.pk, voter=readers[1], value=1),
        lambda: cast_vote(summary_id=staying.pk, voter=readers[2], value=1),
    )
    assert_all_counts_are_true()
    at_once(
        lambda: restore(summary_id=going.pk, editor=author),
        lambda: hide_and_remove.restore([hidden]),
        lambda: cast_vote(summary_id=staying.pk, voter=readers[0], value=-1),
        lambda: hide_and_remove.remove([staying]),
    )
    assert_all_counts_are_true()


@in_rounds
def test_what_is_written_and_marked_while_its_paper_is_merged_moves_along(turn):
    kept, merged = make_paper(), make_paper(arxiv=f"1406.{1000 + turn:04}")
    number = merged.pk
    there, author, reader = make_summary(paper=merged), make_user(), make_user()
    citing = make_summary()
    results = at_once(
        lambda: merge(kept=kept, merged=Paper.objects.get(pk=number), merged_by=None),
        lambda: publish(paper=Paper(pk=number), author=author, text="It works."),
        lambda: cast_vote(summary_id=there.pk, voter=reader, value=1),
        lambda: comment(summary_id=there.pk, author=reader, text="Why?"),
        lambda: actions.save(paper_id=number, user=reader),
        lambda: ask(paper_id=number, author=reader, text="Where?"),
        lambda: revise(
            summary_id=citing.pk,
            editor=citing.author,
            text=rf"As \cite{{1406.{1000 + turn:04}}}.",
            based_on=citing.save_count,
        ),
    )
    assert set(refused(results)) <= {"DoesNotExist"}
    there.refresh_from_db()
    assert (there.paper_id, there.score, there.comment_count) == (kept.pk, 1, 1)
    assert not Summary.objects.filter(paper=number).exists()
    assert_all_counts_are_true()
    done = Merge.objects.get(merged_number=number)
    at_once(
        lambda: undo(done, undone_by=None),
        lambda: cast_vote(summary_id=there.pk, voter=reader, value=-1),
        lambda: publish(paper=kept, author=make_user(), text="It works."),
    )
    there.refresh_from_db()
    assert (there.paper_id, there.score) == (number, -1)
    assert_all_counts_are_true()


@in_rounds
def test_two_papers_that_are_merged_into_each_other_become_one(_):
    one, other = make_summary().paper, make_summary().paper
    pair = [one.pk, other.pk]

    def merge_into(kept: int, merged: int) -> Merge:
        papers = Paper.objects.in_bulk(pair)
        if len(papers) < 2:
            raise MergeError("gone")
        return merge(kept=papers[kept], merged=papers[merged], merged_by=None)

    results = at_once(lambda: merge_into(*pair), lambda: merge_into(*pair[::-1]))
    assert refused(results) == ["MergeError"]
    assert Paper.objects.filter(pk__in=pair).count() == 1
    assert_all_counts_are_true()


@in_rounds
def test_an_account_that_goes_while_people_vote_leaves_true_counts(number):
    leaver, reader = make_user(), make_user()
    papers = [make_paper() for _ in range(3)]
    own = make_summary(author=leaver, paper=papers[0])
    others = [make_summary(paper=paper) for paper in papers]
    for summary in others[:2]:
        cast_vote(summary_id=summary.pk, voter=leaver, value=1)
    comment(summary_id=others[2].pk, author=leaver, text="Hm.")
    bare = make_paper()
    request_summary(paper_id=bare.pk, user=leaver)
    at_once(
        lambda: delete_account(person=leaver, keep_summaries=bool(number % 2)),
        # Of the one that goes, on a paper that nothing of the account was counted for.
        lambda: cast_vote(summary_id=others[2].pk, voter=leaver, value=1),
        lambda: cast_vote(summary_id=others[0].pk, voter=reader, value=-1),
        lambda: cast_vote(summary_id=own.pk, voter=reader, value=1),
        lambda: request_summary(paper_id=bare.pk, user=reader),
    )
    assert not User.objects.filter(pk=leaver.pk).exists()
    assert_all_counts_are_true()


@in_rounds
def test_a_vote_that_is_cast_while_its_account_opens_or_closes_counts_as_it_should(_):
    voter, reader = make_user(is_verified=False), make_user()
    summaries = [make_summary() for _ in range(3)]
    at_once(
        lambda: verify(User.objects.get(pk=voter.pk)),
        *(
            lambda summary=summary: cast_vote(summary_id=summary.pk, voter=voter, value=1)
            for summary in summaries
        ),
        lambda: cast_vote(summary_id=summaries[0].pk, voter=reader, value=1),
    )
    assert_all_counts_are_true()
    until = timezone.now() + datetime.timedelta(days=1)
    at_once(
        lambda: suspend(User.objects.get(pk=voter.pk), until=until),
        lambda: cast_vote(summary_id=summaries[0].pk, voter=voter, value=-1),
        lambda: cast_vote(summary_id=summaries[1].pk, voter=reader, value=1),
    )
    assert_all_counts_are_true()


@in_rounds
def test_of_two_edits_one_is_a_conflict(_):
    summary = make_summary()
    results = at_once(
        *(
            lambda text=text: revise(
                summary_id=summary.pk,
                editor=summary.author,
                text=text,
                based_on=summary.save_count,
            )
            for text in ("One.", "Two.")
        ),
        lambda: rerender(Summary.objects.get(pk=summary.pk)),
    )
    assert refused(results) == ["EditConflictError"]
    assert_all_counts_are_true()


@in_rounds
def test_votes_of_a_ring_that_are_changed_while_a_moderator_decides(_):
    voters, moderator = [make_user(), make_user()], make_user()
    summaries = [make_summary(), make_summary()]
    ring = VoteRing.objects.create(signs="Made by hand.")
    for voter in voters:
        for summary in summaries:
            cast_vote(summary_id=summary.pk, voter=voter, value=1)
    ring.votes.set(Vote.objects.all())
    results = at_once(
        lambda: vote_rings.discount(ring_id=ring.pk, by=moderator),
        lambda: cast_vote(summary_id=summaries[0].pk, voter=voters[0], value=-1),
        lambda: cast_vote(summary_id=summaries[1].pk, voter=voters[1], value=-1),
        lambda: counters.recount_all(),
    )
    assert set(refused(results)) <= {"VoteNotAllowedError"}
    assert_all_counts_are_true()
    assert not Summary.objects.exclude(score=0).exists()


@in_rounds
def test_a_moderator_decides_while_the_author_saves_a_text_that_waits(_):
    author, moderator = make_user(), make_user(is_staff=True)
    summary = make_summary(author=author, text="See https://example.com/shop.")
    case = Case.objects.get(summary=summary)
    results = at_once(
        lambda: decide(
            case_id=case.pk, seen=case.change_count, choice="keep", moderator=moderator, reason=""
        ),
        lambda: revise(
            summary_id=summary.pk,
            editor=author,
            text="See https://example.com/store.",
            based_on=summary.save_count,
        ),
        lambda: report(text=summary, reporter=make_user(), reason="spam"),
    )
    assert set(refused(results)) <= {"StaleCaseError", "EditConflictError"}
    assert_all_counts_are_true()


@in_rounds
def test_suggestions_while_their_summary_is_edited_and_goes(_):
    author, readers = make_user(), [make_user(), make_user()]
    summary = make_summary(author=author, text="It works.\n\nIt is fast.")
    made = suggest(
        summary_id=summary.pk, proposer=readers[0], text="It works well.\n\nIt is fast.", note="How"
    )
    results = at_once(
        lambda: accept(suggestion_id=made.pk, editor=author),
        lambda: suggest(summary_id=summary.pk, proposer=readers[1], text="No.", note="So"),
        lambda: revise(
            summary_id=summary.pk,
            editor=author,
            text="It works.\n\nIt is very fast.",
            based_on=summary.save_count,
        ),
        lambda: cast_vote(summary_id=summary.pk, voter=readers[1], value=1),
    )
    assert set(refused(results)) <= {"EditConflictError", "MergeConflictError"}
    assert_all_counts_are_true()


@in_rounds
def test_a_correction_is_accepted_while_its_paper_is_merged(_):
    kept, merged, moderator = make_paper(), make_paper(), make_user(is_staff=True)
    number = merged.pk
    correction = propose(paper=merged, proposed={"pages": "1-9"}, member=make_user())
    at_once(
        lambda: merge(kept=kept, merged=Paper.objects.get(pk=number), merged_by=None),
        lambda: accept_correction(
            correction_id=correction.pk, moderator=moderator, fields=["pages"]
        ),
    )
    correction.refresh_from_db()
    assert (correction.paper_id, correction.state) == (kept.pk, "accepted")
