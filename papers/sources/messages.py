"""What people are told about a catalogue's answer, in their language."""

from django.utils.translation import gettext as _


def knows_no_paper(service: str, paper: str) -> str:
    return _("%(service)s has no paper %(paper)s.") % {"service": service, "paper": paper}


def cannot_be_read(service: str) -> str:
    return _("The response from %(service)s could not be read.") % {"service": service}


def lets_nobody_in(service: str) -> str:
    return _("%(service)s denied us access.") % {"service": service}


def says(service: str, words: str) -> str:
    """What it said itself, in whatever language."""
    return _("%(service)s says: %(words)s") % {"service": service, "words": words}


def has_no_title(service: str) -> str:
    return _("%(service)s has this paper, but no title for it.") % {"service": service}


def has_a_fault(service: str) -> str:
    return _("%(service)s is having problems. Try again later.") % {"service": service}


def did_not_understand(service: str, question: str) -> str:
    return _("%(service)s could not process %(question)s.") % {
        "service": service,
        "question": question,
    }
