"""The floor: the thinnest honest server that does the product's durable job over the product's chat API.

`python -m bench.floor --port P --database FILE --endpoint-port P`.

Honest means: the token is checked against its stored hash, a repeated message id adds nothing, a turn is saved only
over the turn it was computed from, the call owed is on disk before its first byte leaves, and every message is on disk
(WAL, `synchronous=FULL`) before it is acknowledged. Thin means: raw ASGI, one hard-coded bot, no limits, no timers,
no guard, no logs, nothing taken up again after a restart.
"""

import argparse
import asyncio
import hashlib
import hmac
import secrets
import sqlite3
import uuid
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import uvicorn

from bench import job
from bench.connection import Connection, post

Statement = tuple[str, Sequence[Any]]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SCHEMA = """
CREATE TABLE IF NOT EXISTS interactions (
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, token_hash BLOB NOT NULL, quick_ref TEXT NOT NULL,
    turn INTEGER NOT NULL, state BLOB NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS entries (
    interaction_id INTEGER NOT NULL, number INTEGER NOT NULL, message_id TEXT, json BLOB NOT NULL,
    PRIMARY KEY (interaction_id, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS entry_message_ids ON entries (interaction_id, message_id) WHERE message_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS calls (
    id TEXT PRIMARY KEY, interaction_id INTEGER NOT NULL, answered INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
"""

INSERT_INTERACTION = (
    "INSERT INTO interactions (id, uuid, token_hash, quick_ref, turn, state, created_at) VALUES (?, ?, ?, ?, 1, ?, ?)"
)
SAVE = "UPDATE interactions SET turn = turn + 1, state = ? WHERE id = ? AND turn = ?"
INSERT_ENTRY = "INSERT INTO entries (interaction_id, number, message_id, json) VALUES (?, ?, ?, ?)"
INSERT_CALL = "INSERT INTO calls (id, interaction_id) VALUES (?, ?)"
ANSWER_CALL = "UPDATE calls SET answered = 1 WHERE id = ?"
LOAD = "SELECT id, token_hash, turn, state, quick_ref, created_at FROM interactions WHERE uuid = ?"
FIND_MESSAGE = "SELECT number, json FROM entries WHERE interaction_id = ? AND message_id = ?"
ENTRIES_AFTER = "SELECT json FROM entries WHERE interaction_id = ? AND number > ? ORDER BY number"

Asks = {"name": "reply", "order": "reply", "asking": "fulfillment", "end": "nothing"}


class State(msgspec.Struct):
    """Where the conversation stands: `at` is one of the keys of `Asks`."""

    at: str
    number: int
    data: dict[str, str]


class Entry(msgspec.Struct):
    number: int
    sender: str
    text: str
    sent_at: str
    kind: str = "message"


class Said(msgspec.Struct):
    id: str
    text: str


class Pair(msgspec.Struct):
    name: str
    data: str


encode = msgspec.json.encode
decode_state = msgspec.json.Decoder(State).decode
decode_said = msgspec.json.Decoder(Said).decode
decode_entry = msgspec.json.Decoder(Entry).decode
decode_pairs = msgspec.json.Decoder(list[Pair]).decode


class Writer:
    """The one writer: statements on the loop, one COMMIT for all turns that arrived meanwhile, made in a thread."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(SCHEMA)
        self._thread = ThreadPoolExecutor(1)
        self._waiting: list[tuple[Sequence[Statement], asyncio.Future[bool]]] = []
        self._busy = False

    def save(self, statements: Sequence[Statement]) -> asyncio.Future[bool]:
        """On disk when the future is done; False when the first statement met another turn than the one it read."""
        loop = asyncio.get_running_loop()
        saved: asyncio.Future[bool] = loop.create_future()
        self._waiting.append((statements, saved))
        if not self._busy:
            self._busy = True
            loop.call_soon(self._write)
        return saved

    def _write(self) -> None:
        batch, self._waiting = self._waiting, []
        execute = self._db.execute
        execute("BEGIN")
        results = []
        for statements, saved in batch:
            first, *rest = statements
            is_current = execute(*first).rowcount == 1
            if is_current:
                for statement in rest:
                    execute(*statement)
            results.append((saved, is_current))
        commit = asyncio.get_running_loop().run_in_executor(self._thread, execute, "COMMIT")
        commit.add_done_callback(lambda done: self._committed(done, results))

    def _committed(self, done: asyncio.Future[Any], results: list[tuple[asyncio.Future[bool], bool]]) -> None:
        done.result()
        for saved, is_current in results:
            if not saved.done():
                saved.set_result(is_current)
        if self._waiting:
            self._write()
        else:
            self._busy = False


class Endpoint:
    """The order service, over keep-alive connections that are used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[Connection] = []

    async def ask(self, body: bytes) -> bytes:
        """What the endpoint answers to this document; empty when it could not be asked."""
        loop = asyncio.get_running_loop()
        while self._idle and not self._idle[-1].is_open:
            self._idle.pop()
        if self._idle:
            connection = self._idle.pop()
        else:
            _, connection = await loop.create_connection(Connection, "127.0.0.1", self._port)
        answered: asyncio.Future[bytes] = loop.create_future()
        connection.on_answer = lambda status, answer: answered.set_result(answer if status == 200 else b"")
        connection.send(post(self._port, "/", body))
        answer = await answered
        self._idle.append(connection)
        return answer


class Problem(Exception):
    """A refusal: the status it is answered with, and why."""

    def __init__(self, status: int, title: str) -> None:
        self.status, self.title = status, title


class Floor:
    """The server: an ASGI application."""

    def __init__(self, path: str, endpoint_port: int) -> None:
        self._writer = Writer(path)
        self._reader = sqlite3.connect(path, isolation_level=None)
        self._reader.execute("PRAGMA query_only=1")
        self._endpoint = Endpoint(endpoint_port)
        (self._last_id,) = self._reader.execute("SELECT coalesce(max(id), 0) FROM interactions").fetchone()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            status, body = await self._route(scope, receive)
        except Problem as problem:
            status, body = problem.status, encode({"errors": [{"status": str(problem.status), "title": problem.title}]})
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _route(self, scope: Message, receive: Receive) -> tuple[int, bytes]:
        match scope["method"], scope["path"].split("/"):
            case "POST", ["", "api", "chat", "v1", "interactions", uid, "messages"]:
                return await self._message(uid, _token(scope), decode_said(await _body(receive)))
            case "POST", ["", "api", "chat", "v1", "bots", job.BOT, "interactions"]:
                await _body(receive)
                return await self._start()
            case "GET", ["", "api", "chat", "v1", "interactions", uid, "entries"]:
                return self._entries(uid, _token(scope), int(scope["query_string"].removeprefix(b"after=") or 0))
        raise Problem(404, "There is nothing here.")

    async def _start(self) -> tuple[int, bytes]:
        self._last_id += 1
        uid, token, quick_ref = str(uuid.uuid4()), secrets.token_urlsafe(24), f"{secrets.randbelow(10**6):06}"
        at = job.now()
        state = State("name", 1, {})
        greeting = encode(Entry(1, "bot", job.ASK_NAME, at))
        row = (self._last_id, uid, hashlib.sha256(token.encode()).digest(), quick_ref, encode(state), at)
        await self._writer.save([(INSERT_INTERACTION, row), (INSERT_ENTRY, (self._last_id, 1, None, greeting))])
        head = {"uuid": uid, "token": token, "quick_ref": quick_ref}
        return 201, encode({"interaction": head, **_rest([greeting], state)})

    def _load(self, uid: str, token: str) -> tuple[int, int, State, str, str]:
        row = self._reader.execute(LOAD, (uid,)).fetchone()
        if row is None or not hmac.compare_digest(row[1], hashlib.sha256(token.encode()).digest()):
            raise Problem(401, "This token does not open this interaction.")
        return row[0], row[2], decode_state(row[3]), row[4], row[5]

    def _entries(self, uid: str, token: str, after: int) -> tuple[int, bytes]:
        key, _, state, _, _ = self._load(uid, token)
        return 200, encode(_rest([json for (json,) in self._reader.execute(ENTRIES_AFTER, (key, after))], state))

    async def _message(self, uid: str, token: str, said: Said) -> tuple[int, bytes]:
        key, turn, state, quick_ref, created_at = self._load(uid, token)
        repeated = self._reader.execute(FIND_MESSAGE, (key, said.id)).fetchone()
        if repeated:
            if decode_entry(repeated[1]).text != said.text:
                raise Problem(422, "This message id was used for another text.")
            return self._entries(uid, token, repeated[0] - 1)
        at = job.now()
        state.number += 1
        heard = encode(Entry(state.number, "customer", said.text, at))
        heard_row = (INSERT_ENTRY, (key, state.number, said.id, heard))
        if state.at == "order":
            state.data["order"] = said.text
            state.at = "asking"
            call = f"{uid}.{turn}"
            await self._save([(SAVE, (encode(state), key, turn)), heard_row, (INSERT_CALL, (call, key))])
            stored = [json for (json,) in self._reader.execute(ENTRIES_AFTER, (key, 0))]
            answer = await self._endpoint.ask(_document(key, uid, quick_ref, created_at, call, state, stored))
            state.data.update((pair.name, pair.data) for pair in decode_pairs(answer or b"[]"))
            state.at = "end"
            state.number += 1
            spoken = encode(Entry(state.number, "bot", job.branch_of(state.data.get("status", "")), job.now()))
            spoken_row = (INSERT_ENTRY, (key, state.number, None, spoken))
            await self._save([(SAVE, (encode(state), key, turn + 1)), spoken_row, (ANSWER_CALL, (call,))])
            return 200, encode(_rest([heard, spoken], state))
        if state.at != "name":
            raise Problem(409, "The interaction has ended.")
        state.data["name"] = said.text
        state.at = "order"
        state.number += 1
        spoken = encode(Entry(state.number, "bot", f"Thanks, {said.text}. What is your order number?", at))
        spoken_row = (INSERT_ENTRY, (key, state.number, None, spoken))
        await self._save([(SAVE, (encode(state), key, turn)), heard_row, spoken_row])
        return 200, encode(_rest([heard, spoken], state))

    async def _save(self, statements: Sequence[Statement]) -> None:
        if not await self._writer.save(statements):
            raise Problem(409, "Another message of this interaction came first.")


def _rest(entries: list[bytes], state: State) -> Message:
    """The part every answer has: entries, what is awaited, cursor."""
    return {
        "entries": [msgspec.Raw(entry) for entry in entries],
        "awaiting": {"kind": Asks[state.at]},
        "cursor": state.number,
    }


def _document(
    key: int, uid: str, quick_ref: str, created_at: str, call: str, state: State, stored: list[bytes]
) -> bytes:
    """The interaction document (contract §1): the stored JSON of the messages, joined."""
    base = f"http://127.0.0.1/api/core/v1/interactions/{key}"
    data = [
        {
            "type": "interactionData",
            "id": f"{key}-{name}",
            "attributes": {"name": name, "label": name, "type": "string", "data": value},
        }
        for name, value in state.data.items()
    ]
    messages = [
        msgspec.Raw(b'{"type":"messages","id":"%d-%d","attributes":%b}' % (key, number, json))
        for number, json in enumerate(stored, 1)
    ]
    no = dict.fromkeys(("chat", "voice", "call_me", "video", "cobrowse", "email"), False)
    never = dict.fromkeys(("accepted_at", "ended_at", "completed_at", "finalized_at", "cleaned_at"))
    return encode(
        {
            "data": {
                "type": "interactions",
                "id": str(key),
                "attributes": {
                    "uuid": uid,
                    "quick_ref": quick_ref,
                    "customer_id": None,
                    "queue_id": None,
                    "user_id": None,
                    **no,
                    "chat": True,
                    "channel": "Web",
                    "handled": False,
                    "ended": False,
                    "start_url": None,
                    "end_url": None,
                    "created_at": created_at,
                    "updated_at": job.now(),
                    **never,
                },
                "links": {"self": base},
                "relationships": {
                    name: {"links": {"self": f"{base}/relationships/{name}", "related": f"{base}/{name}"}}
                    for name in ("user", "customer", "interactionData", "messages", "files", "feedback", "tags")
                },
            },
            "included": data + messages,
            "meta": {"data": state.data, "bot": job.BOT, "version": 1, "node": "ask", "fulfillment": call},
        }
    )


def _token(scope: Message) -> str:
    for name, value in scope["headers"]:
        if name == b"authorization":
            return str(value.decode("latin-1").removeprefix("Bearer "))
    raise Problem(401, "A visitor token is missing.")


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    return body


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--endpoint-port", type=int, required=True)
    options = parser.parse_args()
    uvicorn.run(
        Floor(options.database, options.endpoint_port),
        port=options.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )
