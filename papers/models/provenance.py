"""What catalogues said of papers, and how far long imports came."""

from django.db import models

from papers.models.papers import Paper


class SourceRecord(models.Model):
    """What a catalogue said of a paper and when, so that cleaning can be repeated."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="source_records")
    source = models.CharField(max_length=20)
    name = models.CharField(max_length=320, help_text="The name asked for, scheme:value.")
    record = models.JSONField()
    fetched_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "name"], name="sourcerecord_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.name}"


class ArxivVersion(models.Model):
    """One version of a paper on arXiv; summaries remember which one they were written on."""

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
    """How far a long import came, written in the transaction of its records, so that a killed one
    goes on where it stopped.

    `subject` names what is read: a file, a set and a date, a question. `position` is a byte offset
    or a number of records, `token` the resumption token of a harvest; `state` keeps the rest of
    what the command needs to go on. papers.importing.bulk explains `held_by` and `held_until`.
    """

    command = models.CharField(max_length=40)
    subject = models.CharField(max_length=300)
    position = models.BigIntegerField(default=0)
    token = models.TextField(blank=True)
    counts = models.JSONField(default=dict, help_text="{outcome: number}")
    state = models.JSONField(default=dict, blank=True)
    held_by = models.CharField(max_length=200, blank=True, help_text="The process that works.")
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
