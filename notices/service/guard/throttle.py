"""By what one visitor is counted who has not said who he is."""

from ipaddress import IPv4Address, IPv6Address, ip_address

_PREFIX = 64


def visitor_key(address: str) -> str:
    """The network of an address: IPv6 by its first 64 bits, as one household has them.

    >>> visitor_key("2001:db8:1:2:3:4:5:6"), visitor_key("192.0.2.7")
    ('2001:db8:1:2::/64', '192.0.2.7')
    >>> visitor_key("::ffff:192.0.2.7"), visitor_key("no address")
    ('192.0.2.7', '')
    """
    found = _read(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        network = IPv6Address(int(found) >> _PREFIX << _PREFIX)
        return f"{network}/{_PREFIX}"
    return str(found) if found else ""


def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None
