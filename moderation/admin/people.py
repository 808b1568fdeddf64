"""Suspend and rename a person, or lift a suspension, on the person's admin page."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from accounts.admin import UserAdmin
from accounts.models import User
from accounts.suspensions import is_suspended
from moderation import actions, case_context
from moderation.forms import ActionForm, RenameForm
from moderation.reasons import TEMPLATES, Reason


class PersonAdmin(UserAdmin):
    """A person's page with the moderation actions."""

    change_form_template = "admin/moderation/person.html"

    def get_urls(self):
        def page(route: str, view, name: str):
            return path(route, self.admin_site.admin_view(view), name=f"moderation_person_{name}")

        return [
            page("<int:pk>/suspend", self.suspend, "suspend"),
            page("<int:pk>/rename", self.rename, "rename"),
            *super().get_urls(),
        ]

    def save_model(self, request, obj, form, change) -> None:
        # Before anything is saved: the form changes its own copy of the person.
        form.rights_before = actions.rights_of(User.objects.get(pk=obj.pk))
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change) -> None:
        super().save_related(request, form, formsets, change)
        person = form.instance
        actions.log_rights(
            moderator=request.user,
            person=person,
            before=form.rights_before,
            after=actions.rights_of(person),
        )

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context |= {
                "person": obj,
                "is_suspended": is_suspended(obj),
                "may_suspend": request.user.has_perm("moderation.suspend_author"),
                "may_rename": self.has_change_permission(request, obj),
                "days": actions.SUSPENSION_DAYS,
                "reasons": [(reason.value, reason.label, TEMPLATES[reason]) for reason in Reason],
                "acts": case_context.actions_on(obj)[: case_context.ACTIONS_SHOWN],
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @method_decorator(require_POST)
    def suspend(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Suspend a person, or lift the suspension.

        Reads `choice` (suspend or lift), `days`, `reason`, `words` and `note`.
        """
        if not request.user.has_perm("moderation.suspend_author"):
            raise PermissionDenied
        person = get_object_or_404(User, pk=pk)
        try:
            if request.POST.get("choice") == "lift":
                actions.lift_suspension(
                    person=person,
                    moderator=request.user,
                    note=request.POST.get("note", "").strip()[:500],
                )
                messages.success(request, "The suspension has ended. The person can sign in.")
            else:
                form = ActionForm({"choice": "suspend", "seen": 0, **request.POST.dict()})
                if not form.is_valid():
                    raise actions.ActionNotAllowedError(form.faults)
                cleaned = form.cleaned_data
                actions.suspend_person(
                    person=person,
                    moderator=request.user,
                    message=cleaned["words"],
                    **{name: cleaned[name] for name in ("days", "reason", "note")},
                )
                messages.success(request, "Suspended. All sessions have ended.")
        except actions.ActionNotAllowedError as error:
            messages.error(request, str(error))
        return redirect("admin:accounts_user_change", pk)

    @method_decorator(require_POST)
    def rename(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Rename a person; reads `username`, `name`, `reason` and `note`."""
        person = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        form = RenameForm(request.POST)
        try:
            if not form.is_valid():
                raise actions.ActionNotAllowedError(form.faults)
            actions.rename_person(person=person, moderator=request.user, **form.cleaned_data)
            messages.success(
                request, "Renamed. The old address redirects, and the person is notified."
            )
        except actions.ActionNotAllowedError as error:
            messages.error(request, str(error))
        return redirect("admin:accounts_user_change", pk)


admin.site.unregister(User)
admin.site.register(User, PersonAdmin)
