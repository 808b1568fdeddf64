"""The groups "moderator" and "administrator", filled after each migration."""

from django.contrib.auth.models import Group, Permission

from accounts.models import User

MODERATOR, ADMINISTRATOR = "moderator", "administrator"
# By app: what a moderator needs for the daily work.
OF_MODERATORS = {
    "moderation": ["view_case", "act_on_case", "suspend_author", "view_moderationaction"],
    "summaries": [
        *("view_summary", "view_comment", "view_vote", "view_revision", "view_citation"),
        *("view_votering", "change_votering", "view_image", "change_image"),
    ],
    "accounts": [
        "view_user",
        *("view_blockeddomain", "add_blockeddomain", "change_blockeddomain"),
        "delete_blockeddomain",
        *("view_blockedaddress", "add_blockedaddress", "change_blockedaddress"),
        "delete_blockedaddress",
    ],
    "papers": [
        *("view_paper", "add_paper", "change_paper", "view_identifier", "add_identifier"),
        *("change_identifier", "delete_identifier", "view_authorship", "add_authorship"),
        *("change_authorship", "delete_authorship", "view_sourcerecord"),
        *("view_venue", "add_venue", "change_venue", "view_venuealias", "add_venuealias"),
        *("change_venuealias", "delete_venuealias", "view_field", "view_correction"),
        *("change_correction", "view_mergeproposal", "change_mergeproposal", "view_merge"),
        *("change_merge", "view_importrun"),
    ],
}
# In addition to those of moderators.
OF_ADMINISTRATORS = {
    "doctor": ["view_doctorrun"],
    "moderation": ["open_author"],
    "accounts": ["change_user"],
    "papers": [
        *("add_field", "change_field", "change_importrun"),
    ],
    "social": [
        *("view_channel", "add_channel", "change_channel", "delete_channel"),
        *("view_announcement", "change_announcement"),
    ],
    "mailing": [
        *(
            "view_newsletter",
            "change_newsletter",
            "view_newsletteritem",
            "add_newsletteritem",
            "change_newsletteritem",
            "delete_newsletteritem",
        ),
        *("view_outgoingemail", "change_outgoingemail", "view_suppression", "delete_suppression"),
    ],
}


def give(person: User, role: str) -> None:
    """Make a person a moderator or an administrator, with access to the admin."""
    person.groups.add(Group.objects.get(name=role))


def fill() -> None:
    """Give both groups their permissions, keeping what an operator has added."""
    for name, sources in (
        (MODERATOR, [OF_MODERATORS]),
        (ADMINISTRATOR, [OF_MODERATORS, OF_ADMINISTRATORS]),
    ):
        group, _ = Group.objects.get_or_create(name=name)
        pairs = {
            (app, code) for by_app in sources for app, codes in by_app.items() for code in codes
        }
        permissions = Permission.objects.filter(
            content_type__app_label__in={app for app, _ in pairs},
            codename__in={code for _, code in pairs},
        ).select_related("content_type")
        group.permissions.add(
            *(
                permission
                for permission in permissions
                if (permission.content_type.app_label, permission.codename) in pairs
            )
        )


def on_migrate(using: str, **kwargs) -> None:
    """Fill the groups of the default database."""
    if using == "default":
        fill()


def on_groups_changed(instance, action: str, reverse: bool, pk_set, **kwargs) -> None:
    """Keep `is_staff` in step: it is for people with a role, and superusers."""
    if action not in {"post_add", "post_remove", "post_clear"}:
        return
    people = User.objects.filter(pk__in=pk_set or []) if reverse else [instance]
    for person in people:
        has_role = person.groups.filter(name__in=[MODERATOR, ADMINISTRATOR]).exists()
        is_staff = has_role or person.is_superuser
        if person.is_staff != is_staff:
            person.is_staff = is_staff
            person.save(update_fields=["is_staff"])
