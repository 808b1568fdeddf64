"""The commands for many papers: progress, stopping, going on, one at a time, counts."""

import io
import itertools

import pytest
from django.core.management import CommandError, call_command

from papers.importing import bulk
from papers.importing.bulk import hold
from papers.management import progress
from papers.management.long_command import LongCommand
from papers.management.progress import Progress
from papers.models import ImportRun, Paper
from papers.sources import SOURCES, SourceRefusedError, SourceUnavailableError
from tests.support.factories import make_record

pytestmark = pytest.mark.django_db


def call(*args: str) -> tuple[str, str]:
    """What a command says on stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    call_command(*args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def bibtex(tmp_path, *titles: str):
    path = tmp_path / "papers.bib"
    path.write_text(
        "\n".join(
            f"@article{{key{number}, title = {{{title}}}, author = {{Ada Example}}, year = 2001}}"
            for number, title in enumerate(titles)
        )
    )
    return path


# -- all of them ------------------------------------------------------------------------------


def test_a_second_process_is_told_and_ends(tmp_path):
    path = bibtex(tmp_path, "One")
    with (
        hold(command="import_bibtex", subject=str(path)),
        pytest.raises(CommandError, match="already running"),
    ):
        call("import_bibtex", str(path))
    assert "1 added" in call("import_bibtex", str(path))[0]


@pytest.fixture
def interrupt_after_a_batch(monkeypatch):
    """Ctrl-C after the first batch, of 200 records."""
    follow = bulk._import_batch
    calls = itertools.count()

    def interrupted(batch, run):
        if next(calls) == 1:
            raise KeyboardInterrupt
        return follow(batch, run)

    monkeypatch.setattr(bulk, "_import_batch", interrupted)


def test_ctrl_c_says_how_to_go_on_and_the_next_call_does(tmp_path, interrupt_after_a_batch):
    path = bibtex(tmp_path, *map("Paper {}".format, range(450)))
    with pytest.raises(
        CommandError, match=r"Stopped\. 200 records are done\. Run the same"
    ) as told:
        call("import_bibtex", str(path))
    assert told.value.returncode == 130
    assert Paper.objects.count() == 200 and not ImportRun.objects.get().held_by
    out, err = call("import_bibtex", str(path))
    assert "Continuing after 200 records." in err
    assert "450 records: 450 added" in out
    assert Paper.objects.count() == 450


@pytest.mark.parametrize("how", ["changed", "--restart"])
def test_a_changed_file_or_a_wish_begins_anew(tmp_path, interrupt_after_a_batch, how):
    path = bibtex(tmp_path, *map("Paper {}".format, range(450)))
    with pytest.raises(CommandError):
        call("import_bibtex", str(path))
    if how == "changed":
        bibtex(tmp_path, *map("Paper {}".format, range(451)))
        out, err = call("import_bibtex", str(path))
        assert "The file has changed since the last run. Starting over." in err
        assert "451 records: 251 added, 0 completed, 200 already known" in out
    else:
        out, err = call("import_bibtex", str(path), "--restart")
        assert "Going on" not in err
        assert "450 records: 250 added, 0 completed, 200 already known" in out


def test_twenty_broken_records_are_told_in_full_and_the_rest_counted(tmp_path):
    path = tmp_path / "broken.bib"
    path.write_text("\n".join(f"@article{{k{n}, year = 2001}}" for n in range(25)))
    out, err = call("import_bibtex", str(path))
    told = [line for line in err.splitlines() if line.startswith("line ")]
    assert len(told) == 20 and "… and 5 more broken records." in err
    assert "25 broken." in out


# -- progress ---------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch):
    """A clock that is put forward by hand: clock[0] += 5."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def shown(stream, clock, *, seconds: int, **how) -> str:
    command = LongCommand(stderr=stream)
    line = Progress(command.stderr, **how)
    for number in range(seconds):
        clock[0] = float(number)
        line.show(f"{number} records", done=100 * number, position=10 * number)
    line.clear()
    return stream.getvalue()


def test_a_log_gets_a_line_every_five_seconds(clock):
    text = shown(io.StringIO(), clock, seconds=12)
    assert text.splitlines() == [
        "0 records …",
        "5 records, 100 a second",
        "10 records, 100 a second",
    ]


def test_a_terminal_has_one_line_with_a_bar(clock):
    text = shown(Terminal(), clock, seconds=12, total=200)
    assert "\n" not in text
    lines = [line.strip() for line in text.split("\r") if line.strip()]
    assert lines[10] == "[##########..........]  50%  10 records, 100 a second, 10 s left"
    assert text.endswith("\r")


def test_what_an_earlier_process_did_is_not_in_the_rate(clock):
    clock[0] = 0.0
    stream = io.StringIO()
    line = Progress(LongCommand(stderr=stream).stderr, done=5000, position=50, total=100)
    clock[0] = 10.0
    line.show("x", done=6000, position=75)
    assert stream.getvalue() == "[###############.....]  75%  x, 100 a second, 10 s left\n"


def test_quiet_is_quiet(clock):
    assert shown(io.StringIO(), clock, seconds=12, is_quiet=True) == ""


# -- import_papers --source -------------------------------------------------------------------


@pytest.fixture
def catalogue(monkeypatch):
    """Crossref with 250 works, a hundred a page; its tokens are "1" and "2"."""
    works = [make_record(title=f"Work {n}", doi=f"10.5555/work.{n}") for n in range(250)]
    asked: list[str] = []

    def search_page(query, *, token=""):
        asked.append(token)
        answer = pages.get(len(asked))
        if answer:
            raise answer
        page = int(token or 0)
        return works[100 * page : 100 * page + 100], str(page + 1) if page < 2 else ""

    pages: dict[int, Exception] = {}
    monkeypatch.setattr(SOURCES["crossref"], "search_page", search_page)
    search_page.asked, search_page.faults = asked, pages
    return search_page


QUESTION = ("import_papers", "--source", "crossref", "--query", "graph networks")


def test_a_question_brings_pages_of_works_up_to_the_limit(catalogue):
    out, _ = call(*QUESTION, "--limit", "150")
    assert "150 records: 150 added" in out and catalogue.asked == ["", "1"]
    out, _ = call(*QUESTION, "--limit", "1000")
    assert "250 records: 100 added, 0 completed, 150 already known" in out


def test_a_question_goes_on_after_the_catalogue_failed(catalogue):
    catalogue.faults[2] = SourceUnavailableError("Crossref has a fault moments ago.")
    with pytest.raises(
        CommandError, match=r"fault moments ago\. 100 records are done\. Run the same"
    ):
        call(*QUESTION, "--limit", "1000")
    out, err = call(*QUESTION, "--limit", "1000")
    assert catalogue.asked == ["", "1", "1", "2"]
    assert "Continuing after 100 records" in err and "250 records: 250 added" in out


def test_a_token_that_is_too_old_loses_and_doubles_nothing(catalogue):
    catalogue.faults[2] = SourceUnavailableError("Crossref has a fault moments ago.")
    catalogue.faults[3] = SourceRefusedError("Crossref did not understand.")
    with pytest.raises(CommandError):
        call(*QUESTION, "--limit", "1000")
    out, _ = call(*QUESTION, "--limit", "1000")
    assert catalogue.asked == ["", "1", "1", "", "1", "2"]
    assert "250 records: 250 added" in out and Paper.objects.count() == 250


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "Enter identifiers, or --source and --query."),
        (["--source", "crossref"], "Enter identifiers, or --source and --query."),
        (["1706.03762", "--query", "x"], "Enter identifiers, or --source and --query."),
    ],
)
def test_half_a_question_is_told(options, said):
    with pytest.raises(CommandError, match=said):
        call("import_papers", *options)


def test_crossref_is_asked_as_it_wants_to_be(replay):
    out, _ = call(*QUESTION)
    assert "added" in out
    ((_, path),) = replay.requests
    assert "rows=100" in path and "cursor=%2A" in path and "mailto=" in path
