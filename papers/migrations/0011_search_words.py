"""The words that searches may have meant: the same table on both databases."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("papers", "0010_authorship_orcid")]

    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.IntegerField(db_index=True)),
                ("word", models.CharField(max_length=30)),
            ],
            options={"db_table": "papers_search_word"},
        ),
    ]
