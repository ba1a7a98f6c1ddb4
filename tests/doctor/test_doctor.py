"""Every planted fault is found, with what to do; an installation in order is said to be."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tools.postgres import PASSWORD_IN_URL

import postgres
from branchline.bot.parse import read
from branchline.fulfillment.breaker import Breaker
from branchline.service.clock import system_clock
from branchline.service.doctor import Finding, examine
from branchline.service.secrets import Secrets
from branchline.settings import Settings
from branchline.store import open_store
from branchline.store.port import Store
from branchline.store.tables import deliveries, targets
from branchline.store.tables.marks import BACKUP, mark
from branchline.store.tables.targets import Target
from store.samples import call, following, save_all, started, uuid_of
from stories.bots import asking

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
DAY_MS = 86_400_000


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """An installation in order: a bot, a secret, a backup of today."""
    path = tmp_path / "branchline.db"
    store = await opened(path)
    await publish(store, asking("https://orders.example"))
    await Secrets(store, KEY).set("token", "abc")
    await mark(store.tables, BACKUP, system_clock())
    await store.close()
    return path


async def opened(path: Path) -> Store:
    store = open_store(f"sqlite:///{path}", exclusive=False)
    await store.open()
    return store


async def publish(store: Store, text: str) -> None:
    bot = read(text.encode(), "bot.yaml").bot
    assert bot is not None
    await store.publish(bot.bot, msgspec.json.encode(bot), text.encode(), system_clock(), "", [])


async def look(path: Path, key: str = KEY, now: int | None = None, **settings: Any) -> list[Finding]:
    made = Settings(database=f"sqlite:///{path}", **settings)
    return await examine(made, key, {}, system_clock if now is None else lambda: now)


def wrong(found: list[Finding]) -> dict[str, str]:
    assert all(one.do for one in found if one.severity in {"warning", "error"}), "what is wrong says what to do"
    return {one.code: one.severity for one in found if one.severity in {"warning", "error"}}


async def test_an_installation_in_order_is_said_to_be(path: Path) -> None:
    before = path.read_bytes()
    found = await look(path, public_url="https://bots.example", trusted_proxies=("127.0.0.1",))
    assert wrong(found) == {}
    assert {"database.whole", "clock.right", "sweep.kept", "bot.runs", "backup.made"} <= {one.code for one in found}
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"host": "192.0.2.1"}, "settings.public_url"),
        ({"public_url": "bots.example"}, "settings.public_url"),
        ({"public_url": "http://bots.example"}, "settings.public_url"),
        ({"public_url": "https://bots.example"}, "settings.trusted_proxies"),
        ({"open_networks": ("10.0.0.0/8",)}, "settings.open_networks"),
        ({"allow_http": True}, "settings.allow_http"),
        ({"host": "0.0.0.0", "metrics_open": True, "public_url": "https://b.example"}, "settings.metrics"),
    ],
)
async def test_settings_that_open_too_much_are_said(path: Path, settings: dict[str, Any], code: str) -> None:
    assert wrong(await look(path, **settings)) == {code: "warning"}


def missing(path: Path) -> None:
    path.unlink()


def foreign(path: Path) -> None:
    path.write_text("hello")


def damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8_192:40_000] = b"\xaa" * (40_000 - 8_192)
    path.write_bytes(content)


def newer(path: Path) -> None:
    _run(path, "pragma user_version = 9000")


def older(path: Path) -> None:
    _run(path, "pragma user_version = 1")


def _run(path: Path, sql: str) -> None:
    db = sqlite3.connect(path)
    db.execute(sql)
    db.commit()
    db.close()


@pytest.mark.parametrize("plant", [missing, foreign, damaged, newer, older], ids=lambda plant: plant.__name__)
async def test_a_database_that_cannot_be_used_is_an_error(path: Path, plant: Callable[[Path], None]) -> None:
    plant(path)
    found = wrong(await look(path))
    assert found.get(f"database.{plant.__name__}") == "error"


async def test_a_database_that_others_may_read_is_said(path: Path) -> None:
    os.chmod(path, 0o644)
    assert wrong(await look(path)) == {"database.private": "warning"}


async def test_a_key_that_did_not_seal_the_secrets_is_an_error(path: Path) -> None:
    assert wrong(await look(path, key=KEY[::-1].replace("=", "") + "=")) == {"secret.sealed": "error"}
    assert wrong(await look(path, key="")) == {"secret.sealed": "error"}


async def test_a_clock_that_is_wrong_is_an_error(path: Path) -> None:
    store = open_store(f"sqlite:///{path}")
    await store.open()
    await save_all(store, started(1, created_at=system_clock() + DAY_MS))
    await store.close()
    assert wrong(await look(path))["clock.behind"] == "error"
    assert wrong(await look(path, now=1_000))["clock.wrong"] == "error"


async def test_what_is_stuck_is_said(path: Path) -> None:
    now = system_clock()
    store = open_store(f"sqlite:///{path}")
    await store.open()
    first = started(1, bot="asker", idle_at=now - DAY_MS)
    await save_all(store, first, following(first.interaction, owes=call("t", first.interaction, until=now - DAY_MS)))
    await store.set_breaker("asker/system", msgspec.json.encode(Breaker(5, 30_000, now + 30_000)))
    made = {"bot": "asker", "url": "https://crm.example", "headers": (), "signing": (), "condition": "all"}
    for name in ("crm", "old"):
        target = Target(id=name, name=name, blocks=(), since=now, created_at=now, updated_at=now, **made)
        await store.tables.write(targets.insert(target))
    await store.tables.write(
        deliveries.owe(1, uuid_of(1), "asker", handled=True, base="", at=now - DAY_MS),
        targets.disable("old", "gone", now),
    )
    await mark(store.tables, BACKUP, now - 30 * DAY_MS)
    await store.close()
    assert wrong(await look(path)) == dict.fromkeys(
        ("sweep.late", "calls.unheld", "endpoint.open", "delivery.stuck", "target.disabled", "backup.old"), "warning"
    )


async def test_bots_that_would_not_get_through_are_said(path: Path) -> None:
    store = await opened(path)
    more = {"headers": {"Authorization": "Bearer {{ secret.nowhere }}"}}
    await publish(store, asking("https://127.0.0.1", **more))
    await store.close()
    assert wrong(await look(path)) == {"endpoint.blocked": "warning", "endpoint.secret": "warning"}
    assert wrong(await look(path, open_hosts=("127.0.0.1",))) == {"endpoint.secret": "warning"}


async def test_an_installation_on_postgresql_is_looked_at_too_and_its_password_is_not_shown() -> None:
    with postgres.database() as name:
        url = postgres.server().tcp_url(name)
        store = open_store(url, exclusive=False)
        await store.open()
        await publish(store, asking("https://orders.example"))
        await mark(store.tables, BACKUP, system_clock())
        await store.close()
        found = await examine(Settings(database=url), KEY, {}, system_clock)
        assert wrong(found) == {}
        assert {"database.open", "bot.runs", "backup.made"} <= {one.code for one in found}
    away = await examine(Settings(database=url), KEY, {}, system_clock)
    assert wrong(away) == {"database.open": "error"}
    assert PASSWORD_IN_URL not in repr(away)
