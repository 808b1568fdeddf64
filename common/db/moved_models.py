"""Move models between apps with migrations that change only the state, not the tables."""

from collections.abc import Iterable

from django.db import migrations
from django.db.migrations.state import StateApps


def carry_content_types(
    *, old_app: str, new_app: str, models: Iterable[str]
) -> migrations.RunPython:
    """Return a migration operation that moves the content types of `models` to `new_app`.

    Permissions, groups and the admin log refer to a model by its content type, so they move with
    it. Model names are in lower case. Rows that do not exist are ignored.
    """
    names = tuple(models)

    def carry(apps: StateApps, from_app: str, to_app: str) -> None:
        rows = apps.get_model("contenttypes", "ContentType").objects
        for name in names:
            if not rows.filter(app_label=to_app, model=name).exists():
                rows.filter(app_label=from_app, model=name).update(app_label=to_app)

    return migrations.RunPython(
        lambda apps, schema_editor: carry(apps, old_app, new_app),
        lambda apps, schema_editor: carry(apps, new_app, old_app),
    )
