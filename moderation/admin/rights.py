"""Permissions of the roles: only superusers change them, and every change is logged."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from common.admin import RestrictedLookupsMixin
from moderation.actions import log_rights, rights_of_group


class GroupAdmin(RestrictedLookupsMixin, DjangoGroupAdmin):
    """Groups, which cannot be deleted; remove their permissions instead."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: forms.Form, formsets, change: bool) -> None:
        group = form.instance
        before = rights_of_group(group)
        super().save_related(request, form, formsets, change)
        log_rights(moderator=request.user, before=before, after=rights_of_group(group))


admin.site.unregister(Group)
admin.site.register(Group, GroupAdmin)
