"""Pass one mail to the mail server, exactly once, and report what is known afterwards."""

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

# RFC 3463: "5.1.x" is about the address, "5.2.1" means that the mailbox is closed.
_NO_SUCH_ADDRESS = re.compile(r"\b5\.(?:1\.[0-6]|1\.10|2\.1)\b")


class RecipientRefusedError(DeliveryError):
    """The server refuses this mail permanently."""


class UnknownRecipientError(RecipientRefusedError):
    """The server does not know the address."""


@contextlib.contextmanager
def connected() -> Iterator[object]:
    """Yield a connection to the mail server.

    Raises NotSentError when it cannot be opened. It is opened before a mail is marked as being
    sent: what fails here was certainly not sent.
    """
    connection = get_connection()
    try:
        connection.open()
        # Anymail calls the mail service over HTTP.
        if session := getattr(connection, "session", None):
            limit(session)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError(_reply_text(error)) from error
    try:
        yield connection
    finally:
        # A mail was sent even if the server then closes the connection without a reply.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            connection.close()


def post(message: EmailMultiAlternatives, connection: object) -> None:
    """Send one message; returning means that the server accepted it.

    Raises NotSentError, DeliveryUnknownError, RecipientRefusedError or UnknownRecipientError.
    """
    try:
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        _raise_for(*next(iter(error.recipients.values())), error)
    except smtplib.SMTPSenderRefused as error:
        raise NotSentError(_reply_text(error)) from error
    except smtplib.SMTPResponseException as error:
        _raise_for(error.smtp_code, error.smtp_error, error)
    except AnymailRecipientsRefused as error:
        raise UnknownRecipientError("The mail service refused the address.") from error
    except AnymailError as error:
        _raise_for_service(error)
    except (OSError, smtplib.SMTPException) as error:
        # The server may have accepted the mail before the connection broke.
        raise DeliveryUnknownError(_reply_text(error)) from error


def _raise_for(code: int, reply: bytes | str, error: Exception) -> None:
    """Raise the error for an SMTP reply code: 4xx is temporary, 5xx permanent (RFC 5321)."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    message = f"{code} {text}"
    if code < 500:
        raise NotSentError(message) from error
    if _NO_SUCH_ADDRESS.search(text):
        raise UnknownRecipientError(message) from error
    raise RecipientRefusedError(message) from error


def _raise_for_service(error: AnymailError) -> None:
    code = error.status_code
    if code is None:
        raise (NotSentError if _never_left(error) else DeliveryUnknownError)(
            _reply_text(error)
        ) from error
    message = f"The mail service answered {code}."
    if code in {401, 403, 429, 503}:
        # Not authorised, too many requests, or temporarily unavailable.
        raise NotSentError(message) from error
    raise (RecipientRefusedError if code < 500 else DeliveryUnknownError)(message) from error


def _never_left(error: AnymailError) -> bool:
    cause = error.__cause__
    reason = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
    return isinstance(cause, ConnectTimeout) or isinstance(reason, NewConnectionError)


def _reply_text(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
        return f"{error.smtp_code} {text}"
    return f"{type(error).__name__}: the mail server is unreachable or closed the connection."
