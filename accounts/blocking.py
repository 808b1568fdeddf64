"""Lists of domains and addresses that moderators keep out."""

import ipaddress

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from accounts.models import BlockedAddress, BlockedDomain


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
    host = host.partition("/")[0].partition(":")[0].strip(".")
    if "." not in host or " " in host:
        raise ValidationError("Write a domain like example.org.")
    return host.encode("idna").decode() if not host.isascii() else host


def normal_network(text: str) -> str:
    """ "203.0.113.9" gives "203.0.113.9/32"; the bits behind the prefix are cleared."""
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        raise ValidationError(
            "Write an address like 203.0.113.9 or a network like 203.0.113.0/24."
        ) from None


def _above(host: str) -> set[str]:
    """ "a.b.example.org" gives itself, "b.example.org", "example.org"."""
    parts = host.lower().rstrip(".").split(".")
    return {".".join(parts[start:]) for start in range(len(parts) - 1)}
