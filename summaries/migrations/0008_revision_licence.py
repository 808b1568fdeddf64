from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("summaries", "0007_mentions_and_vote_rings"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="licence",
            field=models.CharField(
                choices=[
                    ("CC-BY-4.0", "CC BY 4.0"),
                    ("CC-BY-SA-4.0", "CC BY-SA 4.0"),
                    ("CC0-1.0", "CC0 1.0"),
                ],
                # What was published before could be under no other licence.
                default="CC-BY-4.0",
                help_text="The summary's when this was published: "
                "a later one does not take it back.",
                max_length=12,
            ),
        ),
    ]
