"""Models have other names; their tables, indexes and constraints stay as they are."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.db.moved_models import rename_models


FORMER, PRESENT = "summaries.Wish", "summaries.SummaryRequest"


def _rename_in_merges(apps, old, new):
    """Merges of papers keep which rows they moved, by the name of the model, to put them back."""
    merges = apps.get_model("papers", "Merge").objects
    for merge in merges.order_by("pk").only("pk", "snapshot").iterator(chunk_size=100):
        items = [
            item
            for key in ("moved", "set_aside")
            for item in merge.snapshot.get(key, [])
            if item.get("model") == old
        ]
        for item in items:
            item["model"] = new
        if items:
            merge.save(update_fields=["snapshot"])


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0013_correction_entry"),
        ("summaries", "0014_plain_english"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        *rename_models(
            "summaries",
            {
                "Wish": ("SummaryRequest", "summaries_wish"),
                "Standing": ("PaperRanking", "summaries_standing"),
            },
        ),
        migrations.RunPython(
            lambda apps, schema_editor: _rename_in_merges(apps, FORMER, PRESENT),
            lambda apps, schema_editor: _rename_in_merges(apps, PRESENT, FORMER),
        ),
        migrations.AlterModelOptions(
            name='summaryrequest',
            options={},
        ),
        migrations.AlterField(
            model_name='paperranking',
            name='paper',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='ranking', serialize=False, to='papers.paper'),
        ),
        migrations.AlterField(
            model_name='summaryrequest',
            name='paper',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='summary_requests', to='papers.paper'),
        ),
        migrations.AlterField(
            model_name='summaryrequest',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='summary_requests', to=settings.AUTH_USER_MODEL),
        ),
    ]
