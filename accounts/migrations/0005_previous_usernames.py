"""Models have other names; their tables, indexes and constraints stay as they are."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.db.moved_models import rename_models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_plain_english"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        *rename_models(
            "accounts",
            {
                "FormerName": ("PreviousUsername", "accounts_formername"),
            },
        ),
        migrations.AlterField(
            model_name='previoususername',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='previous_usernames', to=settings.AUTH_USER_MODEL),
        ),
    ]
