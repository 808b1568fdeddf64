"""Blocked e-mail domains and IP networks."""

import ipaddress
import re

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import BlockedAddress, BlockedDomain

DOMAIN = re.compile(r"(?!.{254})([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def refuse_address(email: str) -> None:
    """Raise ValidationError for an e-mail address at a blocked domain."""
    if blocked_domains({email.rpartition("@")[2].lower()}):
        raise ValidationError(_("We don't accept addresses from this domain. Use another one."))


def blocked_domains(hosts: set[str]) -> list[str]:
    """Return the hosts that are blocked or below a blocked domain, sorted."""
    suffixes_by_host = {host: _above(host) for host in hosts}
    candidates = set().union(*suffixes_by_host.values()) if suffixes_by_host else set()
    if not candidates:
        return []
    blocked = set(
        BlockedDomain.objects.filter(domain__in=candidates).values_list("domain", flat=True)
    )
    return sorted(host for host, suffixes in suffixes_by_host.items() if suffixes & blocked)


def is_blocked_address(address: str) -> bool:
    """Return whether signing up and posting from this IP address are blocked at the moment."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    ip = getattr(ip, "ipv4_mapped", None) or ip
    now = timezone.now()
    networks = BlockedAddress.objects.filter(Q(until=None) | Q(until__gt=now))
    return any(
        ip in ipaddress.ip_network(network, strict=False)
        for network in networks.values_list("network", flat=True)
    )


def normal_domain(text: str) -> str:
    """Return the bare domain in lower case, in its IDNA form.

    "https://Example.ORG/" and ".example.org" give "example.org". Raises ValidationError for
    anything that is not a domain.
    """
    host = text.strip().lower().partition("://")[2] or text.strip().lower()
    host = host.partition("/")[0].rpartition("@")[2].partition(":")[0].strip(".")
    try:
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        host = ""
    if not DOMAIN.fullmatch(host):
        raise ValidationError("Enter a domain like example.org.")
    return host


def normal_network(text: str) -> str:
    """Return a network in CIDR form, with the bits after the prefix cleared.

    "203.0.113.9" gives "203.0.113.9/32". Raises ValidationError for anything that is not a network,
    and for networks larger than /8 (IPv4) or /16 (IPv6).
    """
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
        if network.prefixlen < (8 if network.version == 4 else 16):
            raise ValueError("The network is too large.")
        return str(network)
    except ValueError:
        raise ValidationError(
            "Enter an address like 203.0.113.9 or a network like 203.0.113.0/24."
        ) from None


def _above(host: str) -> set[str]:
    """Return the host and its parent domains, without the top-level domain.

    "a.b.example.org" gives {"a.b.example.org", "b.example.org", "example.org"}.
    """
    parts = host.lower().rstrip(".").split(".")
    return {".".join(parts[start:]) for start in range(len(parts) - 1)}
