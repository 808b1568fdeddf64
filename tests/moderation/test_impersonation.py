"""Nobody who looks after the site becomes somebody else by it, superusers included."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import URLResolver, get_resolver

from accounts.models import PreviousUsername, User
from mailing.models import Newsletter, NewsletterItem
from moderation import actions, roles
from moderation.models import ModerationAction
from notifications.models import Notification
from summaries.actions.vote import cast_vote
from summaries.models import Summary, VoteRing
from tests.support.factories import make_summary, make_user
from tests.support.moderators import make_administrator, make_moderator
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
EVIL = "mallory@evil.example"
OF_SIGNING_IN = ("account", "mfa", "socialaccount", "usersessions", "sessions")
# A person is known by these, or signs in with them.
CREDENTIALS = {
    *("username", "name", "email", "orcid", "password", "password1", "password2"),
    *("usable_password", "last_login", "date_joined"),
}
REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)
PLACE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


def routes(patterns=None, prefix: str = "") -> list[str]:
    found = []
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns, here)
        elif here.startswith("admin/") and "logout" not in here:
            found.append(here)
    return found


def superuser(**fields):
    return make_user("root", is_staff=True, is_superuser=True, **fields)


def looking_after(who: str) -> User:
    """An administrator who was also given every permission there is, or a superuser."""
    if who == "superuser":
        return superuser()
    person = make_administrator()
    permissions = apps.get_model("auth", "Permission").objects.all()
    Group.objects.get(name=roles.ADMINISTRATOR).permissions.set(permissions)
    return User.objects.get(pk=person.pk)


@pytest.fixture
def member(alice, django_user_model):
    """A person with everything that one can sign in with, signed in somewhere."""
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    RecoveryCodes.activate(alice)
    account = SocialAccount.objects.create(user=alice, provider="orcid", uid="0000-0001-5109-3700")
    SocialToken.objects.create(account=account, token="held")
    sign_in(Client(), alice, recently=False)
    return alice


def credentials() -> dict[str, list]:
    """Every row that somebody is known by or signs in with, of everybody."""
    columns = ["pk", "username", "name", "email", "password", "orcid"]
    return {
        "people": list(User.objects.order_by("pk").values(*columns)),
        "addresses": list(EmailAddress.objects.order_by("pk").values()),
        "second steps": list(Authenticator.objects.order_by("pk").values("pk", "user", "data")),
        "accounts elsewhere": list(SocialAccount.objects.values("pk", "user", "provider", "uid")),
        "tokens": list(SocialToken.objects.values("pk", "account", "token")),
        "providers": list(SocialApp.objects.values()),
        "sessions": list(UserSession.objects.values("pk", "user", "session_key")),
        "rights": sorted(User.objects.filter(is_superuser=True).values_list("pk", flat=True)),
        "roles": sorted(User.groups.through.objects.values_list("user", "group")),
    }


def evil_form(person: User) -> dict[str, object]:
    plain = {
        "email": EVIL,
        "verified": "on",
        "primary": "on",
        "user": person.pk,
        "username": "mallory",
        "name": "Mallory",
        "orcid": "0000-0002-1825-0097",
        "password": "mallory was here",
        "password1": "mallory was here",
        "password2": "mallory was here",
        "usable_password": "true",
        "set-password": "1",
        "type": "totp",
        "data": "{}",
        "provider": "orcid",
        "uid": "0000-0002-1825-0097",
        "client_id": "x",
        "secret": "x",
        "account": 1,
        "token": "x",
        "session_key": "x",
        "is_superuser": "on",
        "is_staff": "on",
        "is_active": "on",
        "groups": list(Group.objects.values_list("pk", flat=True)),
        "action": "delete_selected",
        "_selected_action": person.pk,
        "post": "yes",
        "_save": "Save",
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": person.pk,
        "form-0-email": EVIL,
    }
    inlines = {}
    for prefix in ("emailaddress_set", "authenticator_set", "socialaccount_set"):
        inlines |= {
            f"{prefix}-TOTAL_FORMS": 1,
            f"{prefix}-INITIAL_FORMS": 0,
            **{f"{prefix}-0-{name}": plain[name] for name in ("email", "verified", "user")},
        }
    return plain | inlines


def filled_form(client: Client, address: str) -> dict[str, object]:
    """What a browser sends from the form at an address, untouched; {} where there is no form."""
    answer = client.get(address)
    shown = getattr(answer, "context", None)
    if answer.status_code != 200 or not shown or "adminform" not in shown:
        return {}
    forms = [shown["adminform"].form]
    for formset in shown.get("inline_admin_formsets", []):
        forms += [formset.formset.management_form, *formset.formset.forms]
    return {
        form.add_prefix(name): value
        for form in forms
        for name in form.fields
        if (value := form[name].value()) not in (None, False, [], "")
    }


@pytest.mark.crawl
def test_an_administrators_attempt_at_every_address_brings_no_mail(client, member):
    """As an administrator with all permissions, then as a superuser."""
    for who in ("administrator", "superuser"):
        mallory = looking_after(who)
        client.force_login(mallory)
        before = credentials()
        others = [row for row in before["people"] if row["pk"] != mallory.pk]
        evil = evil_form(member)
        if who == "superuser":
            # What a superuser may give, to others as to oneself.
            del evil["groups"]
        for route in routes():
            for number in {member.pk, EmailAddress.objects.get().pk}:
                address = "/" + PLACE.sub(str(number), route).replace("\\Z", "").replace("^", "")
                filled = filled_form(client, address)
                for form in [evil, *([{**filled, **evil}] if filled else [])]:
                    answer = client.post(address, form)
                    assert answer.status_code < 500, address
        after = credentials()
        if who == "superuser":
            after["rights"] = before["rights"]
        assert [row for row in after.pop("people") if row["pk"] != mallory.pk] == others
        assert after == {name: before[name] for name in after}
    assert not User.objects.filter(email=EVIL).exists()

    mail.outbox.clear()
    client.logout()
    client.post("/account/password/reset/", {"email": EVIL})
    # Whoever has no account is told so, and gets nothing to sign in with.
    assert not any("/password/reset/key/" in message.body for message in mail.outbox)
    mail.outbox.clear()
    client.post("/account/password/reset/", {"email": member.email})
    assert [message.to for message in mail.outbox] == [[member.email]]
    assert "/password/reset/key/" in mail.outbox[0].body


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_no_form_of_the_admin_has_a_field_that_somebody_signs_in_with(model):
    page = admin.site._registry[model]
    request = RequestFactory().get("/")
    request.user = superuser()
    assert model._meta.app_label not in OF_SIGNING_IN
    shown = {*page.get_list_display(request), *page.get_search_fields(request)}
    assert not {"password", "session_key", "token", "secret"} & shown
    assert not any(
        route.endswith("password/")
        for route in (str(url.pattern) for url in page.get_urls())
        if route != "password_change/"
    )
    row = model._default_manager.first() or model()
    forms = [page.get_form(request, obj, change=obj is not None) for obj in (None, row)]
    for inline in page.get_inline_instances(request, row):
        assert inline.model._meta.app_label not in OF_SIGNING_IN
        assert inline.model is not User
        forms.append(inline.get_formset(request, row).form)
    if model is User:
        assert not page.has_add_permission(request)
        assert not page.has_delete_permission(request, row)
        assert not set(page.list_editable)
        # The one to add with is for nobody.
        forms = forms[1:]
        assert {*CREDENTIALS} & {name for form in forms for name in form.base_fields} == set()
    for form in forms:
        points_at = {
            field.queryset.model._meta.app_label
            for field in form.base_fields.values()
            if hasattr(field, "queryset")
        }
        assert not points_at & set(OF_SIGNING_IN)


def test_nothing_that_somebody_signs_in_with_has_a_page():
    of_signing_in = {
        model for app in OF_SIGNING_IN for model in apps.get_app_config(app).get_models()
    }
    assert {EmailAddress, Authenticator, SocialApp, UserSession, Session} <= of_signing_in
    assert not of_signing_in & set(REGISTERED)


@pytest.mark.parametrize("who", ["administrator", "superuser"])
def test_there_is_no_page_for_another_ones_password(client, alice, who):
    client.force_login(looking_after(who))
    address = f"/admin/accounts/user/{alice.pk}/password/"
    form = {"password1": "mallory was here", "password2": "mallory was here"}
    client.post(address, {**form, "usable_password": "true", "set-password": "1"})
    assert User.objects.get(pk=alice.pk).check_password("correct horse")
    said = client.get(f"/admin/accounts/user/{alice.pk}/change/").content.decode()
    assert "/password/" not in said and alice.password not in said and alice.email in said


# -- rights -----------------------------------------------------------------------------------


def test_roles_and_rights_are_given_by_superusers_alone_and_stand_in_the_log(client, alice):
    address = f"/admin/accounts/user/{alice.pk}/change/"
    group = Group.objects.get(name=roles.MODERATOR)
    given = {"is_active": "on", "is_verified": "on", "groups": [group.pk], "is_superuser": "on"}
    client.force_login(looking_after("administrator"))
    assert client.post(address, {**given, "is_staff": "on"}).status_code == 302
    alice.refresh_from_db()
    assert not alice.groups.exists() and not alice.is_superuser and not alice.is_staff
    client.post(f"/admin/auth/group/{group.pk}/change/", {"name": "moderator", "permissions": []})
    assert group.permissions.exists() and not ModerationAction.objects.exists()

    root = superuser()
    client.force_login(root)
    client.post(address, {name: given[name] for name in ("is_active", "is_verified", "groups")})
    alice.refresh_from_db()
    assert alice.is_staff and list(alice.groups.all()) == [group]
    act = ModerationAction.objects.get()
    assert (act.deed, act.person, act.moderator) == ("rights", alice, root)
    assert act.note == "+ group moderator"
    client.post(address, {"is_active": "on", "is_verified": "on", "about": "Reads"})
    assert ModerationAction.objects.latest("pk").note == "- group moderator"
    client.post(address, {"is_active": "on", "is_verified": "on", "about": "Reads much"})
    assert ModerationAction.objects.count() == 2
    kept = list(group.permissions.values_list("pk", flat=True))
    client.post(
        f"/admin/auth/group/{group.pk}/change/", {"name": "moderator", "permissions": kept[1:]}
    )
    note = ModerationAction.objects.latest("pk").note
    assert ModerationAction.objects.count() == 3 and note.startswith("- moderator: ")


# -- another name -----------------------------------------------------------------------------


def rename(client, person: User, **told: object):
    form = {"username": person.username, "name": person.name, "reason": "abuse", **told}
    return client.post(f"/admin/accounts/user/{person.pk}/rename", form, follow=True)


def test_another_name_has_a_reason_and_a_row_and_the_person_is_told(client, alice):
    ada = make_administrator()
    client.force_login(ada)
    said = rename(client, alice, username="alice-m", name="A. Munro", note="asked").content.decode()
    assert "Renamed." in said
    act = ModerationAction.objects.get()
    assert (act.deed, act.reason, act.person, act.moderator) == ("renamed", "abuse", alice, ada)
    assert act.note == "alice (Alice Munro) is now alice-m (A. Munro). asked"
    told = Notification.objects.get(user=alice)
    assert "A. Munro" in told.words and "alice-m" in told.words
    assert client.get("/user/alice")["Location"] == "/user/alice-m"
    # The person cannot go back at once, nor anybody else take the name.
    assert PreviousUsername.objects.get().name == "alice"


@pytest.mark.parametrize(
    "told",
    [
        {"username": "bob"},
        {"username": "BOB"},
        {"username": "once-bob"},
        {"username": "a b"},
        {"username": ""},
        {"username": "x" * 41},
        {"username": "admin"},
        {"name": "x" * 81},
        {"reason": ""},
        {"reason": "why not"},
        {},
    ],
)
def test_no_name_that_is_another_ones_or_cannot_be_had(client, alice, bob, told):
    PreviousUsername.objects.create(name="once-bob", person=bob)
    client.force_login(make_administrator())
    said = rename(client, alice, **told)
    assert said.status_code == 200 and "Renamed." not in said.content.decode()
    alice.refresh_from_db()
    assert (alice.username, alice.name) == ("alice", "Alice Munro")
    assert not ModerationAction.objects.exists()


def test_moderators_rename_nobody_and_administrators_no_superuser(client, alice):
    for person, who in ((make_moderator(), alice), (make_administrator(), superuser())):
        client.force_login(person)
        address = f"/admin/accounts/user/{who.pk}/rename"
        assert client.post(address, {"username": "x1", "reason": "abuse"}).status_code == 403
    with pytest.raises(actions.ActionNotAllowedError):
        actions.rename_person(
            person=User.objects.get(username="root"),
            moderator=User.objects.get(username="ada"),
            username="x1",
            name="",
            reason="abuse",
        )
    assert not ModerationAction.objects.exists()


# -- what people keep to themselves -----------------------------------------------------------


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_a_list_is_filtered_by_nothing_that_its_page_does_not_offer(model):
    page = admin.site._registry[model]
    offered = {getattr(name, "parameter_name", name) for name in page.list_filter}
    relations = {
        field.get_accessor_name() if field.auto_created and not field.concrete else field.name
        for field in model._meta.get_fields()
        if field.is_relation
    }
    names = {field.name for field in model._meta.get_fields() if field.is_relation} | relations
    for name in names - offered - {None, page.date_hierarchy}:
        for lookup in (name, f"{name}__id", f"{name}__id__exact", f"{name}__pk", f"{name}__in"):
            assert not page.lookup_allowed(lookup, "1", None), lookup


@pytest.mark.parametrize("state", ["private", "draft", "unlisted"])
def test_a_letter_tells_nothing_of_a_note_whose_number_is_typed(client, alice, state):
    kept = make_summary(author=alice, state=state)
    letter = Newsletter.objects.create(year=2026, week=45, title="Letter")
    client.force_login(superuser())
    address = f"/admin/mailing/newsletter/{letter.pk}/change/"
    form = filled_form(client, address)
    prefix = next(name for name in form if name.endswith("TOTAL_FORMS"))[: -len("-TOTAL_FORMS")]
    form[f"{prefix}-TOTAL_FORMS"] = 1
    answer = client.post(address, {**form, f"{prefix}-0-summary": kept.pk, f"{prefix}-0-place": 1})
    said = answer.content.decode()
    assert answer.status_code == 200 and not NewsletterItem.objects.exists()
    assert str(kept) not in said and kept.paper.title not in said
    # Also of one that its author took back after it was picked.
    NewsletterItem.objects.create(letter=letter, summary=kept, place=1)
    said = client.get(address).content.decode()
    assert "Not public any more" in said
    assert kept.paper.title not in said and "Alice" not in said


def test_votes_on_what_is_unsigned_or_kept_are_not_listed(client, alice, bob):
    signed, unsigned = make_summary(), make_summary(is_anonymous=True)
    for summary in (signed, unsigned):
        cast_vote(summary_id=summary.pk, voter=bob, value=1)
    client.force_login(superuser())
    for question in ("", "?q=bob", "?value__exact=1", "?o=1"):
        rows = client.get(f"/admin/summaries/vote/{question}").context["cl"].result_list
        assert [row.summary for row in rows] == [signed]
    for page in ("change", "history", "delete"):
        address = f"/admin/summaries/vote/{unsigned.votes.get().pk}/{page}/"
        assert client.get(address).status_code in (302, 403)
    Summary.objects.filter(pk=signed.pk).update(state="private")
    rows = client.get("/admin/summaries/vote/").context["cl"].result_list
    assert list(rows) == []


def test_a_ring_does_not_count_votes_for_what_lost_its_name_since(client, alice, bob):
    signed, unsigned = make_summary(author=alice), make_summary(author=alice)
    ring = VoteRing.objects.create(signs="Each voted for the other.")
    for summary in (signed, unsigned):
        cast_vote(summary_id=summary.pk, voter=bob, value=1)
        ring.votes.add(summary.votes.get())
    ring.members.set([alice, bob])
    Summary.objects.filter(pk=unsigned.pk).update(is_anonymous=True)
    client.force_login(superuser())
    row = client.get("/admin/summaries/votering/").context["cl"].result_list[0]
    assert row.votes_counted == 1
