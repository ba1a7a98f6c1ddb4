"""The address table: which addresses calls may be dialled to (contract §4). Pure.

Only global unicast. Rows are those of the IANA special-purpose address registries (RFC 6890 and its updates), multicast
and reserved space; every row is refused, also those that the registry calls globally reachable (anycast services are
no endpoints), because `ipaddress.is_global` follows that column and lets 192.0.0.192, 168.63.129.16, 64:ff9b::/96 and
2002::/16 through. An IPv4 address wrapped in IPv6 is judged by the inner address.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from msgspec import Struct

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_V4 = tuple(
    (IPv4Network(network), what)
    for network, what in (
        ("0.0.0.0/8", "this host"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a carrier (CGNAT)"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "for documentation"),
        ("192.31.196.0/24", "a shared service (AS112)"),
        ("192.52.193.0/24", "a shared service (AMT)"),
        ("192.88.99.0/24", "a retired relay (6to4)"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "a shared service (AS112)"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)

_V6 = tuple(
    (IPv6Network(network), what)
    for network, what in (
        ("::1/128", "loopback"),
        ("::/128", "unspecified"),
        ("::/96", "a retired wrapping of IPv4"),
        ("64:ff9b:1::/48", "local (NAT64)"),
        ("100::/64", "for discarding"),
        ("2001::/32", "a tunnel (Teredo)"),
        ("2001:db8::/32", "for documentation"),
        ("2001::/23", "reserved for protocols"),
        ("2002::/16", "a tunnel (6to4)"),
        ("2620:4f:8000::/48", "a shared service (AS112)"),
        ("3fff::/20", "for documentation"),
        ("5f00::/16", "for segment routing"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private (site-local)"),
        ("ff00::/8", "multicast"),
    )
)

_GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = IPv6Network("::/96")

# Link-local as a whole: it is where metadata services live, under more addresses than any list knows.
_METADATA: tuple[Network, ...] = tuple(
    ip_network(network)
    for network in (
        "169.254.0.0/16",
        "168.63.129.16/32",
        "100.100.100.200/32",
        "192.0.0.192/32",
        "fe80::/10",
        "fd00:ec2::/32",
        "fd00:42::42/128",
        "fd20:ce::254/128",
    )
)


class Opened(Struct, frozen=True):
    """What the operator opened. Hosts are `host` or `host:port` (`[address]:port` for IPv6), in lower case."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    http: bool = False

    def opens_host(self, host: str, port: int | None) -> bool:
        """Whether the operator opened the host that the URL names (its name or literal address) on this port."""
        if not self.hosts or not host:
            return False
        name = host.rstrip(".")
        return name in self.hosts or f"{f'[{name}]' if ':' in name else name}:{port}" in self.hosts


NOTHING_OPENED = Opened()


def opened(hosts: tuple[str, ...] = (), networks: tuple[str, ...] = (), http: bool = False) -> Opened:
    """Read the operator's settings; ValueError with a sentence for a network or a host that cannot be read."""
    parsed = []
    for network in networks:
        try:
            parsed.append(ip_network(network.strip()))
        except ValueError as error:
            raise ValueError(f"{network!r} is not a network ({error}). Write it as 10.1.0.0/16 or fd12::/32.") from None
    return Opened(frozenset(_host(host) for host in hosts), tuple(parsed), http)


def _host(text: str) -> str:
    host = text.strip().lower()
    if not host or any(character in host for character in "/@?#* \\"):
        raise ValueError(f"{text!r} is not a host. Write host, host:port or [address]:port, without https://.")
    if host.count(":") > 1 and not host.startswith("["):
        return str(ip_address(host))
    if host.startswith("["):
        inside, _, rest = host[1:].partition("]")
        return f"[{ip_address(inside)}]{rest}" if rest else str(ip_address(inside))
    name, colon, port = host.partition(":")
    return name.rstrip(".") + colon + port


def refusal(address: str, opened: Opened = NOTHING_OPENED, *, host: str = "", port: int | None = None) -> str | None:
    """Say why `address` (canonical text, as a socket takes it) may not be dialled; None if it may.

    `host` and `port` are what the URL names: the operator may have opened them. Metadata services stay closed.
    """
    problem = _standing(address)
    if problem is None:
        return None
    what, closed = problem
    if not closed and (opened.opens_host(host, port) or _inside(address, opened.networks)):
        return None
    return f"The address {address} is {what}. Calls go to public addresses only."


@lru_cache(maxsize=4096)
def _standing(address: str) -> tuple[str, bool] | None:
    """Give what is special about an address and whether it stays closed even when the operator opens it."""
    try:
        parsed = _unmapped(ip_address(address))
    except ValueError:
        return "not an IP address", True
    if isinstance(parsed, IPv6Address) and parsed.scope_id:
        return "link-local", True
    if any(_in_any(one, _METADATA) for one in (parsed, *_wrapped(parsed))):
        return "that of a metadata service or link-local", True
    what = _special(parsed)
    return None if what is None else (what, False)


def _special(address: Address) -> str | None:
    if isinstance(address, IPv4Address):
        return next((what for network, what in _V4 if address in network), None)
    wrapped = _wrapped(address)
    if address not in _NAT64:
        what = next((what for network, what in _V6 if address in network), None)
        if what is None and address not in _GLOBAL_UNICAST_V6:
            what = "outside the public range"
        if what is not None:
            return what
    inner = next((what for one in wrapped if (what := _special(one)) is not None), None)
    return None if inner is None else f"a wrapping of one that is {inner}"


def _wrapped(address: Address) -> tuple[IPv4Address, ...]:
    """Give every IPv4 address that an IPv6 address may carry inside."""
    if isinstance(address, IPv4Address):
        return ()
    bits = int(address)
    found = []
    if address in _COMPATIBLE or address in _NAT64:
        found.append(bits & 0xFFFFFFFF)
    if address in _NAT64_LOCAL:
        # RFC 6052 §2.2: behind a /48 prefix around the reserved octet, behind a /96 at the end; both are in use.
        found += [bits & 0xFFFFFFFF, ((bits >> 64) & 0xFFFF) << 16 | ((bits >> 40) & 0xFFFF)]
    if address.sixtofour is not None:
        found.append(int(address.sixtofour))
    if address.teredo is not None:
        found += [int(one) for one in address.teredo]
    if (bits >> 32) & 0xFCFFFFFF == 0x5EFE:
        # ISATAP, RFC 5214 §6.1: ::0:5efe:a.b.c.d or ::200:5efe:a.b.c.d as the interface identifier.
        found.append(bits & 0xFFFFFFFF)
    return tuple(IPv4Address(one) for one in found)


def _unmapped(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped


def _in_any(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _inside(address: str, networks: tuple[Network, ...]) -> bool:
    return bool(networks) and _in_any(_unmapped(ip_address(address)), networks)
