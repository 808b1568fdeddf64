"""Models have other names; their tables, indexes and constraints stay as they are."""

import django.db.models.deletion
from django.db import migrations, models

from common.db.moved_models import rename_models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0004_plain_english"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        *rename_models(
            "moderation",
            {
                "Act": ("ModerationAction", "moderation_act"),
            },
        ),
        migrations.AlterField(
            model_name='moderationaction',
            name='case',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='actions', to='moderation.case'),
        ),
    ]
