"""What an endpoint is asked, and what is kept from everyone else."""

import io
import json
import time
from pathlib import Path

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey
from standardwebhooks import Webhook

from branchline_endpoint import endpoint as answering
from endpoints import Endpoint
from running import Publish, Visitor, command, http, inside, serving, texts, wait_for

pytestmark = pytest.mark.story

SIGNING = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMw=="
TOKEN = "very-secret-token-of-the-shop"  # a made-up value


def asker(address: str, action: str, endpoint: str = "", more: str = "") -> str:
    return f"""
branchline: 1
bot: asker
start: ask
endpoints:
  system:
    url: {address}/orders
    deadline: 2 s
{endpoint}
nodes:
  ask:
    actions: [{{do: send_message, text: "Which order?"}}]
    exit: {{do: wait_for_reply, go_to: look, capture: {{kind: text, name: number}}, failed: ask}}
  look:
    actions:
{action}
      - {{do: send_message, text: "It is {{{{ status | default: 'unknown' }}}}."}}
    exit: {{do: wait_for_reply, go_to: look, capture: {{kind: text, name: number}}, failed: ask}}
  failed:
    actions: [{{do: send_message, text: "I could not ask."}}]
    exit: {{do: wait_for_reply, go_to: look, capture: {{kind: text, name: number}}, failed: ask}}
{more}
"""


FULFILL = "      - {do: fulfill, endpoint: system, gives: [status], failed: failed}"


def test_a_fulfillment_posts_the_whole_interaction_signed_with_the_owners_headers(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(
        asker(
            endpoint.address,
            FULFILL,
            '    headers: {X-Shop: north, Authorization: "Bearer {{ secret.shop_token }}"}\n    signing: [shop_signing]',
        )
    )
    environment = {
        **inside(endpoint.address),
        "BRANCHLINE_SECRET_SHOP_SIGNING": SIGNING,
    }
    done = command("secret", "set", "shop_token", "--database", f"sqlite:///{database}", stdin=TOKEN)
    assert done.returncode == 0, done.stderr
    with serving(database, environment) as server:
        visitor = Visitor(server.address, "asker", start_url="https://shop.example/help")
        assert visitor.say("BR-1") == ["It is SHIPPED."]
    asked = endpoint.asked[0]
    headers = {name.lower(): value for name, value in asked.headers.items()}
    assert (asked.method, asked.path) == ("POST", "/orders")
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["x-shop"] == "north"
    assert headers["content-type"] == headers["accept"] == "application/json"
    assert headers["idempotency-key"] == f'"{headers["webhook-id"]}"'
    assert headers["user-agent"].startswith("Branchline/")
    Webhook(SIGNING).verify(asked.body, headers)
    body = json.loads(asked.body)
    assert body["data"]["attributes"]["uuid"] == visitor.uuid
    assert body["data"]["attributes"]["start_url"] == "https://shop.example/help"
    assert body["meta"]["data"] == {"number": "BR-1"}
    assert body["meta"]["fulfillment"] == headers["webhook-id"]
    messages = [one["attributes"]["text"] for one in body["included"] if one["type"] == "messages"]
    assert messages == ["Which order?", "BR-1"]
    log = database.with_suffix(".log").read_text()
    assert TOKEN not in log
    assert SIGNING not in log
    for kept in database.parent.glob("branchline.db*"):
        assert TOKEN.encode() not in kept.read_bytes()
    exported = command("export", "asker", "--database", f"sqlite:///{database}").stdout
    assert TOKEN not in exported
    assert "secret.shop_token" in exported


def test_the_kit_takes_what_the_server_sends(database: Path, endpoint: Endpoint, publish: Publish) -> None:
    publish(asker(endpoint.address, FULFILL, "    signing: [shop_signing]"))
    environment = {**inside(endpoint.address), "BRANCHLINE_SECRET_SHOP_SIGNING": SIGNING}
    with serving(database, environment) as server:
        Visitor(server.address, "asker").say("BR-1")
    sent = endpoint.asked[0]
    seen: list[str] = []

    @answering(secrets=[SIGNING])
    def order(interaction):  # type: ignore[no-untyped-def]
        seen.append(interaction.data["number"])
        return {"status": "SHIPPED"}

    said: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(sent.body)),
        **{"HTTP_" + name.upper().replace("-", "_"): value for name, value in sent.headers.items()},
    }
    environ["wsgi.input"] = io.BytesIO(sent.body)  # type: ignore[assignment]
    answer = b"".join(order.wsgi(environ, lambda status, headers: said.append(status)))
    assert said == ["200 OK"], answer
    assert json.loads(answer) == [{"name": "status", "data": "SHIPPED"}]
    assert seen == ["BR-1"]


def test_a_missing_secret_asks_nobody_and_is_named_nowhere_to_the_visitor(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(asker(endpoint.address, FULFILL, '    headers: {Authorization: "{{ secret.forgotten }}"}'))
    with serving(database, inside(endpoint.address)) as server:
        assert Visitor(server.address, "asker").say("BR-1") == ["I could not ask."]
    assert endpoint.asked == []
    assert "forgotten" in database.with_suffix(".log").read_text()


def test_a_custom_request_maps_any_json_and_data_cannot_leave_its_place(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    action = """      - do: custom_request
        endpoint: system
        method: PUT
        path: /{{ number }}/state
        query: {q: "{{ number }}"}
        body: {order: "{{ number }}", deep: [{n: "{{ number }}"}], fixed: 7}
        mapping: {status: "order.state", lines: "length(order.lines)"}
        failed: failed"""
    publish(asker(endpoint.address, action))
    endpoint.answer = {"order": {"state": "DELIVERED", "lines": [1, 2]}}
    nasty = '../../admin?x=1&y=" #é'
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(server.address, "asker")
        assert visitor.say(nasty) == ["It is DELIVERED."]
    asked = endpoint.asked[0]
    assert asked.method == "PUT"
    path, _, query = asked.path.partition("?")
    assert path.startswith("/orders/")
    assert path.endswith("/state")
    assert path.count("/") == 3
    assert query.startswith("q=")
    assert "&" not in query
    assert json.loads(asked.body) == {"order": nasty, "deep": [{"n": nasty}], "fixed": 7}


def test_a_repeated_custom_request_is_the_same_whatever_was_given_in_between(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    action = """      - do: custom_request
        endpoint: system
        path: /{{ number }}
        mapping: {status: "status"}
        failed: failed"""
    publish(asker(endpoint.address, action, "    safe_to_repeat: true"))
    endpoint.answer = {"status": "DELIVERED"}
    endpoint.go_on.clear()
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(server.address, "asker")
        visitor.call("messages?wait=0", {"id": "1", "text": "BR-1"})
        assert endpoint.arrived.wait(10)
        visitor.call("data", {"data": [{"name": "number", "data": "changed"}]})
        server.kill()
    endpoint.go_on.set()
    with serving(database, inside(endpoint.address)) as server:
        visitor.server = server.address
        assert wait_for(lambda: "It is DELIVERED." in texts(visitor.transcript()), 3), visitor.transcript()
    assert [asked.path for asked in endpoint.asked] == ["/orders/BR-1"] * 2


def test_nothing_inside_is_asked_unless_the_operator_opened_it(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    port = endpoint.address.rsplit(":", 1)[1]
    spellings = ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1"]
    for spelling in spellings:
        text = asker(f"http://{spelling}:{port}", FULFILL)
        file = database.with_name("bot.yaml")
        file.write_text(text)
        command("publish", str(file), "--database", f"sqlite:///{database}")
    with serving(database, {"BRANCHLINE_ALLOW_HTTP": "true"}) as server:
        assert Visitor(server.address, "asker").say("BR-1") == ["I could not ask."]
    assert endpoint.asked == []


def test_an_endpoint_that_is_down_is_left_alone_even_after_a_restart(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(asker(endpoint.address, FULFILL))
    endpoint.status = 503
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(server.address, "asker")
        for number in range(7):
            assert visitor.say(f"BR-{number}") == ["I could not ask."]
    assert len(endpoint.asked) == 5
    endpoint.status = 200
    with serving(database, inside(endpoint.address)) as server:
        visitor.server = server.address
        assert visitor.say("BR-8") == ["I could not ask."]
        assert len(endpoint.asked) == 5
        where = ("--database", f"sqlite:///{database}")
        assert "asker/system  failed 5 times" in command("endpoint", "list", *where).stdout
        assert command("endpoint", "reset", "asker/system", *where).returncode == 0
        time.sleep(2.1)
        assert visitor.say("BR-9") == ["It is SHIPPED."]
        assert "every circuit breaker is closed" in command("endpoint", "list", *where).stdout
        assert command("endpoint", "reset", "asker/system", *where).returncode == 1


def test_signed_data_is_taken_and_unsigned_data_is_dropped(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    key = ECKey.generate_key("P-256")
    pem = key.as_pem(private=False).decode()
    indented = "\n".join("    " + line for line in pem.strip().splitlines())
    publish(
        asker(endpoint.address, FULFILL, more=f"signed_data:\n  allow: [page]\n  public_key: |\n{indented}")
        .replace(
            "Which order?",
            "Hi {{ customer | default: 'you' }} on {{ page | default: 'a page' }} as {{ role | default: 'guest' }}.",
        )
        .replace(
            "start: ask",
            "start: ask\ndata: {customer: {from_page: true}, page: {from_page: true}, role: {from_page: true}}",
        )
    )
    items = [{"label": "customer", "data": "Ada", "type": "string"}]
    signed = jws.serialize_compact({"alg": "ES256"}, json.dumps(items), key)
    other = jws.serialize_compact({"alg": "ES256"}, json.dumps(items), ECKey.generate_key("P-256"))
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(
            server.address,
            "asker",
            signed_data=signed,
            data=[{"name": "page", "data": "home"}, {"name": "role", "data": "admin"}],
        )
        assert visitor.said == ["Hi Ada on home as guest."]
        refused = http("POST", f"{server.address}/api/chat/v1/bots/asker/interactions", {"signed_data": other})
        assert (refused.status, refused.code) == (422, "signed_data.invalid")
        none = jws.serialize_compact({"alg": "HS256"}, json.dumps(items), OctKey.import_key("k" * 32))
        refused = http("POST", f"{server.address}/api/chat/v1/bots/asker/interactions", {"signed_data": none})
        assert (refused.status, refused.code) == (422, "signed_data.invalid")


def test_a_file_beside_the_bot_is_published_and_served(database: Path, tmp_path: Path, publish: Publish) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(100)
    (tmp_path / "map.png").write_bytes(picture)
    publish("""
branchline: 1
bot: sender
start: a
nodes:
  a:
    actions: [{do: send_file, path: map.png, text: "Here is the way."}]
    exit: {do: end}
""")
    with serving(database) as server:
        visitor = Visitor(server.address, "sender")
        file = next(entry for entry in visitor.transcript() if entry["kind"] == "file")
        assert (file["name"], file["media_type"], file["size"]) == ("map.png", "image/png", len(picture))
        back = http("GET", f"{server.address}/api/chat/v1/files/{file['id']}")
        assert back.content == picture
        assert back.headers["content-type"] == "image/png"
    missing = tmp_path / "missing.yaml"
    missing.write_text(
        "branchline: 1\nbot: s\nstart: a\nnodes: {a: {actions: [{do: send_file, path: gone.png}], exit: {do: end}}}\n"
    )
    done = command("publish", str(missing), "--database", f"sqlite:///{database}")
    assert done.returncode == 1
    assert "gone.png" in done.stderr


def test_running_conversations_stay_on_their_version(database: Path, endpoint: Endpoint, publish: Publish) -> None:
    publish(asker(endpoint.address, FULFILL))
    with serving(database, inside(endpoint.address)) as server:
        before = Visitor(server.address, "asker")
        publish(asker(endpoint.address, FULFILL).replace("It is", "Now it is"))
        assert before.say("BR-1") == ["It is SHIPPED."]
        time.sleep(1.1)
        assert Visitor(server.address, "asker").say("BR-1") == ["Now it is SHIPPED."]
