"""Send requests to a service over HTTP, and raise SourceErrors when they fail."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from lxml import etree

from common.http import client
from papers.sources import json_values, messages
from papers.sources.records import (
    RecordNotFoundError,
    SourceParseError,
    SourceRefusedError,
    SourceUnavailableError,
)

_patience: ContextVar[float | None] = ContextVar("patience", default=None)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Limit the wait of every request inside the block to `seconds`, whatever the source sets."""
    token = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(token)


def ask(
    service: client.Service,
    url: str,
    *,
    params: dict[str, str] | None = None,
    accept: str = "*/*",
    patience_seconds: float | None = None,
) -> client.Answer:
    """Send a GET request, and return the answer of any status below 500 that is not retried.

    `patience_seconds` is the longest wait, by default SOURCE_PATIENCE_SECONDS. Raises
    SourceUnavailableError and SourceRefusedError.
    """
    return _told(
        service, client.get, url, params=params, accept=accept, patience_seconds=patience_seconds
    )


def send(service: client.Service, url: str, *, json: Mapping[str, object]) -> client.Answer:
    """Send a POST request with a JSON object; raises the same errors as `ask`."""
    return _told(service, client.post, url, json=json)


def _told(
    service: client.Service,
    call: Callable[..., client.Answer],
    url: str,
    *,
    patience_seconds: float | None = None,
    **options: Any,
) -> client.Answer:
    patience_seconds = _patience.get() or patience_seconds or settings.SOURCE_PATIENCE_SECONDS
    try:
        answer = call(service, url, patience_seconds=patience_seconds, **options)
    except client.HttpUnavailableError as error:
        raise SourceUnavailableError(
            str(error), retry_after_seconds=error.retry_after_seconds
        ) from None
    except client.HttpError as error:
        raise SourceRefusedError(str(error)) from None
    if answer.status >= 500:
        raise SourceUnavailableError(messages.has_a_fault(service.name))
    return answer


def check_status(service: client.Service, answer: client.Answer, *, query: str) -> None:
    """Raise the SourceError for every status but 200.

    `query` is the identifier or the search words, for the message.
    """
    if answer.status == 404:
        raise RecordNotFoundError(messages.knows_no_paper(service.name, query))
    if answer.status in {401, 403}:
        raise SourceRefusedError(messages.access_denied(service.name))
    if answer.status != 200:
        raise SourceRefusedError(messages.did_not_understand(service.name, query))


def parse_xml(service: client.Service, body: bytes) -> etree._Element:
    """Return the root element of a document; raises SourceParseError.

    Neither entities nor a DTD are loaded. A DOCTYPE may name a public DTD, which is not read; one
    that declares anything is refused.
    """
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceParseError(messages.cannot_be_read(service.name)) from error
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and (any(dtd.iterentities()) or any(dtd.iterelements())):
        raise SourceParseError(messages.cannot_be_read(service.name))
    return root


def read_json(service: client.Service, answer: client.Answer) -> dict[str, Any]:
    """Return the JSON object of an answer, without unprintable characters.

    Raises SourceParseError when the answer is not a JSON object.
    """
    try:
        value = json_values.parse_json(answer.body)
    except ValueError as error:
        raise SourceParseError(messages.cannot_be_read(service.name)) from error
    if not isinstance(value, dict):
        raise SourceParseError(messages.cannot_be_read(service.name))
    return value
