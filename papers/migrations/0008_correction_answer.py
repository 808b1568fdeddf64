from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0007_title_keys_of_papers"),
    ]

    operations = [
        migrations.AddField(
            model_name="correction",
            name="accepted_fields",
            field=models.JSONField(
                blank=True, default=list, help_text="Those of the changes that were taken over."
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="answer",
            field=models.CharField(
                blank=True,
                help_text="A word to who proposed it; that person can read it.",
                max_length=500,
            ),
        ),
    ]
