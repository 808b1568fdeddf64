"""Enclosures refer to the notifications in their new app; the column stays as it is."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mailing", "0002_questions_are_told"),
        ("notifications", "0001_from_following"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="enclosure",
                    name="notification",
                    field=models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="enclosure",
                        to="notifications.notification",
                    ),
                ),
            ],
        ),
    ]
