"""Move and rename models with migrations that change only the state, not the tables."""

from collections.abc import Iterable

from django.db import migrations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import StateApps
from django.utils.text import camel_case_to_spaces


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


def rename_models(app: str, names: dict[str, tuple[str, str]]) -> list[Operation]:
    """Return the operations that give models another name, {old: (new, table)}, and keep the tables.

    Django renames the content types along with the models. The permissions that it makes for each
    model carry the name too: they are renamed, so that groups and people keep theirs.
    """
    operations: list[Operation] = []
    for old, (new, table) in names.items():
        # The table's name is pinned first, so that renaming the model leaves it alone.
        operations.append(migrations.AlterModelTable(name=old, table=table))
        operations.append(migrations.RenameModel(old_name=old, new_name=new))

    def forwards(apps: StateApps, schema_editor: object) -> None:
        for old, (new, _) in names.items():
            _rename_permissions(apps, app, model=new, old=old, new=new)

    def backwards(apps: StateApps, schema_editor: object) -> None:
        for old, (new, _) in names.items():
            _rename_permissions(apps, app, model=new, old=new, new=old)

    return [*operations, migrations.RunPython(forwards, backwards)]


def _rename_permissions(apps: StateApps, app: str, *, model: str, old: str, new: str) -> None:
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label=app, content_type__model=model.lower()
    )
    for action in ("add", "change", "delete", "view"):
        permissions.filter(codename=f"{action}_{old.lower()}").update(
            codename=f"{action}_{new.lower()}", name=f"Can {action} {camel_case_to_spaces(new)}"
        )
