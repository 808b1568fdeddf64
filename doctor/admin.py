"""The results of the runs, for administrators; nothing can be changed."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from doctor.invariants import registered
from doctor.models import DoctorRun


@admin.register(DoctorRun)
class DoctorRunAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Not subscriptable at run time.
    """A list of runs, the last one first, and the result of each check on the page of a run."""

    list_display = ["started_at", "finished_at", "outcome", "is_repairing"]
    fields = ("started_at", "finished_at", "is_repairing", "outcome", "check_results")
    readonly_fields = fields

    @admin.display(description="result")
    def outcome(self, run: DoctorRun) -> str:
        """Return the result in words."""
        if not run.finished_at:
            return f"Not finished: {run.check_name}, {run.damaged} damaged so far"
        if not run.damaged:
            return "No damage"
        return f"{run.damaged} damaged, {run.repaired} repaired"

    @admin.display(description="checks")
    def check_results(self, run: DoctorRun) -> SafeString:
        """Return a table: what must hold, how much was checked, and what is damaged."""
        checks = registered()
        rows = format_html_join(
            "",
            "<tr><th>{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            (
                (
                    name,
                    checks[name].sentence if name in checks else "",
                    result["examined"],
                    result["damaged"],
                    result["repaired"],
                    format_html_join("", "<div>{}</div>", ((line,) for line in result["examples"])),
                )
                for name, result in run.results.items()
            ),
        )
        return format_html(
            "<table><thead><tr><th>Check</th><th>What must hold</th><th>Checked</th>"
            "<th>Damaged</th><th>Repaired</th><th>Examples</th></tr></thead><tbody>{}</tbody></table>",
            rows,
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: DoctorRun | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: DoctorRun | None = None) -> bool:
        return False
