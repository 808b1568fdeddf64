"""Lists of domains and addresses that moderators keep out."""

import ipaddress
import re

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import BlockedAddress, BlockedDomain

DOMAIN = re.compile(r"(?!.{254})([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def refuse_address(email: str) -> None:
    """Raises ValidationError for an e-mail address at a blocked domain."""
    if blocked_domains({email.rpartition("@")[2].lower()}):
        raise ValidationError(_("We don't accept addresses from this domain. Use another one."))


def blocked_domains(hosts: set[str]) -> list[str]:
    """Those of `hosts` that are blocked themselves or lie below a blocked domain."""
    above = {host: _above(host) for host in hosts}
    wanted = set().union(*above.values()) if above else set()
    if not wanted:
        return []
    blocked = set(BlockedDomain.objects.filter(domain__in=wanted).values_list("domain", flat=True))
    return sorted(host for host, names in above.items() if names & blocked)


def is_blocked_address(address: str) -> bool:
    """Whether nobody may sign up or post from this IP address now."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    now = timezone.now()
    networks = BlockedAddress.objects.filter(Q(until=None) | Q(until__gt=now))
    return any(
        found in ipaddress.ip_network(network, strict=False)
        for network in networks.values_list("network", flat=True)
    )


def normal_domain(text: str) -> str:
    """ "https://Example.ORG/" and ".example.org" give "example.org"."""
    host = text.strip().lower().partition("://")[2] or text.strip().lower()
    host = host.partition("/")[0].rpartition("@")[2].partition(":")[0].strip(".")
    try:
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        host = ""
    if not DOMAIN.fullmatch(host):
        raise ValidationError("Write a domain like example.org.")
    return host


def normal_network(text: str) -> str:
    """ "203.0.113.9" gives "203.0.113.9/32"; the bits behind the prefix are cleared."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
        if network.prefixlen < (8 if network.version == 4 else 16):
            raise ValueError("half the world")
        return str(network)
    except ValueError:
        raise ValidationError(
            "Write an address like 203.0.113.9 or a network like 203.0.113.0/24."
        ) from None


def _above(host: str) -> set[str]:
    """ "a.b.example.org" gives itself, "b.example.org", "example.org"."""
    parts = host.lower().rstrip(".").split(".")
    return {".".join(parts[start:]) for start in range(len(parts) - 1)}
