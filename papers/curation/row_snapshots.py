"""Rows as JSON and back, so exactly that a row can go and come again."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import ForeignKey, Model

from common.text.sanitize import SanitisedHtmlField, sanitise

Row = dict[str, object]
BATCH_SIZE = 500


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
    return next(rows_from_json(model, [values]), None)


def rows_from_json(model: type[Model], many: Sequence[Row]) -> Iterator[Model]:
    """The same for many rows, with one question for each column that points at others."""
    columns = {column.attname: column for column in model._meta.concrete_fields}
    there = {
        name: present(column.remote_field.model, [values.get(name) for values in many])
        for name, column in columns.items()
        if isinstance(column, ForeignKey)
    }
    for values in many:
        row, is_whole = model(), True
        for name in columns.keys() & values.keys():
            column, value = columns[name], values[name]
            if name in there and value is not None and value not in there[name]:
                value = None
                is_whole &= column.null
            value = column.to_python(value)
            if isinstance(column, SanitisedHtmlField):
                value = sanitise(value)
            setattr(row, name, value)
        if is_whole:
            yield row


def present(model: type[Model], numbers: Iterable[object]) -> set[object]:
    """Those of the numbers that are numbers of rows."""
    wanted = sorted({number for number in numbers if number is not None})
    return {
        number
        for start in range(0, len(wanted), BATCH_SIZE)
        for number in model._base_manager.filter(
            pk__in=wanted[start : start + BATCH_SIZE]
        ).values_list("pk", flat=True)
    }


def write_row(row: Model, *, is_new: bool = False) -> None:
    """Insert or overwrite the row with just these values: `auto_now` does not touch them."""
    row.save_base(raw=True, force_insert=is_new)
