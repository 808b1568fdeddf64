"""Papers whose texts are alike, as the nightly comparison found."""

from django.db import models


class SimilarPapers(models.Model):
    """The papers most like one paper; `summaries.similar_papers` writes it anew every night."""

    paper = models.OneToOneField(
        "papers.Paper", primary_key=True, on_delete=models.CASCADE, related_name="similar_papers"
    )
    numbers = models.JSONField(default=list, help_text="Of papers, the most alike first.")

    class Meta:
        verbose_name_plural = "similar papers"

    def __str__(self) -> str:
        return f"Papers like {self.paper_id}"
