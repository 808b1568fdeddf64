import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("summaries", "0005_drafts_suggestions_images_and_questions"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="save_count",
            field=models.PositiveIntegerField(
                default=0,
                help_text="A form carries it, so that two tabs do not write over each other's.",
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="suggestion",
            field=models.ForeignKey(
                help_text="Whose accepted change this is.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="summaries.suggestion",
            ),
        ),
    ]
