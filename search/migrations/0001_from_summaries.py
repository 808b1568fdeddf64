"""The models come from `summaries`, with their tables: only the state of migrations changes."""

import common.fulltext.lookups
import django.db.models.deletion
from django.db import migrations, models
from common.db.moved_models import carry_content_types


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("summaries", "0012_image_claimed_until"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='SummaryDocument',
                    fields=[
                        ('row', models.OneToOneField(db_column='rowid', db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_document', serialize=False, to='summaries.summary')),
                        ('words', common.fulltext.lookups.DocumentField(db_column='summaries_search')),
                    ],
                    options={
                        'db_table': 'summaries_search',
                    },
                ),
            ],
        ),
        carry_content_types(old_app="summaries", new_app="search", models=['summarydocument']),
    ]
