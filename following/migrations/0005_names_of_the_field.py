"""Models have other names; their tables, indexes and constraints stay as they are."""

import django.db.models.deletion
from django.db import migrations, models

from common.db.moved_models import rename_models


class Migration(migrations.Migration):
    dependencies = [
        ("following", "0004_notifications_leave"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        *rename_models(
            "following",
            {
                "SearchHit": ("SavedSearchMatch", "following_searchhit"),
                "Untold": ("PendingFanOut", "following_untold"),
            },
        ),
        migrations.AlterField(
            model_name='savedsearchmatch',
            name='follow',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='following.follow'),
        ),
    ]
