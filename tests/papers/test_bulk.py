"""Long imports: batches, counts, one process at a time, going on after a kill."""

import datetime
import gzip
import os
import subprocess
import sys
import zipfile

import pytest
from django.db import DataError, IntegrityError, OperationalError, transaction
from django.utils import timezone

from papers.importing import bulk
from papers.importing.bulk import (
    Batch,
    Broken,
    ImportHeldError,
    ImportRunningError,
    hold,
    import_stream,
    reset_progress,
    stay_alive,
)
from papers.importing.bulk_files import (
    MAX_LINE_BYTES,
    UnreadableFileError,
    fingerprint,
    line_batches,
    record_batches,
)
from papers.models import Identifier, ImportRun, Paper
from tests.support.factories import make_paper, make_record

pytestmark = pytest.mark.django_db


def record(number: int):
    return make_record(title=f"Paper {number}", arxiv=f"2001.{number:05d}")


def run_on(subject: str = "a file"):
    return hold(command="test", subject=subject)


def import_all(batches, subject: str = "a file") -> ImportRun:
    with run_on(subject) as run:
        for _ in import_stream(batches, run):
            pass
    return run


# -- batches ----------------------------------------------------------------------------------


def test_counts_add_up_and_the_run_is_finished():
    batches = [
        Batch(records=[record(1), record(2)], position=2, counts={"lines": 3}),
        Batch(records=[record(2)], position=3, broken=[Broken("line 4", "no title")]),
    ]
    run = import_all(batches)
    assert run.counts == {"lines": 3, "added": 2, "known": 1, "broken": 1}
    assert run.finished_at and not run.held_by
    assert Paper.objects.count() == 2


def test_a_batch_that_fails_leaves_neither_records_nor_a_place(monkeypatch):
    def batches():
        yield Batch(records=[record(1)], position=1)
        monkeypatch.setattr(bulk, "withdraw", lambda arxiv_ids: 1 / 0)
        yield Batch(records=[record(2)], position=2)

    with pytest.raises(ZeroDivisionError):
        import_all(batches())
    run = ImportRun.objects.get()
    assert (run.position, run.counts, run.held_by) == (1, {"added": 1}, "")
    assert list(Paper.objects.values_list("title", flat=True)) == ["Paper 1"]


def test_the_next_process_goes_on_where_the_last_batch_ended():
    def killed():
        yield Batch(records=[record(1)], position=1, token="t1", state={"mark": "m"})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_all(killed())
    with run_on() as run:
        assert (run.position, run.token, run.state) == (1, "t1", {"mark": "m"})
        for _ in import_stream([Batch(records=[record(2)], position=2)], run):
            pass
    assert run.counts == {"added": 2}
    with run_on() as anew:
        assert anew.pk != run.pk and anew.position == 0


def test_repeated_records_are_imported_but_not_counted():
    batches = [Batch(records=[record(1), record(2), record(3)], position=0, repeated=2)]
    assert import_all(batches).counts == {"added": 1}
    assert Paper.objects.count() == 3


def test_a_bad_record_loses_only_itself():
    bad = make_record(title=" ", arxiv="2001.00009")
    with run_on() as run:
        (broken,) = import_stream([Batch(records=[record(1), bad, record(2)], position=3)], run)
    assert broken == [Broken("arxiv 2001.00009", "The record has no title.")]
    assert run.counts == {"added": 2, "broken": 1}
    assert Paper.objects.count() == 2


def test_a_record_that_the_database_refuses_loses_only_itself(monkeypatch):
    """Also in a batch of records that look good."""
    import_for_real = bulk.import_records

    def refuse(records):
        if len(records) > 1:
            raise DataError("no batch is good enough")
        return import_for_real(records)

    monkeypatch.setattr(bulk, "import_records", refuse)
    batch = Batch(records=[record(1), record(2)], position=2)
    assert import_all([batch]).counts == {"added": 2}


def test_a_busy_database_is_asked_again(monkeypatch):
    monkeypatch.setattr(bulk, "PAUSES_SECONDS", (0, 0))
    answers = [OperationalError("database is locked"), OperationalError("deadlock detected")]
    import_for_real = bulk.import_records

    def busy(records):
        if answers:
            raise answers.pop(0)
        return import_for_real(records)

    monkeypatch.setattr(bulk, "import_records", busy)
    assert import_all([Batch(records=[record(1)], position=1)]).counts == {"added": 1}


def test_what_the_catalogue_deleted_is_withdrawn_and_stays():
    kept, corrected = make_paper(arxiv="2001.00001"), make_paper(arxiv="2001.00002")
    Paper.objects.filter(pk=corrected.pk).update(corrected_fields=["is_withdrawn"])
    gone = ["2001.00001", "2001.00002", "2001.00003"]
    run = import_all([Batch(records=[], position=0, withdrawn=gone)])
    assert run.counts == {"withdrawn": 1}
    assert list(Paper.objects.filter(is_withdrawn=True)) == [kept]
    assert Paper.objects.count() == 2


# -- one process at a time --------------------------------------------------------------------


def test_a_second_process_is_told_that_one_is_running():
    with run_on() as run, pytest.raises(ImportRunningError, match="already running"), run_on():
        pytest.fail("Two held one run.")
    assert ImportRun.objects.get() == run
    with run_on("another file"):
        pass
    with run_on() as again:
        assert again == run


def test_a_killed_process_blocks_nobody_on_its_host():
    dead = subprocess.Popen([sys.executable, "-c", ""])
    born = bulk._start_time(dead.pid)
    dead.wait()
    with run_on() as run:
        holder = f"{bulk._host()} {dead.pid} {born} 0"
        ImportRun.objects.filter(pk=run.pk).update(held_by=holder)
        with run_on() as taken:
            assert taken == run


def test_a_new_process_with_an_old_number_is_not_the_one_that_held():
    with run_on() as run:
        holder = f"{bulk._host()} {os.getpid()} 1 0"
        ImportRun.objects.filter(pk=run.pk).update(held_by=holder)
        with run_on() as taken:
            assert taken == run


@pytest.mark.parametrize(("seconds", "is_free"), [(-1, True), (60, False)])
def test_a_process_on_another_host_is_given_some_time(seconds, is_free):
    with run_on() as run:
        until = timezone.now() + datetime.timedelta(seconds=seconds)
        ImportRun.objects.filter(pk=run.pk).update(held_by="elsewhere 1 1 0", held_until=until)
        if is_free:
            with run_on():
                pass
        else:
            with pytest.raises(ImportRunningError), run_on():
                pass


def test_who_slept_too_long_writes_nothing():
    with run_on() as run:
        ImportRun.objects.filter(pk=run.pk).update(held_by="elsewhere 1 1 0")
        with pytest.raises(ImportHeldError):
            list(import_stream([Batch(records=[record(1)], position=1)], run))
    assert not Paper.objects.exists()
    assert ImportRun.objects.get().held_by == "elsewhere 1 1 0"


def test_a_long_wait_keeps_the_run():
    with run_on() as run:
        stay_alive(run, seconds=3000)
        run.refresh_from_db()
        assert run.held_until > timezone.now() + datetime.timedelta(seconds=3000)


def test_the_database_allows_one_unfinished_run_a_subject():
    ImportRun.objects.create(command="test", subject="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportRun.objects.create(command="test", subject="x")


def test_beginning_anew_forgets_the_place():
    with run_on() as run:
        list(import_stream([Batch(records=[record(1)], position=7, token="t")], run))
    ImportRun.objects.update(finished_at=None)
    with run_on() as run:
        reset_progress(run, mark="m")
    run.refresh_from_db()
    assert (run.position, run.token, run.counts, run.state) == (0, "", {}, {"mark": "m"})


# -- files ------------------------------------------------------------------------------------


def parse(line: bytes):
    text = line.decode().strip()
    if text == "bad":
        raise ValueError("is bad")
    return None if text == "not wanted" else make_record(title=text)


def batches_of(path, *, position=0, lines=0, size=2):
    return list(line_batches(path, parse, position=position, lines=lines, size=size))


def titles(batches):
    return [[item.title for item in batch.records] for batch in batches]


@pytest.fixture(params=["plain", "gzip", "zip"])
def write(request, tmp_path):
    def write(content: bytes):
        path = tmp_path / f"file.{request.param}"
        if request.param == "plain":
            path.write_bytes(content)
        elif request.param == "gzip":
            path.write_bytes(gzip.compress(content))
        else:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("readme", b"")
                archive.writestr("papers.json", content)
        return path

    return write


def test_lines_become_batches_and_any_of_them_can_be_the_next_start(write):
    path = write(b"one\nbad\n\nnot wanted\nf\xc3\xbcnf\nsix")
    batches = batches_of(path)
    assert titles(batches) == [["one"], [], ["fünf", "six"]]
    assert [batch.counts for batch in batches] == [
        {"lines": 2, "left_out": 0},
        {"lines": 2, "left_out": 1},
        {"lines": 2, "left_out": 0},
    ]
    assert batches[0].broken == [Broken("line 2", "is bad")]
    for number, batch in enumerate(batches, start=1):
        again = batches_of(path, position=batch.position, lines=2 * number)
        assert titles(again) == titles(batches[number:])


def test_the_number_of_a_broken_line_counts_from_the_beginning_of_the_file(write):
    path = write(b"one\ntwo\nthree\nbad\n")
    first, second = batches_of(path)
    (again,) = batches_of(path, position=first.position, lines=2)
    assert again.broken == second.broken == [Broken("line 4", "is bad")]


def test_an_endless_line_is_passed_over(write):
    path = write(b"one\n" + b"x" * (2 * MAX_LINE_BYTES + 5) + b"\ntwo\n")
    (batch,) = batches_of(path, size=10)
    assert titles([batch]) == [["one", "two"]]
    assert batch.broken == [Broken("line 2", "is longer than 4 MB")]


def test_an_empty_file_has_no_batches(write):
    assert batches_of(write(b"")) == []


@pytest.mark.parametrize("cut", [40, 12, 4])
def test_a_compressed_file_that_is_cut_short_is_told(tmp_path, cut):
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(b"".join(b"%d\n" % n for n in range(500)))[:-cut])
    with pytest.raises(UnreadableFileError, match=r"truncated or damaged|cannot be read"):
        batches_of(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(UnreadableFileError, match="No such file"):
        fingerprint(tmp_path / "none")


def test_a_file_that_grew_or_changed_has_another_fingerprint(tmp_path):
    path = tmp_path / "file"
    marks = set()
    for content in (b"abc", b"abcd", b"xbc"):
        path.write_bytes(content)
        marks |= {fingerprint(path), fingerprint(path)}
    assert len(marks) == 3


def test_a_stream_of_records_goes_on_after_those_that_are_done():
    stream = [record(1), Broken("entry 2", "no title"), record(3), record(4), record(5)]
    batches = list(record_batches(iter(stream), done=1, size=2))
    assert [batch.position for batch in batches] == [3, 5]
    assert titles(batches) == [["Paper 3"], ["Paper 4", "Paper 5"]]
    assert batches[0].broken == [Broken("entry 2", "no title")]


def test_all_names_are_there_once():
    import_all([Batch(records=[record(n) for n in range(50)], position=50)])
    import_all([Batch(records=[record(n) for n in range(25, 75)], position=50)])
    names = Identifier.objects.filter(scheme="arxiv").values_list("value", flat=True)
    assert len(names) == len(set(names)) == Paper.objects.count() == 75
