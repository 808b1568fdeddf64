from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from accounts.blocking import normal_domain, normal_network
from accounts.models import BlockedAddress, BlockedDomain, User
from accounts.renaming import person_renamed, remember
from accounts.verification import account_changed
from shortscience.lib.narrow_admin import OfferedLookups

# The second step of signing in holds for moderators too: the admin's own form would skip it.
admin.site.login = secure_admin_login(admin.site.login)

OF_SUPERUSERS = ("is_superuser", "user_permissions")


@admin.register(User)
class UserAdmin(OfferedLookups, DjangoUserAdmin):
    """Who may only look sees what readers see of a person and how the account stands.

    Nothing here counts or lists texts, or tells when somebody last signed in: an unsigned text of
    that minute would have an author. No account is deleted here: the page that asks would list what
    hangs on it, also on what was written without a name.
    """

    list_filter = ["is_active", "is_verified", "is_trusted", "is_staff", "groups"]
    date_hierarchy = "date_joined"
    # The number too: rows of one moment would come in the order in which they were last written.
    ordering = ["-date_joined", "-pk"]
    # An iD comes from signing in with it; whoever has a role may enter the admin.
    readonly_fields = ["date_joined", "suspended_until", "orcid", "is_staff"]
    person_fields = ["name", "about", "website", "orcid"]
    standing_fields = ["is_active", "is_verified", "is_trusted", "suspended_until", "date_joined"]
    show_full_result_count = False

    def get_list_display(self, request: HttpRequest) -> list[str]:
        seen = ["username", "name", "is_verified", "is_active", "suspended_until", "date_joined"]
        return [*seen[:2], "email", *seen[2:]] if _runs_accounts(request) else seen

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        seen = ["username", "name", "orcid"]
        return [*seen, "email"] if _runs_accounts(request) else seen

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None):
        if obj is None:
            return super().get_fieldsets(request, obj)
        if not _runs_accounts(request):
            return [
                (None, {"fields": ["username"]}),
                ("Person", {"fields": self.person_fields}),
                ("Standing", {"fields": self.standing_fields}),
            ]
        rights = ["is_staff", "groups"]
        if request.user.is_superuser:
            rights += OF_SUPERUSERS
        return [
            (None, {"fields": ["username", "password"]}),
            ("Person", {"fields": [*self.person_fields, "email"]}),
            ("Standing", {"fields": self.standing_fields}),
            ("Rights", {"fields": rights}),
        ]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Whoever may change accounts may not become a superuser through one."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: forms.Form, change: bool) -> None:
        """Counts, indexes and links follow as if the person had changed it."""
        changed = set(form.changed_data) if change else set()
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if "username" in changed:
                remember(person=obj, old=form.initial["username"])
            if changed & {"name", "username"}:
                person_renamed.send(User, person=obj)
            if changed & {"is_active", "is_verified"}:
                account_changed.send(User, person=obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = ""):
        """Setting a password is signing in as somebody."""
        if not request.user.is_superuser:
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)


def _runs_accounts(request: HttpRequest) -> bool:
    return request.user.has_perm("accounts.change_user")


class DomainForm(forms.ModelForm):
    def clean_domain(self) -> str:
        return normal_domain(self.cleaned_data["domain"])


class AddressForm(forms.ModelForm):
    def clean_network(self) -> str:
        return normal_network(self.cleaned_data["network"])


@admin.register(BlockedDomain)
class BlockedDomainAdmin(admin.ModelAdmin):
    form = DomainForm
    list_display = ["domain", "reason", "created_at"]
    search_fields = ["domain", "reason"]


@admin.register(BlockedAddress)
class BlockedAddressAdmin(admin.ModelAdmin):
    form = AddressForm
    list_display = ["network", "reason", "until", "created_at"]
    search_fields = ["network", "reason"]
