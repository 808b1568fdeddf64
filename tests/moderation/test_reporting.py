"""Anybody can say that a text should not be there; a person looks at it."""

import pytest
from django.test import Client

from accounts.export.registry import files_of
from accounts.models import BlockedAddress
from moderation.models import Case, Report
from moderation.views import reporting
from summaries.actions import comment as commenting
from summaries.actions import delete
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def summary(alice):
    return make_summary(author=alice)


def post(client, text, kind="summary", **data):
    return client.post(f"/{kind}/{text.pk}/report", {"reason": "spam", **data})


def test_a_member_reports_a_summary(client, summary, bob):
    client.force_login(bob)
    page = client.get(summary.get_absolute_url()).content.decode()
    assert f"/summary/{summary.pk}/report" in page
    assert client.get(f"/summary/{summary.pk}/report").status_code == 200
    answer = post(client, summary, reason="copied", details="From the abstract.")
    assert "A person will review it." in answer.content.decode()
    report = Report.objects.get()
    assert (report.case.summary, report.reporter) == (summary, bob)
    assert (report.reason, report.words) == ("copied", "From the abstract.")


def test_comments_and_questions_are_reported_the_same_way(client, summary, alice, bob):
    comment = commenting.comment(summary_id=summary.pk, author=alice, text="Nice.")
    question = commenting.ask(paper_id=make_paper().pk, author=alice, text="Why?")
    client.force_login(bob)
    for text, page in ((comment, summary), (question, question.paper)):
        assert f"/comment/{text.pk}/report" in client.get(page.get_absolute_url()).content.decode()
        assert post(client, text, "comment").status_code == 200
    assert set(Case.objects.values_list("comment", flat=True)) == {comment.pk, question.pk}


def test_who_is_signed_out_reports_too_and_leaves_nothing_of_themselves(client, summary):
    assert post(client, summary).status_code == 200
    assert Report.objects.get().reporter is None
    # Once a day from one address.
    answer = post(client, summary, details="Again, and again.")
    assert answer.status_code == 429 and "Again, and again." in answer.content.decode()
    assert Report.objects.count() == 1


def test_signed_out_reports_need_a_token(summary):
    client = Client(enforce_csrf_checks=True)
    assert post(client, summary).status_code == 403
    assert not Report.objects.exists()


def test_one_open_report_per_person_and_text(client, summary, bob):
    client.force_login(bob)
    post(client, summary)
    assert (
        "You have already reported this. A person will review it, and we"
        in post(client, summary).content.decode()
    )
    assert (
        "You have already reported this. A person will review it, and we"
        in client.get(f"/summary/{summary.pk}/report").content.decode()
    )
    client.force_login(make_user())
    post(client, summary, reason="abuse")
    assert Case.objects.get().reports.count() == 2


def test_nobody_reports_themselves(client, summary, alice):
    client.force_login(alice)
    assert "/report" not in client.get(summary.get_absolute_url()).content.decode()
    assert "You wrote this." in post(client, summary).content.decode()
    assert not Case.objects.exists()


def test_what_is_wrong_with_a_report_is_said_and_its_words_stay(client, summary, bob):
    client.force_login(bob)
    for data in (
        {"reason": "", "details": "kept words"},
        {"reason": "no", "details": "kept words"},
    ):
        answer = client.post(f"/summary/{summary.pk}/report", data)
        assert answer.status_code == 422 and "kept words" in answer.content.decode()
    assert (
        "Describe the problem in a few words."
        in post(client, summary, reason="other").content.decode()
    )
    assert not Report.objects.exists()


def test_reports_are_limited(client, bob, monkeypatch):
    monkeypatch.setattr(reporting, "PER_DAY", 1)
    client.force_login(bob)
    assert post(client, make_summary()).status_code == 200
    assert post(client, make_summary()).status_code == 429


def test_what_nobody_may_see_cannot_be_reported(client, alice, bob):
    private = make_summary(author=alice, state="private")
    gone = make_summary(author=alice)
    delete.delete_summary(summary_id=gone.pk, editor=alice)
    client.force_login(bob)
    for text in (private, gone):
        assert client.get(f"/summary/{text.pk}/report").status_code == 404
        assert post(client, text).status_code == 404


def test_a_blocked_address_reports_nothing(client, summary):
    BlockedAddress.objects.create(network="127.0.0.0/8")
    assert post(client, summary).status_code == 403
    assert not Report.objects.exists()


def test_ones_own_reports_are_in_the_archive(client, summary, bob):
    client.force_login(bob)
    post(client, summary, reason="copied", details="From the abstract.")
    archive = dict(files_of(bob))
    assert b"From the abstract." in archive["reports.json"]
    assert "reports.json" not in dict(files_of(make_user()))
