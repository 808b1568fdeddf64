"""The runs of the checks."""

from django.db import models


class DoctorRun(models.Model):
    """One run over all checks, or over `only` some of them.

    `check_name` and `position` say where an interrupted run continues. `results` is {name: {"examined":
    number, "damaged": number, "repaired": number, "examples": ["12: what is wrong"]}}.
    """

    is_repairing = models.BooleanField(default=False)
    only = models.JSONField(default=list, help_text="Names of checks; empty for all.")
    check_name = models.CharField(max_length=60, blank=True)
    position = models.JSONField(null=True, help_text="The last key that was checked.")
    results = models.JSONField(default=dict)
    claim = models.CharField(max_length=32, blank=True, editable=False)
    started_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        verbose_name = "doctor run"

    def __str__(self) -> str:
        return f"Run of {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def damaged(self) -> int:
        """The number of damaged rows and files that were found."""
        return sum(result["damaged"] for result in self.results.values())

    @property
    def repaired(self) -> int:
        """How many of them were repaired."""
        return sum(result["repaired"] for result in self.results.values())

    @property
    def left(self) -> int:
        """How many are damaged still."""
        return self.damaged - self.repaired

    @classmethod
    def latest(cls) -> "DoctorRun | None":
        """Return the last finished run over all checks."""
        whole = cls.objects.filter(only=[], finished_at__isnull=False)
        return whole.order_by("-finished_at", "-pk").first()
