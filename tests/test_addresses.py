"""Only the public internet may be asked."""

from __future__ import annotations

import pytest

from digest.sources.addresses import refusal


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "151.101.1.42", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a04:4e42::811", "::ffff:8.8.8.8"],
)
def test_public_addresses_are_asked(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("10.0.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("169.254.169.254", "link-local"),
        ("100.64.0.1", "CGNAT"),
        ("100.127.255.255", "CGNAT"),
        ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "unspecified"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.255", "multicast"),
        ("255.255.255.255", "special"),
        ("240.0.0.1", "special"),
        ("192.0.2.1", "special"),
        ("198.18.0.1", "special"),
        ("192.88.99.1", "6to4"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("fc00::1", "private"),
        ("fd12:3456::1", "private"),
        ("fec0::1", "private"),
        ("ff02::1", "multicast"),
        ("64:ff9b::a00:1", "NAT64"),
        ("64:ff9b::808:808", "NAT64"),
        ("64:ff9b:1::1", "NAT64"),
        ("2002:7f00:1::", "6to4"),
        ("2001:0:4136:e378::", "Teredo"),
        ("2001:db8::1", "special"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:a9fe:a9fe", "link-local"),
        ("::127.0.0.1", "special"),
        ("100::1", "special"),
        ("4000::1", "special"),
        ("papers.example", "no IP address"),
    ],
)
def test_others_are_not(address: str, kind: str) -> None:
    assert kind in (refusal(address) or "")
