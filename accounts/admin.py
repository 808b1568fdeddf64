"""Accounts as moderators see them. Nobody becomes somebody else here, superusers included."""

# These register pages of their own, which are taken away below.
import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin  # noqa: F401
from allauth.account.decorators import secure_admin_login
from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Permission
from django.db import transaction
from django.http import HttpRequest

from accounts.blocklists import normal_domain, normal_network
from accounts.locks import lock_account
from accounts.models import BlockedAddress, BlockedDomain, User
from accounts.verification import account_changed
from common.admin import RestrictedLookupsMixin
from common.db.transactions import transactional

# The second step of signing in holds for moderators too: the admin's own form would skip it.
admin.site.login = secure_admin_login(admin.site.login)

# How somebody signs in: whoever may write an address, a passkey or an account elsewhere can sign in
# as that person, and so can whoever reads the key of a session or a token. The settings of a
# provider may say that its addresses are proved; they come from the environment alone.
OF_SIGNING_IN = ("account", "mfa", "socialaccount", "usersessions")
for app in OF_SIGNING_IN:
    for model in apps.get_app_config(app).get_models():
        if admin.site.is_registered(model):
            admin.site.unregister(model)

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


@admin.register(User)
class UserAdmin(RestrictedLookupsMixin, DjangoUserAdmin):
    """Who may only look sees what readers see of a person and how the account stands.

    Nothing here counts or lists texts, or tells when somebody last signed in: an unsigned text of
    that minute would have an author. No account is deleted here: the page that asks would list what
    hangs on it, also on what was written without a name.

    Nor is anything changed that somebody signs in with or is known by. People make accounts
    themselves, and another name is given by a moderator's deed, with its reason and its row.
    """

    # The library's own declares a password.
    form = forms.ModelForm
    list_filter = ["is_active", "is_verified", "is_trusted", "is_staff", "groups"]
    date_hierarchy = "date_joined"
    # The number too: rows of one moment would come in the order in which they were last written.
    ordering = ["-date_joined", "-pk"]
    # An iD comes from signing in with it; whoever has a role may enter the admin.
    readonly_fields = [
        *("username", "email", "name", "orcid", "date_joined", "suspended_until", "is_staff"),
    ]
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
        if not _runs_accounts(request):
            return [
                (None, {"fields": ["username"]}),
                ("Person", {"fields": self.person_fields}),
                ("Standing", {"fields": self.standing_fields}),
            ]
        return [
            (None, {"fields": ["username"]}),
            ("Person", {"fields": [*self.person_fields, "email"]}),
            ("Standing", {"fields": self.standing_fields}),
            ("Rights", {"fields": RIGHTS}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Rights are given by superusers alone."""
        if request.user.is_superuser:
            return self.readonly_fields
        return [*self.readonly_fields, *RIGHTS]

    def formfield_for_manytomany(self, db_field, request: HttpRequest, **kwargs):
        if db_field.name == "user_permissions":
            # Each is called after its app too.
            kwargs["queryset"] = Permission.objects.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_urls(self):
        """Without the page that sets a password: that would be signing in as somebody."""
        return [url for url in super().get_urls() if url.name != "auth_user_password_change"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def changeform_view(self, request: HttpRequest, *args, **kwargs):
        """In a transaction that begins again when votes of the account come in meanwhile."""
        return transactional(super().changeform_view)(request, *args, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Whoever may change accounts may not become a superuser through one."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: forms.Form, change: bool) -> None:
        """Counts follow as if the person had changed it."""
        with transaction.atomic():
            moves_counts = bool({"is_active", "is_verified"} & set(form.changed_data))
            if moves_counts:
                lock_account(obj)
            # No more than the form has: what the person changes meanwhile stays.
            obj.save(update_fields=_columns_of(form))
            if moves_counts:
                account_changed.send(User, person=obj)


def _columns_of(form: forms.Form) -> list[str]:
    return [field.name for field in User._meta.concrete_fields if field.name in form.changed_data]


def _runs_accounts(request: HttpRequest) -> bool:
    return request.user.has_perm("accounts.change_user")


class DomainForm(forms.ModelForm):
    def clean_domain(self) -> str:
        return normal_domain(self.cleaned_data["domain"])


class AddressForm(forms.ModelForm):
    def clean_network(self) -> str:
        return normal_network(self.cleaned_data["network"])


@admin.register(BlockedDomain)
class BlockedDomainAdmin(RestrictedLookupsMixin):
    form = DomainForm
    list_display = ["domain", "reason", "created_at"]
    search_fields = ["domain", "reason"]


@admin.register(BlockedAddress)
class BlockedAddressAdmin(RestrictedLookupsMixin):
    form = AddressForm
    list_display = ["network", "reason", "until", "created_at"]
    search_fields = ["network", "reason"]
