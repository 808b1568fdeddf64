"""Move models between apps by migrations that change the state alone; the tables stay as they are."""

from collections.abc import Iterable

from django.db import migrations
from django.db.migrations.state import StateApps


def carry_content_types(
    *, old_app: str, new_app: str, models: Iterable[str]
) -> migrations.RunPython:
    """Return the operation that gives the content types of `models` to `new_app`.

    Permissions, groups and the admin's log refer to a model by its content type, so this carries
    them along. Model names are in lower case. Nothing happens where the rows are not there yet.
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
