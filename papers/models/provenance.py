"""The catalogue records of papers, and the progress of imports."""

from django.db import models

from papers.models.papers import Paper


class SourceRecord(models.Model):
    """The record of a paper in a catalogue and when it was fetched, so that it can be reprocessed."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="source_records")
    source = models.CharField(max_length=20)
    name = models.CharField(max_length=320, help_text="The requested identifier, scheme:value.")
    record = models.JSONField()
    fetched_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "name"], name="sourcerecord_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.name}"


class ArxivVersion(models.Model):
    """One version of a paper on arXiv; a summary refers to the version it was written about."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(help_text="From 1.")
    submitted_on = models.DateField(null=True, blank=True)
    is_withdrawn = models.BooleanField(default=False, help_text="A version without full text.")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="arxivversion_number_once"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class ImportRun(models.Model):
    """The progress of an import, saved in the transaction of its records.

    An interrupted import continues from here. `subject` is the input: a file, a set and a date, or a
    query. `position` is a byte offset or a number of records, `token` the resumption token of a
    harvest; `state` contains everything else that the command needs to continue. For `held_by` and
    `held_until` see `papers.importing.bulk`.
    """

    command = models.CharField(max_length=40)
    subject = models.CharField(max_length=300)
    position = models.BigIntegerField(default=0)
    token = models.TextField(blank=True)
    counts = models.JSONField(default=dict, help_text="{outcome: number}")
    state = models.JSONField(default=dict, blank=True)
    held_by = models.CharField(max_length=200, blank=True, help_text="The process that runs it.")
    held_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["command", "subject"],
                condition=models.Q(finished_at__isnull=True),
                name="importrun_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.command} {self.subject}"
