"""The widget runs under every content security policy that its snippet names a line for, and needs nothing else."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from running import command
from widget.conftest import BOTS, Shop, bubble, say

NONCE = "r4nd0m"
KINDS = ("scripts by host", "scripts by nonce", "scripts by nonce, with strict-dynamic", "Trusted Types")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory, server: Any) -> Any:
    """What the command prints for this server, by its options."""
    database = f"sqlite:///{tmp_path_factory.mktemp('snippet')}/branchline.db"
    file = BOTS / "kinds.yaml"
    assert command("publish", str(file), "--database", database).returncode == 0

    def snippet(*options: str) -> Any:
        environment = {"BRANCHLINE_PUBLIC_URL": server.address}
        done = command("install-snippet", "kinds", "--database", database, "--json", *options, environment=environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return snippet


def strict(policy: str) -> str:
    """A site that allows nothing but what the printed line says."""
    return f"default-src 'none'; base-uri 'none'; form-action 'none'; {policy}".replace("YOUR-NONCE", NONCE)


def whole_chat(page: Page, shop: Shop) -> None:
    """Words, a choice, a form that is checked, a picture both ways, the end: everything that loads something."""
    page.get_by_role("button", name="markdown", exact=True).click()
    expect(bubble(page, "Bold").locator("strong")).to_be_visible()
    page.get_by_role("button", name="file", exact=True).click()
    expect(bubble(page, "Send a picture.")).to_be_visible()
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
    choose(page, pixel)
    expect(page.locator("a.picture img").first).to_be_visible()
    page.get_by_role("button", name="email", exact=True).click()
    expect(bubble(page, "Your e-mail address?")).to_be_visible()
    say(page, "not@")
    expect(page.locator("#error")).to_be_visible()
    say(page, "ada@example.com")
    expect(bubble(page, "Got ada@example.com.")).to_be_visible()


def choose(page: Page, content: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files({"name": "dot.png", "mimeType": "image/png", "buffer": content})


def listen(page: Page) -> list[str]:
    """Collect what the browser complains about in the console."""
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type in {"error", "warning"} else None)
    return said


@pytest.mark.parametrize("inline", [False, True], ids=["floating", "inline"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_printed_snippet_runs_under_the_printed_policy(
    page: Page, shop: Shop, printed: Any, kind: str, inline: bool
) -> None:
    made = printed(*(["--nonce"] if "nonce" in kind else []), *(["--inline"] if inline else []))
    shop.headers["Content-Security-Policy"] = strict(made["policies"][kind])
    page.add_init_script(
        "addEventListener('securitypolicyviolation', one => console.error(`${one.violatedDirective} ${one.blockedURI}`))"
    )
    said = listen(page)
    page.goto(shop.page("/page", made["html"].replace("YOUR-NONCE", NONCE)))
    if not inline:
        page.locator(".l").click()
    expect(bubble(page, "Which kind?")).to_be_visible()
    whole_chat(page, shop)
    assert said == []


def test_trusted_types_go_with_a_nonce_and_strict_dynamic(page: Page, shop: Shop, printed: Any) -> None:
    made = printed("--nonce")
    line = made["policies"]["scripts by nonce, with strict-dynamic"]
    shop.headers["Content-Security-Policy"] = strict(
        f"require-trusted-types-for 'script'; trusted-types 'none'; {line}"
    )
    page.goto(shop.page("/page", made["html"].replace("YOUR-NONCE", NONCE)))
    page.locator(".l").click()
    expect(bubble(page, "Which kind?")).to_be_visible()
    whole_chat(page, shop)


@pytest.mark.parametrize("inline", [False, True], ids=["floating", "inline"])
def test_no_policy_is_needed(page: Page, shop: Shop, printed: Any, inline: bool) -> None:
    said = listen(page)
    html = printed(*(["--inline"] if inline else []))["html"]
    page.goto(shop.page("/page", html, '<link rel="icon" href="data:,">'))
    if not inline:
        page.locator(".l").click()
    whole_chat(page, shop)
    assert said == []


def test_the_policy_lines_hold_nothing_that_is_not_needed(page: Page, shop: Shop, printed: Any) -> None:
    """Each directive of the line by host is needed: without it something of the chat is missing."""
    line = printed()["policies"]["scripts by host"]
    directives = line.split("; ")
    assert [one.split(" ")[0] for one in directives] == ["script-src", "connect-src", "img-src"]
    shop.headers["Content-Security-Policy"] = strict("; ".join(directives[:1]))
    page.goto(shop.page("/page", shop.tag("kinds")))
    page.locator(".l").click()
    expect(page.get_by_text("The chat could not start.")).to_be_visible()
    # a page that forbids our images gets links in their place
    shop.headers["Content-Security-Policy"] = strict("; ".join(directives[:2]))
    page.goto(shop.page("/other", shop.tag("kinds")))
    if not page.get_by_role("dialog").is_visible():
        page.locator(".l").click()
    page.get_by_role("button", name="file", exact=True).click()
    expect(bubble(page, "Send a picture.")).to_be_visible()
    choose(page, b"\x89PNG not really")
    expect(page.locator("a.file")).to_be_visible()


def test_the_page_of_a_chat_has_a_policy_of_its_own(page: Page, context: BrowserContext, shop: Shop) -> None:
    said = listen(page)
    answer = page.goto(f"{shop.bots}/chat/kinds")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert re.search(r"default-src 'none'.*trusted-types 'none'", policy)
    whole_chat(page, shop)
    assert said == []


def test_the_snippet_of_a_bot_that_is_not_published_is_refused(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/branchline.db"
    assert command("migrate", "--database", database).returncode == 0
    done = command("install-snippet", "nobody", "--database", database)
    assert done.returncode == 1
    assert "nobody" in done.stderr


def test_the_snippet_says_when_nobody_can_reach_it(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/branchline.db"
    file = BOTS / "kinds.yaml"
    assert command("publish", str(file), "--database", database).returncode == 0
    plain = command("install-snippet", "kinds", "--database", database)
    assert plain.returncode == 0
    assert "public_url" in plain.stderr
    assert "http://127.0.0.1:8321/w/loader.js" in plain.stdout
    environment = {"BRANCHLINE_PUBLIC_URL": "https://bots.example/chat-server/"}
    told = command("install-snippet", "kinds", "--database", database, environment=environment)
    assert told.stderr == ""
    assert 'src="https://bots.example/chat-server/w/loader.js"' in told.stdout
    assert "script-src https://bots.example;" in told.stdout
