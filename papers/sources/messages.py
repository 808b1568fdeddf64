"""Messages for users about a catalogue's answer, translated."""

from django.utils.translation import gettext as _


def knows_no_paper(service: str, paper: str) -> str:
    """Return the message for a paper that the service does not have."""
    return _("%(service)s has no paper %(paper)s.") % {"service": service, "paper": paper}


def cannot_be_read(service: str) -> str:
    """Return the message for an answer that is not in the expected format."""
    return _("The response from %(service)s could not be read.") % {"service": service}


def access_denied(service: str) -> str:
    """Return the message for a login or key that the service rejects."""
    return _("%(service)s denied us access.") % {"service": service}


def service_message(service: str, message: str) -> str:
    """Return the service's own message, in whatever language it is."""
    return _("%(service)s says: %(words)s") % {"service": service, "words": message}


def has_no_title(service: str) -> str:
    """Return the message for a paper that the service has without a title."""
    return _("%(service)s has this paper, but no title for it.") % {"service": service}


def has_a_fault(service: str) -> str:
    """Return the message for a fault of the service, such as status 500."""
    return _("%(service)s is having problems. Try again later.") % {"service": service}


def did_not_understand(service: str, question: str) -> str:
    """Return the message for a request that the service rejects."""
    return _("%(service)s could not process %(question)s.") % {
        "service": service,
        "question": question,
    }
