"""Hand one mail to the mail server, exactly once, and tell what is known of it afterwards."""

import contextlib
import re
import smtplib
from collections.abc import Iterator

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives, get_connection
from requests.exceptions import ConnectTimeout
from urllib3.exceptions import NewConnectionError

from common.http.sockets import limit
from common.http.webhook import DeliveryError, DeliveryUnknownError, NotSentError

# RFC 3463: "5.1.x" is about the address, "5.2.1" says that the mailbox is closed.
_NO_SUCH_ADDRESS = re.compile(r"\b5\.(?:1\.[0-6]|1\.10|2\.1)\b")


class RecipientRefusedError(DeliveryError):
    """The server will not take this mail, now or later."""


class UnknownRecipientError(RecipientRefusedError):
    """The server does not know the address."""


@contextlib.contextmanager
def connected() -> Iterator[object]:
    """A connection to the mail server; raises NotSentError when there is none to be had.

    Opened before a mail is marked as being sent: what fails here was certainly not sent.
    """
    connection = get_connection()
    try:
        connection.open()
        # Anymail asks the mail service over HTTP.
        if session := getattr(connection, "session", None):
            limit(session)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError(_said(error)) from error
    try:
        yield connection
    finally:
        # What was sent stays sent, even if the server does not say goodbye.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            connection.close()


def post(message: EmailMultiAlternatives, connection: object) -> None:
    """Raises NotSentError, Uncertain, Refused or UnknownRecipientError; silence means that it was taken."""
    try:
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        _raise_for(*next(iter(error.recipients.values())), error)
    except smtplib.SMTPSenderRefused as error:
        raise NotSentError(_said(error)) from error
    except smtplib.SMTPResponseException as error:
        _raise_for(error.smtp_code, error.smtp_error, error)
    except AnymailRecipientsRefused as error:
        raise UnknownRecipientError("The mail service refused the address.") from error
    except AnymailError as error:
        _raise_for_service(error)
    except (OSError, smtplib.SMTPException) as error:
        # Nobody knows how far it came: the server may have taken it before the line broke.
        raise DeliveryUnknownError(_said(error)) from error


def _raise_for(code: int, said: bytes | str, error: Exception) -> None:
    """RFC 5321: a code of 400 and more is an answer that the mail was not taken, 500 for good."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    told = f"{code} {words}"
    if code < 500:
        raise NotSentError(told) from error
    if _NO_SUCH_ADDRESS.search(words):
        raise UnknownRecipientError(told) from error
    raise RecipientRefusedError(told) from error


def _raise_for_service(error: AnymailError) -> None:
    code = error.status_code
    if code is None:
        raise (NotSentError if _never_left(error) else DeliveryUnknownError)(
            _said(error)
        ) from error
    told = f"The mail service answered {code}."
    if code in {401, 403, 429, 503}:
        # Not let in, too much at once, or closed for the moment.
        raise NotSentError(told) from error
    raise (RecipientRefusedError if code < 500 else DeliveryUnknownError)(told) from error


def _never_left(error: AnymailError) -> bool:
    cause = error.__cause__
    reason = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
    return isinstance(cause, ConnectTimeout) or isinstance(reason, NewConnectionError)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    return f"{type(error).__name__}: the mail server cannot be reached or broke off."
