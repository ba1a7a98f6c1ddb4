"""Settings that do not go together, or that open more than they should."""

from collections.abc import Mapping
from ipaddress import ip_network
from urllib.parse import urlsplit

from branchline.service.doctor.finding import Findings, good, note, warning
from branchline.settings import Settings, strangers

WIDE = {4: 16, 6: 48}
"""Prefixes shorter than these open whole networks."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1", ""})


def look(settings: Settings, environment: Mapping[str, str]) -> Findings:
    for sentence in strangers(environment):
        yield warning("settings.ignored", sentence, "Correct its name, or remove it.")
    yield from _address(settings)
    yield from _opened(settings)
    if settings.metrics_open and settings.host not in _HERE:
        yield warning(
            "settings.metrics",
            f"/metrics is open to whoever reaches {settings.host}.",
            "Set metrics_token instead of metrics_open, unless only your own network reaches it.",
        )
    if settings.log_level == "debug":
        yield note("settings.log", "The log is at level debug: a line for every turn.", "Set log_level to info.")


def _address(settings: Settings) -> Findings:
    url = urlsplit(settings.public_url)
    if not settings.public_url:
        if settings.host not in _HERE:
            yield warning(
                "settings.public_url",
                "public_url is not set: links in documents and exports lead to the address of this machine.",
                "Set public_url to the address that people use, such as https://bots.example.",
            )
    elif url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
        yield warning(
            "settings.public_url",
            f"public_url is {settings.public_url!r}, which is no address of a website.",
            "Write it as https://bots.example.",
        )
    elif url.scheme == "http" and url.hostname not in _HERE:
        yield warning(
            "settings.public_url",
            f"public_url is {settings.public_url}: what visitors write would travel readable.",
            "Put a proxy with TLS in front, and write https.",
        )
    elif url.hostname not in _HERE and not settings.trusted_proxies and settings.host in _HERE:
        yield warning(
            "settings.trusted_proxies",
            "A proxy stands in front, but trusted_proxies is empty: all visitors share one limit of starts.",
            "Set trusted_proxies to the address from which the proxy connects, such as 127.0.0.1.",
        )
    else:
        yield good("settings.public_url", f"People reach it at {settings.public_url}.")


def _opened(settings: Settings) -> Findings:
    for text in settings.open_networks:
        try:
            network = ip_network(text, strict=False)
        except ValueError:
            yield warning(
                "settings.open_networks",
                f"open_networks holds {text!r}, which is no network.",
                "Write it as 10.20.0.0/24; `serve` refuses to start with it.",
            )
            continue
        if network.prefixlen < WIDE[network.version]:
            yield warning(
                "settings.open_networks",
                f"open_networks opens {text}, {network.num_addresses:,} addresses inside, to whoever writes bots.",
                "Open the hosts that are needed: open_hosts.",
            )
    if settings.allow_http:
        yield warning(
            "settings.allow_http",
            "allow_http is on: data may travel to endpoints readable.",
            "Give endpoints TLS and switch it off, unless every one stands on this machine.",
        )
    if not settings.allow_http and not settings.open_networks and not settings.open_hosts:
        yield good("settings.open", "Calls go to public addresses over https only.")
