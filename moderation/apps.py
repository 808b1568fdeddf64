from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_migrate


class ModerationConfig(AppConfig):
    """Connect the receivers, and register reports with the export."""

    name = "moderation"

    def ready(self) -> None:
        from accounts.export.registry import contribute
        from accounts.models import User
        from moderation import portability, reporting, roles
        from summaries.events import text_waits

        contribute(portability.files)
        text_waits.connect(reporting.on_text_waits, dispatch_uid="open a case")
        # Sent once for each app: this app comes after all those whose permissions the roles
        # include.
        post_migrate.connect(roles.on_migrate, sender=self, dispatch_uid="fill the roles")
        m2m_changed.connect(
            roles.on_groups_changed, sender=User.groups.through, dispatch_uid="staff by role"
        )
