"""The table of the summaries' search index: tsvector and GIN on PostgreSQL, FTS5 on SQLite."""

import django.db.models.deletion
from django.db import migrations, models

import common.fulltext.lookups
from common.fulltext.index import table_operation


class Migration(migrations.Migration):
    dependencies = [("summaries", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                table_operation("summaries_search", ["paper", "byline", "paper_authors", "text"])
            ],
            state_operations=[
                migrations.CreateModel(
                    name="SummaryDocument",
                    fields=[
                        (
                            "row",
                            models.OneToOneField(
                                db_column="rowid",
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="search_document",
                                serialize=False,
                                to="summaries.summary",
                            ),
                        ),
                        (
                            "words",
                            common.fulltext.lookups.DocumentField(
                                db_column="summaries_search"
                            ),
                        ),
                    ],
                    options={"db_table": "summaries_search"},
                ),
            ],
        ),
    ]
