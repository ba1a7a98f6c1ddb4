"""Calls go to global unicast addresses only, in whatever wrapping (contract §4)."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.fulfillment.addresses import opened, refusal

# The rows of the IANA special-purpose address registries for IPv4 and IPv6, and what is no unicast or not handed out.
SPECIAL_V4 = [
    "0.0.0.0/8",
    "0.0.0.0/32",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.0.0/29",
    "192.0.0.8/32",
    "192.0.0.9/32",
    "192.0.0.10/32",
    "192.0.0.170/32",
    "192.0.0.171/32",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "240.0.0.0/4",
    "255.255.255.255/32",
    "224.0.0.0/4",
    "192.0.0.192/32",
    "168.63.129.16/32",
]
SPECIAL_V6 = [
    "::1/128",
    "::/128",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23",
    "2001::/32",
    "2001:1::1/128",
    "2001:1::2/128",
    "2001:1::3/128",
    "2001:2::/48",
    "2001:3::/32",
    "2001:4:112::/48",
    "2001:10::/28",
    "2001:20::/28",
    "2001:30::/28",
    "2001:db8::/32",
    "2002::/16",
    "2620:4f:8000::/48",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
    "::/96",
    "4000::/3",
    "8000::/1",
]
METADATA = [
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "169.254.42.42",
    "169.254.0.23",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd00:42::42",
    "fd20:ce::254",
    "fe80::a9fe:a9fe",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::100.100.100.200",
    "64:ff9b:1::a9fe:a9fe",
    "64:ff9b:1:a9fe:a9:fe00::",
    "2002:a9fe:a9fe::",
    "::169.254.169.254",
    "2606:4700::5efe:169.254.169.254",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.9.9.9",
    "185.199.108.153",
    "192.0.1.1",
    "198.20.0.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450::1",
]
EVERYTHING = opened((), ("0.0.0.0/0", "::/0"))

v4 = st.integers(0, 2**32 - 1).map(IPv4Address)
v6 = st.integers(0, 2**128 - 1).map(IPv6Address)


@pytest.mark.parametrize("network", SPECIAL_V4 + SPECIAL_V6)
def test_no_address_of_a_special_range_is_dialled(network: str):
    parsed = ip_network(network)
    for one in {parsed[0], parsed[-1], parsed[parsed.num_addresses // 2]}:
        assert refusal(str(one)) is not None


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_dialled(address: str):
    assert refusal(address) is None


@pytest.mark.parametrize("address", METADATA)
def test_metadata_services_stay_closed_whatever_the_operator_opens(address: str):
    bracketed = f"[{address}]" if ":" in address else address
    for all_open in (
        EVERYTHING,
        opened((bracketed, f"{bracketed}:80"), (f"{address}/{32 if '.' in address and ':' not in address else 128}",)),
    ):
        assert refusal(address, all_open, host=address, port=80) is not None


@given(v4)
def test_a_mapped_address_is_judged_like_the_address_inside(address: IPv4Address):
    assert (refusal(f"::ffff:{address}") is None) == (refusal(str(address)) is None)


@given(v4)
def test_a_translated_address_is_judged_like_the_address_inside(address: IPv4Address):
    assert (refusal(str(IPv6Address(int(IPv6Address("64:ff9b::")) + int(address)))) is None) == (
        refusal(str(address)) is None
    )


@given(
    v4,
    st.sampled_from(
        ["2002:{high:x}:{low:x}::1", "2001:0:{high:x}:{low:x}::1", "::{high:x}:{low:x}", "64:ff9b:1::{high:x}:{low:x}"]
    ),
)
def test_tunnels_and_retired_wrappings_are_never_dialled(address: IPv4Address, shape: str):
    text = shape.format(high=int(address) >> 16, low=int(address) & 0xFFFF)
    assert refusal(text) is not None


@given(st.sampled_from(["127.0.0.1", "10.1.2.3", "192.168.0.1", "100.64.0.1"]), st.sampled_from([0, 0x200]))
def test_an_inner_address_in_an_interface_identifier_is_seen(inner: str, universal: int):
    assert refusal(f"2a00:1450::{universal:x}:5efe:{inner}") is not None


@given(st.one_of(v4, v6))
def test_what_the_library_calls_local_is_never_dialled(address: IPv4Address | IPv6Address):
    mapped = getattr(address, "ipv4_mapped", None)
    inside = mapped or address
    in_nat64 = address in IPv6Network("64:ff9b::/96") if isinstance(address, IPv6Address) else False
    if not in_nat64 and (not inside.is_global or inside.is_multicast):
        assert refusal(str(address)) is not None


@given(v6)
def test_ipv6_outside_of_global_unicast_is_never_dialled(address: IPv6Address):
    wrapped = any(address in IPv6Network(one) for one in ("::ffff:0:0/96", "64:ff9b::/96"))
    if address not in IPv6Network("2000::/3") and not wrapped:
        assert refusal(str(address)) is not None


@pytest.mark.parametrize(
    "text", ["", "localhost", "127.1", "0177.0.0.1", "2130706433", "1.2.3.4.5", "::1%lo", "fe80::1%eth0"]
)
def test_what_is_no_canonical_address_is_never_dialled(text: str):
    assert refusal(text) is not None
    assert refusal(text, EVERYTHING) is not None


def test_an_opened_network_opens_the_addresses_inside_and_no_other():
    inside = opened((), ("10.1.0.0/16", "fd12::/32"))
    assert refusal("10.1.2.3", inside) is None
    assert refusal("::ffff:10.1.2.3", inside) is None
    assert refusal("fd12::1", inside) is None
    for other in ("10.2.0.1", "127.0.0.1", "fd13::1", "64:ff9b::10.1.2.3"):
        assert refusal(other, inside) is not None


def test_an_opened_host_opens_only_that_host():
    inside = opened(("orders.internal", "10.9.9.9", "[::1]:8080", "crm.internal:8443"))
    assert refusal("10.0.0.5", inside, host="orders.internal", port=443) is None
    assert refusal("10.0.0.5", inside, host="orders.internal.", port=80) is None
    assert refusal("10.9.9.9", inside, host="10.9.9.9", port=1) is None
    assert refusal("::1", inside, host="::1", port=8080) is None
    assert refusal("10.0.0.6", inside, host="crm.internal", port=8443) is None
    assert refusal("::1", inside, host="::1", port=80) is not None
    assert refusal("10.0.0.6", inside, host="crm.internal", port=443) is not None
    assert refusal("10.0.0.5", inside, host="xorders.internal", port=443) is not None
    assert refusal("10.0.0.5", inside) is not None
    assert refusal("10.9.9.9", inside, host="evil.example", port=443) is not None


@pytest.mark.parametrize("host", ["https://a.example", "a/b", "user@host", "", "*", "a b"])
def test_a_setting_that_is_no_host_is_refused_with_a_sentence(host: str):
    with pytest.raises(ValueError, match="Write host"):
        opened((host,))


@pytest.mark.parametrize("network", ["10.0.0.1/8", "10.0.0.0/33", "here", ""])
def test_a_setting_that_is_no_network_is_refused_with_a_sentence(network: str):
    with pytest.raises(ValueError, match="Write it as"):
        opened((), (network,))


@given(st.sampled_from(SPECIAL_V4), st.data())
def test_every_address_of_a_special_range_is_refused_in_every_wrapping(network: str, data: st.DataObject):
    parsed = IPv4Network(network)
    address = ip_address(int(parsed[0]) + data.draw(st.integers(0, parsed.num_addresses - 1)))
    for text in (str(address), f"::ffff:{address}", f"::{address}", f"64:ff9b::{address}", f"64:ff9b:1::{address}"):
        assert refusal(text) is not None
