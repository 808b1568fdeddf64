"""Rows as JSON and back, so exactly that a row can go and come again."""

from django.db.models import ForeignKey, Model

from shortscience.lib.sanitise import SanitisedHtmlField, sanitise

Row = dict[str, object]


def row_to_json(row: Model) -> Row:
    """{column: value} of all columns; times with their microseconds, as text."""
    values = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        is_json = value is None or isinstance(value, str | int | float | bool | list | dict)
        values[field.attname] = value if is_json else field.value_to_string(row)
    return values


def row_from_json(model: type[Model], values: Row) -> Model | None:
    """The row, not yet saved; None when something that it needs is no more.

    Columns that were dropped since are left out, new ones have their default.
    """
    row = model()
    for field in model._meta.concrete_fields:
        if field.attname not in values:
            continue
        value = field.to_python(values[field.attname])
        if isinstance(field, ForeignKey) and not _exists(field, value):
            if not field.null:
                return None
            value = None
        if isinstance(field, SanitisedHtmlField):
            value = sanitise(value)
        setattr(row, field.attname, value)
    return row


def write_row(row: Model) -> None:
    """Insert or overwrite the row with just these values: `auto_now` does not touch them."""
    row.save_base(raw=True)


def _exists(field: ForeignKey, value: object) -> bool:
    target = field.remote_field.model
    return value is None or target._base_manager.filter(pk=value).exists()
