"""Two deeds at the same moment: one is done, or both, and nobody meets an error of the database."""

import contextlib
import threading
from collections.abc import Callable

import pytest
from django.db import connections

from accounts.renaming import RenameRefused, rename
from following.choosing import follow
from following.models import Follow
from library import keeping
from library.models import SavedPaper
from summaries.commenting import comment
from summaries.conflicts import AlreadyWritten, EditConflict
from summaries.drafting import autosave
from summaries.images import add_image
from summaries.models import Image, Revision, Suggestion, Summary, Vote, Wish
from summaries.publishing import publish, revise
from summaries.suggesting import SuggestionRefused, accept, suggest
from summaries.voting import cast_vote
from summaries.wishing import unwish, wish
from summaries.withdrawing import bring_back, withdraw
from tests.factories import make_paper, make_summary, make_user
from tests.summaries.test_images import picture

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
# What a person reads in words; anything else would be a page that says that we broke.
REFUSALS = (
    *(AlreadyWritten, EditConflict, SuggestionRefused, RenameRefused),
    *(Suggestion.DoesNotExist, Summary.DoesNotExist),
)


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


def refused(results: list[object]) -> list[str]:
    return [type(each).__name__ for each in results if isinstance(each, Exception)]


def test_marks_that_are_made_twice_count_once():
    reader, author, paper = make_user(), make_user(), make_paper()
    summary, other = make_summary(author=author), make_paper()
    deeds = [
        lambda: cast_vote(summary_id=summary.pk, voter=reader, value=1),
        lambda: follow(user=reader, kind="paper", target=str(paper.pk)),
        lambda: keeping.save(paper_id=paper.pk, user=reader),
        lambda: wish(paper_id=paper.pk, user=reader),
        lambda: add_image(uploader=reader, data=picture()),
    ]
    for deed in deeds:
        at_once(deed, deed, deed)
    for model in (Vote, Follow, SavedPaper, Wish):
        assert model.objects.count() == 1
    assert Image.objects.values("digest").distinct().count() == 1
    summary.refresh_from_db()
    assert summary.score == 1
    at_once(
        lambda: wish(paper_id=other.pk, user=reader),
        lambda: unwish(paper_id=other.pk, user=reader),
        lambda: wish(paper_id=other.pk, user=author),
    )
    other.refresh_from_db()
    assert other.wish_count == Wish.objects.filter(paper=other).count()


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
    withdraw(summary_id=old.pk, editor=author)
    results = at_once(
        lambda: publish(paper=paper, author=author, text="New."),
        lambda: bring_back(summary_id=old.pk, editor=author),
    )
    assert refused(results) == ["AlreadyWritten"]
    assert Summary.objects.filter(deleted_at=None).count() == 1


def test_a_look_that_is_old_by_then_does_not_bring_two_back(monkeypatch):
    author, paper = make_user(), make_paper()
    old = make_summary(author=author, paper=paper)
    withdraw(summary_id=old.pk, editor=author)
    new = make_summary(author=author, paper=paper)
    told = iter([None, new])
    monkeypatch.setattr("summaries.withdrawing.written_by", lambda *_: next(told))
    with pytest.raises(AlreadyWritten):
        bring_back(summary_id=old.pk, editor=author)


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
    assert refused(again) == ["AlreadySuggested"] * 2


def test_two_do_not_get_one_name():
    one, other = make_user(), make_user()
    results = at_once(
        lambda: rename(person=one, username="ada"), lambda: rename(person=other, username="Ada")
    )
    assert refused(results) == ["RenameRefused"]


def test_what_goes_while_it_is_marked_leaves_true_counts():
    author, reader = make_user(), make_user()
    summary = make_summary(author=author)
    at_once(
        lambda: withdraw(summary_id=summary.pk, editor=author),
        lambda: cast_vote(summary_id=summary.pk, voter=reader, value=1),
        lambda: withdraw(summary_id=summary.pk, editor=author),
    )
    summary.refresh_from_db()
    summary.paper.refresh_from_db()
    assert summary.deleted_at and summary.paper.summary_count == 0
    at_once(*[lambda: bring_back(summary_id=summary.pk, editor=author)] * 3)
    summary.paper.refresh_from_db()
    assert summary.paper.summary_count == 1
