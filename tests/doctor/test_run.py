"""Runs of the checks: continued after a kill, safe among writers, shown to administrators."""

import contextlib
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

from doctor.invariants import Batch, Damage, Invariant, RowInvariant, Verdict, registered
from doctor.models import DoctorRun
from doctor.run import TakenOverError, begin, proceed
from doctor.tasks import examine
from shortscience.observability import metrics
from summaries.actions.publish import publish
from summaries.actions.vote import cast_vote
from summaries.models import Summary
from summaries.ranking import counters
from tests.summaries.test_races import at_once
from tests.support.factories import make_paper, make_summary, make_user
from tests.support.invariants import assert_all_counts_are_true, damage
from tests.support.moderators import make_administrator
from tests.support.workers import database_url

outside_transactions = pytest.mark.django_db(transaction=True, serialized_rollback=True)
# A process that checks one row at a time, and says so after each.
SLOW_PROCESS = """
import sys, time
import django
django.setup()
from doctor.invariants import RowInvariant
from doctor.run import begin, proceed
RowInvariant.batch_size = 1
def report(check, run, verdict):
    if check.name == "scores":
        print(run.results["scores"]["examined"], flush=True)
        if run.results["scores"]["examined"] == 3:
            time.sleep(60)
proceed(begin(only=["scores", "rankings"], is_repairing=True), report=report)
"""


def doctor(*arguments: str, code: int = 0) -> str:
    """What the command prints; it must exit with that code."""
    out = StringIO()
    with pytest.raises(SystemExit) if code else contextlib.nullcontext() as stop:
        call_command("doctor", *arguments, stdout=out, stderr=out)
    assert not code or stop.value.code == code
    return out.getvalue()


def wrong_scores(count: int) -> list[Summary]:
    summaries = [make_summary() for _ in range(count)]
    Summary.objects.update(score=9)
    return summaries


# -- the command


@pytest.mark.django_db
def test_the_exit_code_tells_whether_there_was_damage():
    make_summary()
    assert "0 damaged" in doctor()
    summary = wrong_scores(1)[0]
    told = doctor("--only", "scores", code=1)
    assert f"scores {summary.pk}: +0 -0 makes 9, counted +0 -0 makes 0" in told
    assert "(repaired)" in doctor("--repair", code=1)
    assert "0 damaged, 0 repaired" in doctor()


@pytest.mark.django_db
def test_unknown_checks_are_refused_and_all_are_listed():
    with pytest.raises(CommandError, match="no check nonsense"):
        call_command("doctor", "--only", "nonsense")
    listed = doctor("--list").splitlines()
    assert [line.partition(":")[0] for line in listed] == list(registered())


# -- a run that is interrupted


@pytest.mark.django_db
def test_a_run_that_is_interrupted_continues_where_it_was(monkeypatch):
    wrong_scores(5)
    monkeypatch.setattr(RowInvariant, "batch_size", 1)
    run = begin(only=["scores"])
    slices = 0
    while not proceed(run, seconds=0):
        slices += 1
        run = begin(only=["scores"])
        assert run.results["scores"]["examined"] == slices <= 5
    assert run.results["scores"]["examined"] == run.results["scores"]["damaged"] == 5
    assert DoctorRun.objects.count() == 1


@outside_transactions
def test_a_killed_process_loses_at_most_one_batch():
    summaries = wrong_scores(5)
    url = (
        f"sqlite:///{connection.settings_dict['NAME']}"
        if connection.vendor == "sqlite"
        else database_url()
    )
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW_PROCESS],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "shortscience.settings",
            "DATABASE_URL": url,
            "SECRET_KEY": django_settings.SECRET_KEY,
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert [process.stdout.readline().strip() for _ in range(3)] == ["1", "2", "3"]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert Summary.objects.filter(score=0).count() == 3
    run = begin(only=["scores", "rankings"], is_repairing=True)
    assert (run.check_name, run.position) == ("scores", summaries[2].pk)
    assert proceed(run)
    assert run.results["scores"] | {"examples": []} == {
        **{"examined": 5, "damaged": 5, "repaired": 5},
        "examples": [],
    }
    assert damage() == {}


@pytest.mark.django_db
def test_of_two_processes_the_later_one_continues():
    make_summary()
    earlier = begin()
    later = begin()
    assert earlier.pk == later.pk
    with pytest.raises(TakenOverError):
        proceed(earlier)
    assert proceed(later)


@pytest.mark.django_db
def test_runs_with_other_options_are_not_mixed():
    assert len({begin().pk, begin(is_repairing=True).pk, begin(only=["scores"]).pk}) == 3


# -- among writers


@pytest.mark.django_db
def test_what_changed_between_finding_and_looking_again_is_no_damage():
    summary = wrong_scores(1)[0]
    check = registered()["scores"]
    (batch,) = check.find()
    assert [suspect.key for suspect in batch.suspects] == [summary.pk]
    counters.recount_whole(summary.paper_id)
    assert check.settle(batch.suspects, repairs=True) == Verdict()


@outside_transactions
def test_repairs_among_votes_and_publications_leave_everything_right():
    paper = make_paper()
    summaries = [make_summary(paper=paper) for _ in range(3)]
    voters = [make_user() for _ in range(3)]

    def vote(voter) -> None:
        for round_number in range(8):
            for summary in summaries:
                value = (-1) ** (round_number + voter.pk)
                cast_vote(summary_id=summary.pk, voter=voter, value=value)

    def damage_and_repair() -> None:
        for _ in range(6):
            Summary.objects.filter(paper=paper).update(comment_count=4)
            assert proceed(begin(is_repairing=True))

    at_once(
        *(lambda voter=voter: vote(voter) for voter in voters),
        lambda: [publish(paper=paper, author=make_user(), text="Me too.") for _ in range(5)],
        damage_and_repair,
    )
    assert_all_counts_are_true()


@pytest.mark.django_db
def test_an_error_in_a_repair_is_told_and_stops_nothing(caplog):
    class Failing(Invariant):
        name, sentence = "failing", "It can be repaired."

        def find(self, after=None):
            yield Batch(1, 1, [Damage(1, "broken")])

        def confirm(self, keys, *, repairs):
            if repairs:
                raise OSError("The disk is gone.")
            return Verdict([Damage(1, "broken")])

    verdict = Failing().settle([Damage(1, "broken")], repairs=True)
    assert [item.key for item in verdict.damaged] == [1] and not verdict.repaired
    assert "failing could not be repaired" in caplog.text


@pytest.mark.django_db
def test_rows_are_read_in_batches(monkeypatch, django_assert_num_queries):
    wrong_scores(7)
    check = registered()["scores"]
    monkeypatch.setattr(RowInvariant, "batch_size", 3)
    with django_assert_num_queries(3 * 2 + 1):
        batches = list(check.find())
    assert [batch.size for batch in batches] == [3, 3, 1]
    after = batches[0].last
    assert [batch.size for batch in check.find(after)] == [3, 1]


# -- where the result is shown


@pytest.mark.django_db
def test_the_nightly_task_shows_its_result_to_administrators_and_in_metrics(client):
    summary = wrong_scores(1)[0]
    assert "doctor" not in metrics._document()
    examine()
    told = metrics._document()
    assert 'shortscience_doctor_damaged{check="scores"} 1.0' in told
    assert 'shortscience_doctor_damaged{check="revisions"} 0.0' in told
    assert "shortscience_doctor_finished_timestamp_seconds" in told
    client.force_login(make_administrator())
    listed = client.get("/admin/doctor/doctorrun/").content.decode()
    assert "2 damaged, 0 repaired" in listed
    page = client.get(f"/admin/doctor/doctorrun/{DoctorRun.objects.get().pk}/change/")
    assert f"{summary.pk}: +0 -0 makes 9" in page.content.decode()
    assert registered()["scores"].sentence in page.content.decode()


@pytest.mark.django_db
def test_a_repaired_run_leaves_nothing_in_metrics():
    wrong_scores(1)
    proceed(begin(is_repairing=True))
    assert 'shortscience_doctor_damaged{check="scores"} 0.0' in metrics._document()
