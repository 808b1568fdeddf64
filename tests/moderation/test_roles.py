"""Two roles do the daily work; nobody needs to be a superuser."""

import pytest
from django.contrib.auth.models import Group, Permission

from moderation import roles
from tests.support.factories import make_user
from tests.support.moderators import make_administrator, make_moderator

pytestmark = pytest.mark.django_db


def test_both_are_there_with_all_their_permissions():
    for role, told in (
        (roles.MODERATOR, roles.OF_MODERATORS),
        (roles.ADMINISTRATOR, roles.OF_MODERATORS | {}),
        (roles.ADMINISTRATOR, roles.OF_ADMINISTRATORS),
    ):
        has = {
            f"{permission.content_type.app_label}.{permission.codename}"
            for permission in Group.objects.get(name=role).permissions.select_related(
                "content_type"
            )
        }
        assert {f"{app}.{code}" for app, codes in told.items() for code in codes} <= has


def test_every_permission_named_exists():
    for told in (roles.OF_MODERATORS, roles.OF_ADMINISTRATORS):
        for app, codes in told.items():
            found = Permission.objects.filter(content_type__app_label=app, codename__in=codes)
            assert {row.codename for row in found} == set(codes), app


def test_migrating_again_fills_what_is_missing_and_keeps_what_was_added():
    group = Group.objects.get(name=roles.MODERATOR)
    extra = Permission.objects.get(codename="view_newsletter")
    group.permissions.set([extra])
    roles.fill()
    assert group.permissions.filter(codename="act_on_case").exists()
    assert group.permissions.contains(extra)


def test_a_role_opens_the_admin_and_its_loss_closes_it(client):
    person = make_user()
    roles.give(person, roles.MODERATOR)
    person.refresh_from_db()
    assert person.is_staff
    person.groups.clear()
    person.refresh_from_db()
    assert not person.is_staff


def test_a_moderator_does_the_daily_work_and_no_more():
    mia, ada = make_moderator(), make_administrator()
    for permission in ("moderation.act_on_case", "papers.change_venue", "papers.change_merge"):
        assert mia.has_perm(permission) and ada.has_perm(permission)
    for permission in ("moderation.open_author", "accounts.change_user", "social.view_channel"):
        assert not mia.has_perm(permission) and ada.has_perm(permission)
    for permission in (
        *("accounts.delete_user", "auth.change_group", "summaries.delete_summary"),
        *("usersessions.view_usersession", "account.view_emailaddress"),
    ):
        assert not ada.has_perm(permission)
