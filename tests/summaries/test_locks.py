"""Each operation that moves a count locks the paper before anything else, and renders before that."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.delete_account import delete_account
from accounts.models import User
from accounts.suspensions import end_suspension, suspend
from accounts.verification import verify
from moderation.actions import decide
from moderation.models import Case
from papers.curation.merge import merge
from papers.curation.unmerge import undo
from papers.models import Merge
from summaries.actions import comment, hide_and_remove, share_link, suggest_edit
from summaries.actions import publish as publishing
from summaries.actions.delete import delete_summary, purge_deleted, restore
from summaries.actions.publish import publish, revise
from summaries.actions.request_summary import request_summary, withdraw_request
from summaries.actions.vote import VoteNotAllowedError, cast_vote
from summaries.editor.drafts import autosave
from summaries.locks import lock_summary
from summaries.models import Summary, Vote, VoteRing
from summaries.ranking import counters, vote_rings
from summaries.rerender import rerender
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
LINK = "See https://example.com/shop."


class World:
    """One paper with two summaries, and everything that can be done to them."""

    def __init__(self) -> None:
        self.author, self.reader, self.other = make_user(), make_user(), make_user()
        self.paper = make_paper()
        self.summary = make_summary(paper=self.paper, author=self.author)
        self.sibling = make_summary(paper=self.paper)
        self.said = comment.comment(summary_id=self.summary.pk, author=self.reader, text="Hm.")
        self.bare = make_paper()

    def operations(self):
        """One after the other, so that each finds what the ones before it left."""
        author, reader, other, number = self.author, self.reader, self.other, self.summary.pk
        waiting = make_summary(paper=self.paper, author=make_user(), text=LINK)
        case = Case.objects.get(summary=waiting)
        yield lambda: cast_vote(summary_id=number, voter=reader, value=1)
        yield lambda: publish(paper=self.paper, author=other, text="It works.")
        yield lambda: revise(summary_id=number, editor=author, text="It is fast.", based_on=1)
        yield lambda: comment.comment(summary_id=number, author=other, text="Why?")
        yield lambda: comment.ask(paper_id=self.paper.pk, author=other, text="Why?")
        yield lambda: comment.edit_comment(comment_id=self.said.pk, editor=reader, text="Hm?")
        yield lambda: comment.delete_comment(comment_id=self.said.pk, by=reader)
        moderator = make_user(is_staff=True)
        yield lambda: decide(
            case_id=case.pk,
            seen=case.change_count,
            choice="keep",
            moderator=moderator,
            reason="",
        )
        yield lambda: hide_and_remove.hide([self.summary])
        yield lambda: hide_and_remove.restore([self.summary])
        yield lambda: rerender(Summary.objects.get(pk=number))
        made = suggest_edit.suggest(summary_id=number, proposer=reader, text="No.", note="So")
        yield lambda: suggest_edit.accept(suggestion_id=made.pk, editor=author)
        yield lambda: autosave(paper=self.bare, author=author, text="To be.")
        yield lambda: request_summary(paper_id=self.bare.pk, user=reader)
        yield lambda: withdraw_request(paper_id=self.bare.pk, user=reader)
        yield lambda: delete_summary(summary_id=number, editor=author)
        yield lambda: restore(summary_id=number, editor=author)
        ring = VoteRing.objects.create(signs="Made by hand.")
        ring.votes.set(Vote.objects.all())
        yield lambda: vote_rings.discount(ring_id=ring.pk, by=other)
        yield lambda: counters.recount_all()
        yield lambda: suspend(reader, until=self.summary.created_at)
        yield lambda: end_suspension(reader)
        newcomer = make_user(is_verified=False)
        cast_vote(summary_id=self.sibling.pk, voter=newcomer, value=1)
        yield lambda: verify(newcomer)
        yield lambda: share_link.share(summary_id=number, editor=author)
        yield lambda: share_link.unshare(summary_id=number, editor=author)
        kept = make_paper()
        yield lambda: merge(kept=kept, merged=self.paper, merged_by=None)
        yield lambda: undo(Merge.objects.get(), undone_by=None)
        yield lambda: delete_account(person=author, keep_summaries=False)
        yield purge_deleted


def test_the_paper_is_locked_before_anything_else():
    for operation in World().operations():
        with CaptureQueriesContext(connection) as captured:
            operation()
        statements = [query["sql"] for query in captured]
        lock = next((at for at, said in enumerate(statements) if locks_papers(said)), None)
        assert lock is not None, statements
        before = [said for said in statements[:lock] if locks_or_writes(said)]
        assert not before


def locks_papers(said: str) -> bool:
    """SQLite has no locks of rows; the question is asked there all the same."""
    lock = r"FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""
    return bool(
        re.match(rf'SELECT "papers_paper"\."id".* FROM "papers_paper" WHERE .*{lock}', said)
    )


def locks_or_writes(said: str) -> bool:
    """Of what is counted: rows of sessions and of the search's words are in no order."""
    writes = re.match(r'(INSERT INTO|UPDATE|DELETE FROM) "(summaries|papers|moderation)_', said)
    return bool(writes) or " FOR UPDATE" in said or " FOR NO KEY UPDATE" in said


def test_nothing_is_rendered_while_a_transaction_is_open(monkeypatch):
    """All other writers of SQLite, and of PostgreSQL those on the paper, would wait for it."""
    found = []
    for module in (comment, publishing.preview.__globals__):
        names = module if isinstance(module, dict) else vars(module)
        render = names["render_document"]

        def looked(*args, _render=render, **how):
            found.append(connection.in_atomic_block)
            return _render(*args, **how)

        monkeypatch.setitem(names, "render_document", looked)
    for operation in World().operations():
        operation()
    assert found and not any(found)


def test_a_vote_costs_a_fixed_number_of_queries():
    summary, voter = make_summary(), make_user()
    counts = []
    for value in (1, -1, 0):
        with CaptureQueriesContext(connection) as captured:
            cast_vote(summary_id=summary.pk, voter=voter, value=value)
        counts.append(len(captured))
    assert max(counts) <= MOST_QUERIES_OF_A_VOTE


# Begin, three locks, the vote, its row, the score, and six for the paper's place.
MOST_QUERIES_OF_A_VOTE = 19


def test_the_voter_of_a_closed_account_is_refused():
    summary, voter = make_summary(), make_user()
    User.objects.filter(pk=voter.pk).delete()
    with pytest.raises((Summary.DoesNotExist, VoteNotAllowedError)):
        cast_vote(summary_id=summary.pk, voter=voter, value=1)


def test_a_summary_that_is_not_among_those_asked_for_is_not_there():
    summary = make_summary()
    someone_else = make_user()
    with transaction.atomic(), pytest.raises(Summary.DoesNotExist):
        lock_summary(summary.pk, Summary.objects.filter(author=someone_else))


def test_what_went_while_a_page_worked_is_not_found(client, monkeypatch):
    summary, voter = make_summary(), make_user()
    client.force_login(voter)

    def go_now(request) -> int:
        delete_summary(summary_id=summary.pk, editor=summary.author)
        return 0

    monkeypatch.setattr("summaries.views.vote._wait_seconds", go_now)
    assert client.post(f"/summary/{summary.pk}/vote", {"value": "1"}).status_code == 404
