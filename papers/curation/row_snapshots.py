"""Convert rows to JSON and back, exactly enough to delete and restore them."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import ForeignKey, Model

from common.text.sanitize import SanitisedHtmlField, sanitise

Row = dict[str, object]
BATCH_SIZE = 500


def row_to_json(row: Model) -> Row:
    """Return {column: value} of all columns; times are text with microseconds."""
    values = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        is_json = value is None or isinstance(value, str | int | float | bool | list | dict)
        values[field.attname] = value if is_json else field.value_to_string(row)
    return values


def row_from_json(model: type[Model], values: Row) -> Model | None:
    """Return the row, not yet saved, or None when a row that it requires no longer exists.

    Columns that were dropped since are left out; new ones have their default.
    """
    return next(rows_from_json(model, [values]), None)


def rows_from_json(model: type[Model], snapshots: Sequence[Row]) -> Iterator[Model]:
    """Yield the rows of many snapshots like `row_from_json`, with one query per foreign key."""
    columns = {column.attname: column for column in model._meta.concrete_fields}
    existing = {
        name: present(column.remote_field.model, [values.get(name) for values in snapshots])
        for name, column in columns.items()
        if isinstance(column, ForeignKey)
    }
    for values in snapshots:
        row, is_whole = model(), True
        for name in columns.keys() & values.keys():
            column, value = columns[name], values[name]
            if name in existing and value is not None and value not in existing[name]:
                value = None
                is_whole &= column.null
            value = column.to_python(value)
            if isinstance(column, SanitisedHtmlField):
                value = sanitise(value)
            setattr(row, name, value)
        if is_whole:
            yield row


def present(model: type[Model], pks: Iterable[object]) -> set[object]:
    """Return the keys for which a row exists."""
    distinct = sorted({pk for pk in pks if pk is not None})
    return {
        pk
        for start in range(0, len(distinct), BATCH_SIZE)
        for pk in model._base_manager.filter(
            pk__in=distinct[start : start + BATCH_SIZE]
        ).values_list("pk", flat=True)
    }


def write_row(row: Model, *, is_new: bool = False) -> None:
    """Insert or overwrite the row with exactly these values; `auto_now` does not apply."""
    row.save_base(raw=True, force_insert=is_new)
