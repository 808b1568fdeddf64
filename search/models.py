"""The search index of summaries."""

from django.db import models

from common import fulltext
from summaries.models import Summary


class SummaryDocument(models.Model):
    """The indexed words of a published summary; deleted with it."""

    row = models.OneToOneField(
        Summary,
        on_delete=models.CASCADE,
        primary_key=True,
        db_column="rowid",
        db_constraint=False,
        related_name="search_document",
    )
    words = fulltext.DocumentField(db_column="summaries_search")

    index = fulltext.Index(
        "summaries_search",
        [
            fulltext.Column("paper", 1.0, is_head=True),
            fulltext.Column("byline", 0.6, is_head=True),
            fulltext.Column("paper_authors", 0.3),
            fulltext.Column("text", 0.3),
        ],
    )

    class Meta:
        db_table = "summaries_search"

    def __str__(self) -> str:
        return f"Words of summary {self.pk}"
