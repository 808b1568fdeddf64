"""Papers with similar texts, as the nightly comparison found them."""

from django.db import models


class SimilarPapers(models.Model):
    """The papers most similar to one paper; `summaries.similar_papers` updates it nightly."""

    paper = models.OneToOneField(
        "papers.Paper", primary_key=True, on_delete=models.CASCADE, related_name="similar_papers"
    )
    numbers = models.JSONField(
        default=list, help_text="Primary keys of papers, the most similar first."
    )

    class Meta:
        verbose_name_plural = "similar papers"

    def __str__(self) -> str:
        return f"Papers like {self.paper_id}"
