"""The settings tab for the account: user name, addresses, deletion."""

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import usernames
from accounts.delete_account import delete_account
from accounts.forms import DeleteAccountForm, UsernameForm
from common.http.ratelimit import hit, too_many_message, too_many_requests

RENAMES_PER_HOUR = 20


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show the tab, and change the user name."""
    person = request.user
    form = UsernameForm(request.POST or None, initial={"username": person.username})
    wait_seconds = 0
    if request.method == "POST" and form.is_valid():
        wait_seconds = hit(f"rename:{person.pk}", RENAMES_PER_HOUR, 3600)
        try:
            if wait_seconds:
                raise usernames.RenameNotAllowedError(too_many_message(wait_seconds))
            usernames.rename(person=person, username=form.cleaned_data["username"])
        except usernames.RenameNotAllowedError as refusal:
            form.add_error("username", str(refusal))
        else:
            messages.success(
                request, _("Saved. Your page is at %(url)s.") % {"url": person.get_absolute_url()}
            )
            return redirect("settings-account")
    context = {
        "form": form,
        "may_rename": usernames.may_rename(person),
        "days_between": usernames.DAYS_BETWEEN,
        "emails": EmailAddress.objects.filter(user=person).order_by("-primary", "email"),
        "former_names": list(person.previous_usernames.values_list("name", flat=True)),
    }
    status = 422 if form.errors else 200
    response = render(request, "accounts/account.html", context, status=status)
    return too_many_requests(wait_seconds, response) if wait_seconds else response


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Ask what to keep; then confirm the password or second step, and delete the account."""
    form = DeleteAccountForm(
        request.POST if request.method == "POST" else None, person=request.user
    )
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "accounts/delete.html", {"form": form}, status=status)
    return _delete_for_good(request, form)


@reauthentication_required
def _delete_for_good(request: HttpRequest, form: DeleteAccountForm) -> HttpResponse:
    person = request.user
    delete_account(person=person, keep_summaries=form.keeps)
    logout(request)
    return render(request, "accounts/deleted.html", {"kept": form.keeps})
