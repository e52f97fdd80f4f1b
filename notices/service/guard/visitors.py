"""Who asks, as far as a network address tells it: what limits count by."""

from ipaddress import IPv6Address, IPv6Network, ip_address

PREFIX = 64
"""Bits of an IPv6 address that a provider gives to one subscriber (RFC 6177, 2)."""


def visitor(address: str) -> str:
    """What stands for everybody who may have this address; others as they are.

    Whoever has one IPv6 address has the whole network of 64 bits, and could come from
    another address each time.

    >>> visitor("2001:db8:1:2:aaaa::1"), visitor("::ffff:192.0.2.7")
    ('2001:db8:1:2::/64', '192.0.2.7')
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(IPv6Network((ip, PREFIX), strict=False))
