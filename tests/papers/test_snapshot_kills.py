"""`load_arxiv_snapshot`, killed at random: complete at the end, and nothing twice."""

import pytest
from django.db import connection

from papers.models import ArxivVersion, Identifier, ImportRun, Paper, SourceRecord
from tests.support.snapshot_files import arxiv_id, lines
from tests.support.snapshot_kills import load_with_kills

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

RECORDS, BROKEN, KILLS = 2_000, 6, 5


def test_a_killed_snapshot_goes_on_without_a_lost_or_doubled_record(tmp_path):
    file = tmp_path / "snapshot.json"
    file.write_text("".join(f"{line}\n" for line in lines(RECORDS, broken=BROKEN)))
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.fail("The test database must be a file that another process can open.")
    report = load_with_kills(file, kills=KILLS, between_seconds=(0.0, 0.3))
    assert report.kills == KILLS
    run = ImportRun.objects.get()
    assert run.finished_at
    assert (run.counts["added"], run.counts["broken"]) == (RECORDS, BROKEN)
    assert Paper.objects.count() == SourceRecord.objects.count() == RECORDS
    names = set(Identifier.objects.filter(scheme="arxiv").values_list("value", flat=True))
    assert names == {arxiv_id(number) for number in range(RECORDS)}
    assert ArxivVersion.objects.count() >= RECORDS
    again = load_with_kills(file, kills=0)
    assert f"{RECORDS:,} already known" in again.said and Paper.objects.count() == RECORDS
