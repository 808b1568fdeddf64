"""Search documents, channels and announcements are models of other apps now; their tables stay."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("summaries", "0012_image_claimed_until"),
        ("search", "0001_from_summaries"),
        ("social", "0001_from_summaries"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name="Announcement"),
                migrations.DeleteModel(name="Channel"),
                migrations.DeleteModel(name="SummaryDocument"),
            ],
        ),
    ]
