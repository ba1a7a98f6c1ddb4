"""Getting in: by invitation, and what is said when the company's provider sends somebody back."""

import pytest
from playwright.sync_api import Browser, expect

from console.conftest import PASSWORD, Author, axe, watched


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_invitation_leads_in_and_its_code_reaches_no_server(browser: Browser, author: Author, scheme: str) -> None:
    person = {"name": "Bo Brick", "email": f"bo-{scheme}@example.com", "role": "viewer"}
    invited = author.call("POST", "/people", person)
    context = browser.new_context(color_scheme=scheme, locale="en-GB", reduced_motion="reduce")
    page, wrong = watched(context)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(invited["link"])
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    expect(page.get_by_label("Invitation code")).to_have_value(invited["code"])
    assert axe(page) == []
    page.get_by_label("New password").fill("password1234")
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("easily guessed")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_role("heading", name="Bots", exact=True)).to_be_visible()
    page.get_by_role("button", name="Your account, Bo Brick").click()
    page.get_by_role("menuitem", name="Change password").click()
    dialog = page.get_by_role("dialog", name="Change your password")
    dialog.get_by_label("Current password").fill("not my password at all")
    dialog.get_by_label("New password").fill(f"{PASSWORD} and a chair")
    dialog.get_by_role("button", name="Change it").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    assert axe(page) == []
    dialog.get_by_label("Current password").fill(PASSWORD)
    dialog.get_by_role("button", name="Change it").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Bots", exact=True)).to_be_visible()
    assert invited["code"] not in page.url
    assert not [url for url in asked if invited["code"] in url.partition("#")[0]]
    context.close()
    assert not wrong


def test_what_the_provider_refuses_is_told_in_our_words_alone(browser: Browser, author: Author) -> None:
    context = browser.new_context(locale="en-GB")
    page, wrong = watched(context)
    page.goto(f"{author.server.address}/console/?problem=oidc.no_role&detail=Call+0123+now")
    expect(page.get_by_role("alert")).to_contain_text("you have no role here")
    page.goto(f"{author.server.address}/console/?problem=%3Cscript%3Ealert(1)%3C/script%3E")
    expect(page.get_by_role("alert")).to_have_text("Signing in did not work. Try again.")
    expect(page.get_by_label("E-mail")).to_be_focused()
    context.close()
    assert not wrong
