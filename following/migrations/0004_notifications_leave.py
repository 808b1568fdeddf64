"""Notifications and secret feeds are models of `notifications` now; their tables stay."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("following", "0003_questions_are_told"),
        ("mailing", "0003_enclosures_of_notifications"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name="Notification"),
                migrations.DeleteModel(name="SecretFeed"),
            ],
        ),
    ]
