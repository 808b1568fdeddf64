"""Accounts as moderators see them. Nobody can act as another person, not even a superuser."""

# These modules register their own admin pages, which are unregistered below.
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

# The second step of signing in applies to moderators too: the admin's own login form would skip it.
admin.site.login = secure_admin_login(admin.site.login)

# These models decide how a person signs in. Anyone who can write an address, a passkey or a
# connected account could sign in as that person, and so could anyone who reads the key of a session
# or a token. Whether the addresses of a provider count as verified is set in the environment only.
OF_SIGNING_IN = ("account", "mfa", "socialaccount", "usersessions")
for app in OF_SIGNING_IN:
    for model in apps.get_app_config(app).get_models():
        if admin.site.is_registered(model):
            admin.site.unregister(model)

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


@admin.register(User)
class UserAdmin(RestrictedLookupsMixin, DjangoUserAdmin):
    """Show moderators what readers see of a person, and the state of the account.

    Nothing here counts or lists texts, or shows when somebody last signed in: that could reveal the
    author of an anonymous text published in that minute. Accounts are not deleted here, because the
    confirmation page would list everything attached to them, including anonymous texts.

    Nothing that a person signs in with or is known by can be changed here. People create accounts
    themselves, and only a moderation action, with its reason and its log entry, changes a user
    name.
    """

    # Django's own form declares a password.
    form = forms.ModelForm
    list_filter = ["is_active", "is_verified", "is_trusted", "is_staff", "groups"]
    date_hierarchy = "date_joined"
    # The primary key too: otherwise rows with the same time would come in the order in which they
    # were last updated.
    ordering = ["-date_joined", "-pk"]
    # An ORCID iD is set by signing in with it; `is_staff` follows from the person's roles.
    readonly_fields = [
        *("username", "email", "name", "orcid", "date_joined", "suspended_until", "is_staff"),
    ]
    person_fields = ["name", "about", "website", "orcid"]
    standing_fields = ["is_active", "is_verified", "is_trusted", "suspended_until", "date_joined"]
    show_full_result_count = False

    def get_list_display(self, request: HttpRequest) -> list[str]:
        columns = ["username", "name", "is_verified", "is_active", "suspended_until", "date_joined"]
        return [*columns[:2], "email", *columns[2:]] if _runs_accounts(request) else columns

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        columns = ["username", "name", "orcid"]
        return [*columns, "email"] if _runs_accounts(request) else columns

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
        """Let only superusers change permissions."""
        if request.user.is_superuser:
            return self.readonly_fields
        return [*self.readonly_fields, *RIGHTS]

    def formfield_for_manytomany(self, db_field, request: HttpRequest, **kwargs):
        if db_field.name == "user_permissions":
            # The name of each permission contains its content type.
            kwargs["queryset"] = Permission.objects.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_urls(self):
        """Leave out the page that sets a password: it would allow signing in as the person."""
        return [url for url in super().get_urls() if url.name != "auth_user_password_change"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def changeform_view(self, request: HttpRequest, *args, **kwargs):
        """Run in a transaction that is retried when it conflicts with votes of the account."""
        return transactional(super().changeform_view)(request, *args, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse changes of superusers by anyone else, which would be a way to become one."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: forms.Form, change: bool) -> None:
        """Save the changed fields, and recount what depends on them."""
        with transaction.atomic():
            affects_counts = bool({"is_active", "is_verified"} & set(form.changed_data))
            if affects_counts:
                lock_account(obj)
            # Only the fields of the form, so that concurrent changes by the person are kept.
            obj.save(update_fields=_columns_of(form))
            if affects_counts:
                account_changed.send(User, person=obj)


def _columns_of(form: forms.Form) -> list[str]:
    return [field.name for field in User._meta.concrete_fields if field.name in form.changed_data]


def _runs_accounts(request: HttpRequest) -> bool:
    return request.user.has_perm("accounts.change_user")


class DomainForm(forms.ModelForm):
    """A blocked domain in its normal form."""

    def clean_domain(self) -> str:
        return normal_domain(self.cleaned_data["domain"])


class AddressForm(forms.ModelForm):
    """A blocked network in its normal form."""

    def clean_network(self) -> str:
        return normal_network(self.cleaned_data["network"])


@admin.register(BlockedDomain)
class BlockedDomainAdmin(RestrictedLookupsMixin):
    """Domains whose links and e-mail addresses are refused."""

    form = DomainForm
    list_display = ["domain", "reason", "created_at"]
    search_fields = ["domain", "reason"]


@admin.register(BlockedAddress)
class BlockedAddressAdmin(RestrictedLookupsMixin):
    """Networks from which nobody can sign up or post."""

    form = AddressForm
    list_display = ["network", "reason", "until", "created_at"]
    search_fields = ["network", "reason"]
