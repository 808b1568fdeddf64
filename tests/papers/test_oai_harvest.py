"""Harvesting arXiv: pages, tokens that expire, pauses, deleted papers, the nightly run."""

import datetime
import io

import pytest
from django.core.management import CommandError, call_command

from papers import tasks
from papers.importing import bulk, oai_harvest
from papers.importing.bulk import hold
from papers.importing.oai_harvest import followed_sets, nightly_start
from papers.models import Field, ImportRun, Paper
from papers.sources import SourceRefusedError, SourceUnavailableError
from papers.sources.arxiv_oai import Page, ResumptionTokenExpiredError
from papers.subject_fields import FIELDS, oai_sets, without_covered
from tests.support.factories import make_paper, make_record

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 3, 10)
DAYS = [datetime.date(2026, 3, day) for day in (1, 2, 3)]


def records(start: int, count: int):
    return [make_record(arxiv=f"2603.{n:05d}") for n in range(start, start + count)]


class Catalogue:
    """Three pages of 450 records, one a day; `faults` are raised instead of an answer."""

    def __init__(self):
        self.pages = [records(1000 * n, 450) for n in range(3)]
        self.deleted: dict[int, list[str]] = {}
        self.questions: list[dict] = []
        self.faults: dict[int, Exception] = {}

    def list_records(self, **question) -> Page:
        self.questions.append(question)
        fault = self.faults.pop(len(self.questions), None)
        if fault:
            raise fault
        if question["token"]:
            number = int(question["token"])
        else:
            # As arXiv does: only what changed on the day or later.
            number = next(n for n, day in enumerate(DAYS) if day >= question["from_on"])
        return Page(
            records=self.pages[number],
            deleted=self.deleted.get(number, []),
            token=str(number + 1) if number < 2 else "",
            response_on=TODAY,
            last_on=DAYS[number],
        )

    def asked(self) -> list[str]:
        """["2026-03-01", "1", "2"]: the first day, or the token where there was one."""
        return [question["token"] or str(question["from_on"]) for question in self.questions]


@pytest.fixture
def arxiv(monkeypatch):
    catalogue = Catalogue()
    monkeypatch.setattr(oai_harvest, "list_records", catalogue.list_records)
    return catalogue


@pytest.fixture
def pauses(monkeypatch):
    """Nobody sleeps: the seconds are noted."""
    told: list[float] = []
    monkeypatch.setattr(oai_harvest.time, "sleep", told.append)
    return told


def call(*args: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("harvest_arxiv", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


FROM = ("--from", "2026-03-01")


def test_all_pages_come_in_and_are_counted(arxiv):
    out, _ = call(*FROM, "--set", "cs", "--until", "2026-03-09")
    assert "1,350 records: 1,350 added, 0 completed, 0 already known, 0 broken." in out
    assert arxiv.asked() == ["2026-03-01", "1", "2"]
    assert {question["set_spec"] for question in arxiv.questions} == {"cs"}
    assert {question["until_on"] for question in arxiv.questions} == {datetime.date(2026, 3, 9)}
    assert Paper.objects.count() == 1350


def test_one_page_without_records_is_an_answer(arxiv):
    arxiv.pages[2] = []
    assert "0 records: 0 added" in call("--from", "2026-03-03")[0]


def kill_at(monkeypatch, number: int) -> None:
    """Stop before the batch with this number, from 1."""
    import_batch = bulk._import_batch
    seen = iter(range(1, 1000))

    def killed(batch, run):
        if next(seen) == number:
            raise KeyboardInterrupt
        return import_batch(batch, run)

    monkeypatch.setattr(bulk, "_import_batch", killed)


@pytest.mark.parametrize("number", range(1, 10))
def test_a_harvest_goes_on_with_the_page_in_which_it_was_stopped(arxiv, monkeypatch, number):
    with monkeypatch.context() as patch:
        kill_at(patch, number)
        with pytest.raises(CommandError, match="Run the same command again"):
            call(*FROM)
    before = Paper.objects.count()
    assert before == [0, 200, 400, 450, 650, 850, 900, 1100, 1300][number - 1]
    out, _ = call(*FROM)
    assert "1,350 records: 1,350 added" in out
    assert Paper.objects.count() == 1350
    assert arxiv.asked()[-1] == "2"
    assert len(arxiv.asked()) == 4


def test_a_page_that_changed_while_nobody_looked_loses_nothing(arxiv, monkeypatch):
    with monkeypatch.context() as patch:
        kill_at(patch, 3)
        with pytest.raises(CommandError):
            call(*FROM)
    arxiv.pages[0] = records(5000, 5) + arxiv.pages[0]
    call(*FROM)
    assert Paper.objects.count() == 1355


def test_an_expired_token_begins_again_with_the_day_of_the_last_full_page(arxiv, monkeypatch):
    with monkeypatch.context() as patch:
        kill_at(patch, 8)
        with pytest.raises(CommandError):
            call(*FROM)
    arxiv.faults[4] = ResumptionTokenExpiredError("arXiv says: the token is invalid or expired.")
    out, _ = call(*FROM)
    assert arxiv.asked() == ["2026-03-01", "1", "2", "2", "2026-03-02", "2"]
    assert "1,350 added" in out and Paper.objects.count() == 1350


def test_a_first_page_that_is_refused_is_told(arxiv):
    arxiv.faults[1] = SourceRefusedError("arXiv says: Set does not exist.")
    with pytest.raises(CommandError, match="Set does not exist"):
        call(*FROM, "--set", "nowhere")


def test_the_same_page_again_and_again_ends(arxiv, monkeypatch):
    page = Page(records=[], deleted=[], token="1", response_on=TODAY, last_on=None)
    monkeypatch.setattr(oai_harvest, "list_records", lambda **question: page)
    with pytest.raises(CommandError, match="the same page"):
        call(*FROM)


def test_a_pause_that_arxiv_asks_for_is_kept_and_told(arxiv, pauses):
    arxiv.faults[2] = SourceUnavailableError(
        "arXiv is busy. Try again later.", retry_after_seconds=777
    )
    arxiv.faults[3] = SourceUnavailableError("arXiv is not responding. Try again later.")
    out, err = call(*FROM)
    assert pauses == [777, oai_harvest.PAUSES_SECONDS[1]]
    assert "Try again later. Waiting 777 seconds." in err
    assert "1,350 added" in out


def test_patience_ends_and_the_next_call_goes_on(arxiv, pauses):
    for number in range(2, 20):
        arxiv.faults[number] = SourceUnavailableError("arXiv is not responding. Try again later.")
    with pytest.raises(
        CommandError, match=r"Try again later\. 450 records are done\. Run the same"
    ):
        call(*FROM)
    assert pauses == list(oai_harvest.PAUSES_SECONDS)
    arxiv.faults.clear()
    assert "1,350 added" in call(*FROM)[0]


def test_a_very_long_pause_is_left_to_the_operator(arxiv, pauses):
    arxiv.faults[1] = SourceUnavailableError("arXiv is closed.", retry_after_seconds=86_400)
    with pytest.raises(CommandError, match="arXiv is closed"):
        call(*FROM)
    assert pauses == []


def test_the_hold_lasts_through_a_pause(arxiv, monkeypatch):
    arxiv.faults[1] = SourceUnavailableError("Later.", retry_after_seconds=3600)
    left = []

    def sleep(seconds):
        run = ImportRun.objects.get()
        left.append(bulk._seconds_until(run.held_until))

    monkeypatch.setattr(oai_harvest.time, "sleep", sleep)
    call(*FROM)
    assert left[0] > 3600


def test_a_deleted_paper_is_withdrawn_and_stays(arxiv):
    paper = make_paper(arxiv="2401.00001")
    arxiv.deleted[1] = ["2401.00001", "2401.00002"]
    out, _ = call(*FROM)
    paper.refresh_from_db()
    assert paper.is_withdrawn and "1 withdrawn" in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "Enter the first day with --from"),
        (["--from", "yesterday"], "Write it as 2026-01-31"),
        (["--from", "2005-09-15"], "arXiv's first"),
        (["--from", "2999-01-01"], "in the future"),
        (["--from", "2026-03-01", "--followed"], "cannot be used with"),
    ],
)
def test_a_question_that_cannot_be_asked_is_told(options, said):
    with pytest.raises(CommandError, match=said):
        call(*options)


# -- fields and sets --------------------------------------------------------------------------


@pytest.mark.parametrize("slug", FIELDS)
def test_every_field_has_sets(slug):
    assert oai_sets(slug)


def test_sets_are_written_as_arxiv_writes_them():
    assert {"cs:cs:LG", "stat:stat:ML"} <= set(oai_sets("machine-learning"))
    assert "math:math" in oai_sets("mathematics")
    assert {"physics:hep-th", "physics:astro-ph"} <= set(oai_sets("physics"))
    assert not [name for slug in FIELDS for name in oai_sets(slug) if "cmp-lg" in name]


def test_a_set_in_another_one_is_not_asked_for():
    assert without_covered(["cs:cs:LG", "cs:cs", "stat:stat:ML"]) == ("cs:cs", "stat:stat:ML")


# -- every night ------------------------------------------------------------------------------


@pytest.fixture
def followed(db):
    Field.objects.update(is_followed=False)
    Field.objects.filter(slug="robotics").update(is_followed=True)
    return followed_sets()


def finish(set_spec: str, reached: str) -> None:
    with hold(command="harvest_arxiv", subject=f"followed {set_spec}") as run:
        list(
            bulk.import_stream(
                [bulk.Batch(records=[], position=0, state={"reached": reached})], run
            )
        )


def test_the_nightly_run_begins_a_day_before_the_last_answer(arxiv, followed):
    assert followed == ("cs:cs:RO",)
    finish("cs:cs:RO", "2026-03-03")
    assert nightly_start("cs:cs:RO") == datetime.date(2026, 3, 2)
    tasks.harvest_followed()
    assert arxiv.asked() == ["2026-03-02", "2"]
    assert arxiv.questions[0]["set_spec"] == "cs:cs:RO"
    assert arxiv.questions[0]["until_on"] is None
    assert nightly_start("cs:cs:RO") == TODAY - datetime.timedelta(days=1)


def test_the_first_night_looks_a_week_back(followed):
    today = datetime.datetime.now(datetime.UTC).date()
    assert nightly_start("cs:cs:RO") == today - datetime.timedelta(days=7)


def test_a_night_that_failed_is_made_up_for(arxiv, followed):
    finish("cs:cs:RO", "2026-03-02")
    arxiv.faults[2] = SourceUnavailableError("arXiv is not responding. Try again later.")
    with pytest.raises(SourceUnavailableError):
        oai_harvest.harvest_nightly("cs:cs:RO", seconds=60)
    assert Paper.objects.count() == 450
    assert oai_harvest.harvest_nightly("cs:cs:RO", seconds=60)
    assert arxiv.asked() == ["2026-03-01", "1", "1", "2"]
    assert nightly_start("cs:cs:RO") == TODAY - datetime.timedelta(days=1)


def test_a_task_that_runs_out_of_time_leaves_the_rest_to_another(arxiv, followed, monkeypatch):
    monkeypatch.setattr(tasks, "HARVEST_SECONDS", -1)
    finish("cs:cs:RO", "2026-03-02")
    tasks.harvest_followed()
    assert Paper.objects.count() == 1350
    assert not ImportRun.objects.filter(finished_at=None).exists()


def test_a_task_beside_a_running_one_does_nothing(arxiv, followed):
    with hold(command="harvest_arxiv", subject="followed cs:cs:RO"):
        tasks.harvest_followed()
    assert arxiv.questions == []


def test_the_command_does_what_the_task_does(arxiv, followed):
    finish("cs:cs:RO", "2026-03-03")
    out, _ = call("--followed")
    assert "cs:cs:RO since 2026-03-02:" in out and "900 records: 900 added" in out
    finish("cs:cs:RO", "2026-03-04")
    assert "0 added, 0 completed, 450 already known" in call("--followed")[0]


def test_a_site_that_follows_nothing_is_told_where_to_choose(db):
    Field.objects.update(is_followed=False)
    assert "Choose some in the admin" in call("--followed")[0]
