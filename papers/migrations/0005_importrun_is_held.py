from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("papers", "0004_versions_proposals_and_runs"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="state",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="importrun",
            name="held_by",
            field=models.CharField(blank=True, help_text="The process that works.", max_length=200),
        ),
        migrations.AddField(
            model_name="importrun",
            name="held_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
