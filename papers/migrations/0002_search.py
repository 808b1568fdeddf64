"""The table of the papers' search index: tsvector and GIN on PostgreSQL, FTS5 on SQLite."""

import django.db.models.deletion
from django.db import migrations, models

import common.fulltext.lookups
from common.fulltext.index import table_operation


class Migration(migrations.Migration):
    dependencies = [("papers", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                table_operation("papers_search", ["title", "authors", "venue", "abstract"])
            ],
            state_operations=[
                migrations.CreateModel(
                    name="PaperDocument",
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
                                to="papers.paper",
                            ),
                        ),
                        (
                            "words",
                            common.fulltext.lookups.DocumentField(
                                db_column="papers_search"
                            ),
                        ),
                    ],
                    options={"db_table": "papers_search"},
                ),
            ],
        ),
    ]
