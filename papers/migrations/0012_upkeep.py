"""How far stored forms are brought up to today's code."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("papers", "0011_search_words")]

    operations = [
        migrations.CreateModel(
            name="Upkeep",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "done_to",
                    models.BigIntegerField(
                        default=0, help_text="Number of the last row that is done."
                    ),
                ),
                ("is_complete", models.BooleanField(default=False)),
            ],
            options={"verbose_name_plural": "upkeep"},
        ),
    ]
