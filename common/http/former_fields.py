"""Forms that were open during an upgrade send their fields under former names."""

from collections.abc import Mapping
from typing import overload

from django.http import QueryDict

Sent = dict[str, str] | QueryDict


@overload
def in_current_names(
    sent: Sent, names: Mapping[str, str], values: Mapping[str, Mapping[str, str]] | None = None
) -> Sent: ...


@overload
def in_current_names(
    sent: None, names: Mapping[str, str], values: Mapping[str, Mapping[str, str]] | None = None
) -> None: ...


def in_current_names(
    sent: Sent | None,
    names: Mapping[str, str],
    values: Mapping[str, Mapping[str, str]] | None = None,
) -> Sent | None:
    """Return the fields of a form with former names and values replaced by today's.

    `names` is {"how": "method"}, former name first; `values` is {"method": {"hand": "manual"}}.
    A field that was sent under its name of today is taken as it is.
    """
    if not sent:
        return sent
    former = [name for name in names if name in sent and names[name] not in sent]
    if not former:
        return sent
    current = sent.copy()
    for name in former:
        value = str(sent[name])
        current[names[name]] = (values or {}).get(names[name], {}).get(value, value)
    return current
