"""Check IP addresses: only those of the public internet may be fetched.

A source or a redirect must not reach into this machine or its network. Otherwise a mail archive or a cloud's metadata
service could come back as a "dump".

    IPv4: the special-purpose registry of RFC 6890, CGNAT (RFC 6598), multicast (RFC 5771), 6to4 relays (RFC 7526)
    IPv6: only 2000::/3 (RFC 4291), without Teredo (RFC 4380), 6to4 (RFC 3056) and what documents use; NAT64
          (RFC 6052, RFC 8215) is outside of 2000::/3; IPv4-mapped addresses are checked as the IPv4 address in them
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

__all__ = ["refusal"]

# The first network that contains an address gives its name.
_NETWORKS = tuple(
    (ip_network(network), kind)
    for network, kind in (
        ("0.0.0.0/8", "an unspecified address"),
        ("127.0.0.0/8", "a loopback address"),
        ("10.0.0.0/8", "a private address"),
        ("172.16.0.0/12", "a private address"),
        ("192.168.0.0/16", "a private address"),
        ("169.254.0.0/16", "a link-local address"),
        ("100.64.0.0/10", "a carrier's private address (CGNAT)"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("224.0.0.0/4", "a multicast address"),
        ("::/128", "an unspecified address"),
        ("::1/128", "a loopback address"),
        ("fc00::/7", "a private address"),
        ("fec0::/10", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("ff00::/8", "a multicast address"),
        ("64:ff9b::/96", "a NAT64 address"),
        ("64:ff9b:1::/48", "a NAT64 address"),
        ("2001::/32", "a Teredo address"),
        ("2002::/16", "a 6to4 address"),
        ("3fff::/20", "an address for documents"),
    )
)
_UNICAST = IPv6Network("2000::/3")


def refusal(address: str) -> str | None:
    """The reason not to fetch from this IP address, such as "a loopback address"; None if it is public."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return "no IP address"
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return refusal(str(ip.ipv4_mapped))
        ip = IPv6Address(int(ip))  # without its zone: fe80::1%eth0
    for network, kind in _NETWORKS:
        if ip in network:
            return kind
    if ip.is_global and not ip.is_reserved and not ip.is_multicast and (ip.version == 4 or ip in _UNICAST):
        return None
    return "an address for special use"
