"""Forms that were open during an upgrade send their fields under the names of before."""

from collections.abc import Mapping

from django.http import QueryDict

Sent = Mapping[str, str] | QueryDict


def in_current_names(
    sent: Sent | None,
    names: Mapping[str, str],
    values: Mapping[str, Mapping[str, str]] | None = None,
) -> Sent | None:
    """Return what was sent with former names and values of fields replaced by those of today.

    `names` is {"how": "method"}, former name first; `values` is {"method": {"hand": "manual"}}.
    A field that was sent under its name of today is taken as it is.
    """
    former = [name for name in names if sent and name in sent and names[name] not in sent]
    if not former:
        return sent
    current = sent.copy()
    for name in former:
        value = sent[name]
        current[names[name]] = (values or {}).get(names[name], {}).get(value, value)
    return current
