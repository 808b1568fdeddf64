"""Write the keys by which duplicates are found into the papers that are there."""

from django.db import migrations

from papers.bibsonomy_hash import title_key

BATCH_SIZE = 500


def write_keys(apps, schema_editor) -> None:
    Paper = apps.get_model("papers", "Paper")
    rows = Paper.objects.order_by("pk").only("title", "authors_text", "title_key")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH_SIZE]):
        for paper in batch:
            paper.title_key = title_key(paper.title, paper.authors_text)
        Paper.objects.bulk_update(batch, ["title_key"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    # Each batch is kept as it is written: one transaction over a million rows would hold them all.
    atomic = False

    dependencies = [
        ("papers", "0006_paper_title_key"),
    ]

    operations = [
        migrations.RunPython(write_keys, migrations.RunPython.noop),
    ]
