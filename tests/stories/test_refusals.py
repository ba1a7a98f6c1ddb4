"""What bad input gets from the chat API: a clear refusal, never a 5xx, and the conversation goes on."""

import json
import socket
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from running import Answer, Server, Visitor, command, http, serving, texts

pytestmark = pytest.mark.story

BOT = """
branchline: 1
bot: echo
start: ask
nodes:
  ask:
    actions: [{do: send_message, text: "Say something."}]
    exit: {do: wait_for_reply, go_to: answer}
  answer:
    actions: [{do: send_message, text: "You said {{ reply }}."}]
    exit: {do: wait_for_reply, go_to: answer}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("refusals")
    (folder / "echo.yaml").write_text(BOT)
    database = folder / "branchline.db"
    assert command("publish", str(folder / "echo.yaml"), "--database", f"sqlite:///{database}").returncode == 0
    with serving(database, {"BRANCHLINE_STARTS_PER_MINUTE": "10000", "BRANCHLINE_MESSAGES_PER_MINUTE": "100"}) as up:
        yield up


@pytest.fixture
def visitor(server: Server) -> Visitor:
    return Visitor(server.address, "echo")


def refused(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.code) == (status, code), answer.content
    error = answer.body["errors"][0]
    assert error["status"] == str(status)
    assert error["title"]
    assert len(error["detail"]) > 20


def test_an_unknown_bot_is_named(server: Server) -> None:
    answer = http("POST", f"{server.address}/api/chat/v1/bots/nobody/interactions", {})
    refused(answer, 404, "bot.unknown")
    assert "'nobody'" in answer.body["errors"][0]["detail"]


def test_a_foreign_or_missing_token_opens_nothing(server: Server, visitor: Visitor) -> None:
    other = Visitor(server.address, "echo")
    mine, visitor.token = visitor.token, other.token
    refused(visitor.call("messages", {"id": "1", "text": "hi"}), 401, "token.invalid")
    refused(visitor.call("entries", method="GET"), 401, "token.invalid")
    refused(visitor.call("events", method="GET"), 401, "token.invalid")
    visitor.token = ""
    refused(visitor.call("messages", {"id": "1", "text": "hi"}), 401, "token.invalid")
    visitor.token = mine
    assert visitor.say("hello") == ["You said hello."]


def test_an_unknown_interaction_is_not_found(server: Server, visitor: Visitor) -> None:
    visitor.uuid = "01912345-6789-7abc-8def-0123456789ab"
    refused(visitor.call("messages", {"id": "1", "text": "hi"}), 404, "interaction.unknown")


def test_the_same_message_again_answers_the_same_and_adds_nothing(visitor: Visitor) -> None:
    first = visitor.call("messages", {"id": "a", "text": "hello"})
    again = visitor.call("messages", {"id": "a", "text": "hello"})
    assert again.body == first.body
    visitor.call("messages", {"id": "b", "text": "more"})
    late = visitor.call("messages", {"id": "a", "text": "hello"})
    assert late.body["entries"] == first.body["entries"]
    assert [entry.get("text") for entry in visitor.transcript()] == [
        "Say something.",
        "hello",
        "You said hello.",
        "more",
        "You said more.",
    ]


def test_the_same_id_with_another_text_is_refused(visitor: Visitor) -> None:
    visitor.call("messages", {"id": "a", "text": "hello"})
    refused(visitor.call("messages", {"id": "a", "text": "good bye"}), 422, "message.conflict")


def test_two_messages_at_once_are_both_kept_in_one_order(visitor: Visitor) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: visitor.call("messages", {"id": f"p{n}", "text": f"t{n}"}), range(8)))
    assert [answer.status for answer in answers] == [200] * 8
    entries = visitor.transcript()
    assert [entry["number"] for entry in entries] == list(range(1, 18))
    assert sorted(entry["text"] for entry in entries if entry["sender"] == "customer") == [f"t{n}" for n in range(8)]
    for asked, answered in zip(entries[1::2], entries[2::2], strict=True):
        assert answered["text"] == f"You said {asked['text']}."


def test_one_message_sent_twice_at_once_is_one(visitor: Visitor) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: visitor.call("messages", {"id": "same", "text": "hi"}), range(6)))
    assert {answer.status for answer in answers} == {200}
    assert len(visitor.transcript()) == 3


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"id": "1", "text": "x" * 4_001}, 422, "body.invalid"),
        ({"id": "1", "text": "x" * 20_000}, 413, "body.too_large"),
        ({"id": "1", "text": "  "}, 422, "message.empty"),
        ({"id": "1"}, 422, "message.empty"),
        ({"text": "hi"}, 422, "body.invalid"),
        ({"id": "", "text": "hi"}, 422, "body.invalid"),
        ({"id": "x" * 65, "text": "hi"}, 422, "body.invalid"),
        ({"id": "a b", "text": "hi"}, 422, "body.invalid"),
        ({"id": 1, "text": "hi"}, 422, "body.invalid"),
        ({"id": "1", "text": 7}, 422, "body.invalid"),
        ({"id": "1", "text": "nul \u0000"}, 422, "data.invalid"),
        ([], 422, "body.invalid"),
        (b"", 422, "body.invalid"),
        (b"{", 400, "body.malformed"),
        (b"not json", 400, "body.malformed"),
        (b'{"id": "1", "text": "\\ud800"}', 400, "body.malformed"),
        (b'{"id": "1", "text": "\xff"}', 400, "body.malformed"),
        (b'{"id": "1", "text": NaN}', 400, "body.malformed"),
        (b'{"id":"1","text":"hi","more":' + b"[" * 7_000 + b"]" * 7_000 + b"}", 400, "body.malformed"),
    ],
)
def test_a_broken_message_is_refused_and_the_conversation_goes_on(
    visitor: Visitor, body: Any, status: int, code: str
) -> None:
    refused(visitor.call("messages", body), status, code)
    assert visitor.say("still here") == ["You said still here."]


def test_half_of_a_surrogate_pair_is_named(visitor: Visitor) -> None:
    answer = visitor.call("messages", rb'{"id": "1", "text": "a \ud83d"}')
    refused(answer, 400, "body.malformed")
    assert r"the escape \ud83d is half of a surrogate pair" in answer.body["errors"][0]["detail"]


def test_text_of_every_kind_comes_back_as_it_was(visitor: Visitor) -> None:
    for text in (
        "Zoë 🦊",
        "مرحبا",
        "a\nb",
        "<script>alert(1)</script>",
        "{{ name }}",
        "'; drop table turn;--",
        "\u202e",
    ):
        assert visitor.say(text) == [f"You said {text}."]
    assert visitor.say("x" * 3_980)[0].startswith("You said xxx")


def test_a_body_that_is_not_json_by_its_type_is_refused(visitor: Visitor) -> None:
    answer = visitor.call(
        "messages", {"id": "1", "text": "hi"}, **{"Content-Type": "application/x-www-form-urlencoded"}
    )
    refused(answer, 415, "media_type.wrong")


def test_wrong_paths_methods_and_parameters_are_refused(server: Server, visitor: Visitor) -> None:
    refused(http("GET", f"{server.address}/nowhere"), 404, "route.unknown")
    refused(http("GET", f"{server.address}/api/chat/v1/nowhere"), 404, "route.unknown")
    refused(http("GET", f"{server.address}/api/chat/v1/bots/echo/interactions"), 405, "method.wrong")
    refused(visitor.call("messages", method="DELETE"), 405, "method.wrong")
    refused(visitor.call("entries?after=-1", method="GET"), 400, "parameter.invalid")
    refused(visitor.call("entries?after=x", method="GET"), 400, "parameter.invalid")
    refused(visitor.call("messages?wait=61", {"id": "1", "text": "hi"}), 400, "parameter.invalid")


def test_data_feedback_and_leaving(server: Server, visitor: Visitor) -> None:
    assert visitor.call("data", {"data": [{"name": "page", "data": "1"}]}).status == 200
    refused(visitor.call("data", {"data": [{"name": "n" * 192, "data": "1"}]}), 422, "body.invalid")
    refused(visitor.call("data", {"data": [{"name": "n", "data": "x" * 511}]}), 422, "body.invalid")
    refused(visitor.call("data", {"data": [{"data": "x"}]}), 422, "data.invalid")
    refused(visitor.call("data", {"signed_data": "a.b.c"}), 422, "signed_data.invalid")
    assert visitor.call("end", {"end_url": "https://shop.example/bye"}).body["awaiting"] == {"kind": "nothing"}
    refused(visitor.call("messages", {"id": "1", "text": "hi"}), 409, "interaction.ended")
    again = visitor.call("end", {"end_url": "https://shop.example/other"})
    assert (again.status, again.body["entries"], again.body["awaiting"]) == (200, [], {"kind": "nothing"})
    assert again.body["cursor"] == visitor.transcript()[-1]["number"]
    assert visitor.call("feedback", {"rating": 5, "comment": "thanks"}).status == 200
    refused(visitor.call("feedback", {"rating": 6}), 422, "body.invalid")
    assert visitor.transcript()[-1]["kind"] == "ended"


def test_a_file_goes_up_and_comes_back_and_never_runs(server: Server, visitor: Visitor) -> None:
    page = b"<script>alert(1)</script>"
    headers = {"Content-Type": "text/html", "X-File-Name": "..%2F..%2Fevil%20page.html", "X-Message-Id": "f1"}
    sent = visitor.call("files", page, **headers)
    assert sent.status == 200, sent.content
    entry = sent.body["entries"][0]
    assert (entry["kind"], entry["name"], entry["size"]) == ("file", "evil page.html", len(page))
    back = http("GET", f"{server.address}/api/chat/v1/files/{entry['id']}")
    assert back.content == page
    assert back.headers["content-type"] == "application/octet-stream"
    assert back.headers["x-content-type-options"] == "nosniff"
    assert "attachment" in back.headers["content-disposition"]
    assert "sandbox" in back.headers["content-security-policy"]
    refused(http("GET", f"{server.address}/api/chat/v1/files/unknown"), 404, "file.unknown")
    refused(visitor.call("files", b"", **headers), 422, "file.empty")
    refused(visitor.call("files", b"x" * (10 * 1024 * 1024 + 1), **headers), 413, "body.too_large")


def test_too_many_calls_are_told_when_to_come_back(visitor: Visitor) -> None:
    answers = [visitor.call("entries", method="GET") for _ in range(110)]
    late = answers[-1]
    refused(late, 429, "rate.exceeded")
    assert int(late.headers["retry-after"]) >= 1
    assert answers[0].status == 200


def test_a_turn_streams_its_entries_with_their_numbers(visitor: Visitor) -> None:
    answer = visitor.call("messages", {"id": "1", "text": "hi"}, Accept="text/event-stream")
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [block.split("\n") for block in answer.content.decode().strip().split("\n\n")]
    assert [lines[0] for lines in events] == ["id: 2", "id: 3", "event: awaiting"]
    entries = [json.loads(lines[2].removeprefix("data: ")) for lines in events[:2]]
    assert texts(entries) == ["You said hi."]


def test_a_live_stream_resumes_from_the_last_entry_seen(server: Server, visitor: Visitor) -> None:
    visitor.say("one")
    got: list[bytes] = []
    ready = threading.Event()

    def listen() -> None:
        host, port = server.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as stream:
            stream.sendall(
                f"GET /api/chat/v1/interactions/{visitor.uuid}/events HTTP/1.1\r\nHost: x\r\n"
                f"Authorization: Bearer {visitor.token}\r\nLast-Event-ID: 1\r\n\r\n".encode()
            )
            while b"You said two." not in b"".join(got):
                part = stream.recv(4096)
                if not part:
                    return
                got.append(part)
                if b"event: awaiting" in b"".join(got):
                    ready.set()

    thread = threading.Thread(target=listen)
    thread.start()
    assert ready.wait(10)
    visitor.say("two")
    thread.join(10)
    text = b"".join(got).decode()
    assert "Say something." not in text
    assert [text.count(f"id: {number}\n") for number in (1, 2, 3, 4, 5)] == [0, 1, 1, 1, 1]


def test_hostile_http_gets_no_5xx(server: Server) -> None:
    host, port = server.address.removeprefix("http://").split(":")
    for raw in (
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"POST /api/chat/v1/bots/echo/interactions HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/chat/v1/bots/%00/interactions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
        b"POST /api/chat/v1/bots/%ff/interactions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
        b"POST /api/chat/v1/interactions/'%22;--/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n"
        b'Content-Length: 23\r\n\r\n{"id": "1","text": "a"}',
        b"GET /api/chat/v1/interactions/x/entries?after=%00 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n\r\n",
    ):
        with socket.create_connection((host, int(port)), timeout=5) as stream:
            stream.sendall(raw)
            stream.shutdown(socket.SHUT_WR)
            answer = stream.recv(4096)
            assert not answer.startswith(b"HTTP/1.1 5"), (raw, answer)


def test_an_expired_token_is_refused(tmp_path: Path) -> None:
    """Time is moved in the database, by as much as a visitor stays away."""
    (tmp_path / "echo.yaml").write_text(BOT)
    database = tmp_path / "old.db"
    command("publish", str(tmp_path / "echo.yaml"), "--database", f"sqlite:///{database}")
    with serving(database) as server:
        visitor = Visitor(server.address, "echo")
    with sqlite3.connect(database) as db:
        (state,) = db.execute("select state from interaction").fetchone()
        kept = json.loads(state)
        kept["updated_at"] -= 31 * 86_400_000
        db.execute("update interaction set state = ?", (json.dumps(kept).encode(),))
    db.close()
    with serving(database) as server:
        visitor.server = server.address
        refused(visitor.call("messages", {"id": "9", "text": "hi"}), 401, "token.expired")
