"""What people are told about a catalogue's answer, in their language."""

from django.utils.translation import gettext as _


def knows_no_paper(service: str, paper: str) -> str:
    return _("%(service)s knows no paper %(paper)s.") % {"service": service, "paper": paper}


def cannot_be_read(service: str) -> str:
    return _("The answer of %(service)s cannot be read.") % {"service": service}


def lets_nobody_in(service: str) -> str:
    return _("%(service)s does not let us in.") % {"service": service}


def says(service: str, words: str) -> str:
    """What it said itself, in whatever language."""
    return _("%(service)s says: %(words)s") % {"service": service, "words": words}


def has_no_title(service: str) -> str:
    return _("%(service)s knows this paper, but no title for it.") % {"service": service}


def has_a_fault(service: str) -> str:
    return _("%(service)s has a fault just now.") % {"service": service}


def did_not_understand(service: str, question: str) -> str:
    return _("%(service)s did not understand %(question)s.") % {
        "service": service,
        "question": question,
    }
