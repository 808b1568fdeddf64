import pytest

from summaries.actions.comment import CommentNotAllowedError, comment, delete_comment
from summaries.actions.delete import delete_summary
from summaries.models import Comment, Summary
from tests.support.factories import make_summary, make_user

pytestmark = pytest.mark.django_db


def test_a_comment_is_rendered_and_counted():
    summary = make_summary()
    written = comment(summary_id=summary.pk, author=make_user(), text="Why is $k>1$?")
    assert "<math" in written.html
    summary.refresh_from_db()
    assert summary.comment_count == 1 and summary.paper.ranking.comment_count == 1


def test_an_answer_to_an_answer_joins_the_thread():
    summary = make_summary()
    first = comment(summary_id=summary.pk, author=make_user(), text="One.")
    second = comment(summary_id=summary.pk, author=make_user(), text="Two.", parent_id=first.pk)
    third = comment(summary_id=summary.pk, author=make_user(), text="Three.", parent_id=second.pk)
    assert second.parent == third.parent == first


def test_the_author_of_an_anonymous_summary_answers_anonymously():
    summary = make_summary(is_anonymous=True)
    own = comment(summary_id=summary.pk, author=summary.author, text="I meant the other.")
    other = comment(summary_id=summary.pk, author=make_user(), text="I see.")
    assert own.byline is None and summary.author.username not in own.byline_name
    assert other.byline == other.author


def test_only_published_summaries_are_discussed():
    summary = make_summary(state="private")
    with pytest.raises(CommentNotAllowedError):
        comment(summary_id=summary.pk, author=summary.author, text="Note to myself.")
    with pytest.raises(Summary.DoesNotExist):
        comment(summary_id=summary.pk, author=make_user(), text="Hello?")


def test_a_deleted_comment_leaves_its_answers():
    summary, author = make_summary(), make_user()
    first = comment(summary_id=summary.pk, author=author, text="One.")
    comment(summary_id=summary.pk, author=make_user(), text="Two.", parent_id=first.pk)
    with pytest.raises(Comment.DoesNotExist):
        delete_comment(comment_id=first.pk, by=make_user())
    delete_comment(comment_id=first.pk, by=author)
    summary.refresh_from_db()
    assert summary.comment_count == 1


def test_a_withdrawn_summary_takes_no_comments():
    summary = make_summary()
    delete_summary(summary_id=summary.pk, editor=summary.author)
    with pytest.raises(Summary.DoesNotExist):
        comment(summary_id=summary.pk, author=make_user(), text="Too late.")
