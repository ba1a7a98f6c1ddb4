"""Published bots as they would run with these settings: their check, their endpoints, their secrets."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from branchline.bot.inspect import inspect
from branchline.bot.model import Bot
from branchline.errors import Refusal
from branchline.fulfillment.addresses import Opened, opened
from branchline.fulfillment.urls import problem as url_problem
from branchline.service.doctor.finding import Finding, Findings, error, good, note, warning
from branchline.service.secrets import Secrets
from branchline.settings import Settings
from branchline.store.port import Store

_decode = msgspec.json.Decoder(Bot).decode


async def look(
    store: Store, settings: Settings, secret_key: str, environment: Mapping[str, str], example: str = ""
) -> list[Finding]:
    """`example`: host and port of the demo's order service. Its secret is new whenever the demo starts."""
    secrets = Secrets(store, secret_key, environment)
    await secrets.refresh()
    found = list(sealed(secrets, list(await store.secrets())))
    inside = opened(settings.open_hosts, settings.open_networks, settings.allow_http)
    versions = await store.versions()
    if not versions:
        found.append(note("bot.none", "No bot is published.", "`branchline publish FILE`."))
    for version in versions:
        try:
            bot = _decode(version.definition)
        except msgspec.MsgspecError as problem:
            says = f"Bot {version.bot} version {version.number} cannot be read: {problem}."
            found.append(error("bot.unreadable", says, "Publish it again."))
            continue
        its = [*_checked(bot), *endpoints(bot, inside, secrets, example)]
        found += its or [good("bot.runs", f"Bot {bot.bot}, version {version.number}, is in order.")]
    return found


def sealed(secrets: Secrets, names: list[str]) -> Findings:
    for name in names:
        try:
            secrets.value(name)
        except Refusal as refusal:
            yield error(
                "secret.sealed", f"The secret {name!r} cannot be opened: {refusal}", "Give the key that sealed it."
            )
    if names:
        yield note("secret.count", f"{len(names)} secrets are kept, sealed.")


def _checked(bot: Bot) -> Findings:
    errors = [issue for issue in inspect(bot) if issue.severity == "error"]
    if errors:
        yield warning(
            "bot.issues",
            f"Bot {bot.bot} has {len(errors)} errors by the check of this version, the first: {errors[0].message}",
            f"`branchline export {bot.bot}`, mend it, and publish it again.",
        )


def endpoints(bot: Bot, inside: Opened, secrets: Secrets, example: str = "") -> Findings:
    for name, endpoint in bot.endpoints.items():
        shown = f"{bot.bot}/{name}"
        if endpoint.disabled:
            yield note("endpoint.disabled", f"Endpoint {shown} is switched off in the bot.")
            continue
        if example and urlsplit(endpoint.url).netloc == example:
            continue
        wrong = url_problem(endpoint.url, inside)
        if wrong is not None:
            yield warning(
                "endpoint.blocked",
                f"No call will go to endpoint {shown}: {wrong}",
                "Change its URL, or open its address: settings open_hosts, open_networks, allow_http.",
            )
        try:
            for value in endpoint.headers.values():
                secrets.insert(value)
            for secret in endpoint.signing:
                secrets.value(secret)
        except Refusal as refusal:
            yield warning("endpoint.secret", f"Calls to endpoint {shown} fail: {refusal}", "Set the secret.")
