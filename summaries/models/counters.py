"""What is stored beside the texts, so that pages and lists are read from rows."""

from django.db import models

from summaries.models.summaries import Summary
from summaries.querysets import PaperRankingQuerySet


class Citation(models.Model):
    r"""One `\cite{key}` of a published summary; `paper` is None while the key is unknown."""

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="citations")
    key = models.CharField(max_length=300)
    paper = models.ForeignKey(
        "papers.Paper", null=True, on_delete=models.SET_NULL, related_name="citations"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["summary", "key"], name="citation_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} in summary {self.summary_id}"


class PaperRanking(models.Model):
    """The place of a paper with published summaries in the lists; recounted, never incremented.

    `popular`, `best` and `discussed` are numbers of `summaries.ranking.scores` that change only when
    votes, comments or summaries do, so that an index serves every order of the home page.
    """

    paper = models.OneToOneField(
        "papers.Paper", primary_key=True, on_delete=models.CASCADE, related_name="ranking"
    )
    top_summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="+")
    latest_summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="+")
    latest_at = models.DateTimeField()
    popular = models.FloatField(default=0)
    best = models.FloatField(default=0)
    discussed = models.FloatField(default=0)
    comment_count = models.PositiveIntegerField(default=0)

    objects = PaperRankingQuerySet.as_manager()

    class Meta:
        db_table = "summaries_standing"
        indexes = [
            models.Index(fields=["-latest_at", "-paper"], name="standing_recent"),
            models.Index(fields=["-popular", "-paper"], name="standing_popular"),
            models.Index(fields=["-best", "-paper"], name="standing_best"),
            models.Index(fields=["-discussed", "-paper"], name="standing_discussed"),
        ]

    def __str__(self) -> str:
        return f"Ranking of paper {self.paper_id}"
