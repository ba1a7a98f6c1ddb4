"""The floor on PostgreSQL: the thinnest honest server that does the job of `bench.floor` on asyncpg.

`python -m bench.floor_postgres --port P --database URL --endpoint-port P`.

Honest and thin as `bench.floor`. Reads go through a pool; one writer sends all turns that arrived meanwhile as one
statement with a check of the turn, which is one commit (`synchronous_commit=on`).
"""

import argparse
import asyncio
import hashlib
import hmac
import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import uvicorn

from bench import job
from bench.floor import (
    Endpoint,
    Entry,
    Message,
    Problem,
    Receive,
    Said,
    Send,
    State,
    _body,
    _document,
    _rest,
    _token,
    decode_entry,
    decode_pairs,
    decode_said,
    decode_state,
    encode,
)

SCHEMA = """
CREATE SEQUENCE IF NOT EXISTS interaction_ids;
CREATE TABLE IF NOT EXISTS interactions (
    id bigint PRIMARY KEY, uuid text NOT NULL UNIQUE, token_hash bytea NOT NULL, quick_ref text NOT NULL,
    turn bigint NOT NULL, state bytea NOT NULL, created_at text NOT NULL
) WITH (fillfactor = 75);
CREATE TABLE IF NOT EXISTS entries (
    interaction_id bigint NOT NULL, number bigint NOT NULL, message_id text, json bytea NOT NULL,
    PRIMARY KEY (interaction_id, number)
);
CREATE UNIQUE INDEX IF NOT EXISTS entry_message_ids ON entries (interaction_id, message_id) WHERE message_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS calls (
    interaction_id bigint NOT NULL, id text NOT NULL, answered bigint NOT NULL DEFAULT 0, PRIMARY KEY (interaction_id, id)
);
"""

# One statement for all turns of a batch: $1-$7 the interactions, $8-$11 their entries, $12 calls to add, $13 to answer.
SAVE = """
WITH asked AS (
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::text[], $5::bytea[], $6::text[], $7::text[],
    $12::text[], $13::text[]) AS a (id, turn, state, uuid, token_hash, quick_ref, created_at, call, answers)
), made AS (
  INSERT INTO interactions (id, uuid, token_hash, quick_ref, turn, state, created_at)
  SELECT id, uuid, token_hash, quick_ref, 1, state, created_at FROM asked WHERE turn = 0 RETURNING id
), moved AS (
  UPDATE interactions i SET turn = i.turn + 1, state = a.state FROM asked a
  WHERE i.id = a.id AND i.turn = a.turn AND a.turn > 0 RETURNING i.id
), saved AS (SELECT id FROM made UNION ALL SELECT id FROM moved), said AS (
  INSERT INTO entries (interaction_id, number, message_id, json)
  SELECT e.id, e.number, e.message_id, e.json
  FROM unnest($8::bigint[], $9::bigint[], $10::text[], $11::bytea[]) AS e (id, number, message_id, json)
  JOIN saved USING (id)
), calls AS (
  INSERT INTO calls (interaction_id, id) SELECT a.id, a.call FROM asked a JOIN saved USING (id) WHERE a.call IS NOT NULL
), answered AS (
  UPDATE calls c SET answered = 1 FROM asked a JOIN saved USING (id)
  WHERE a.answers IS NOT NULL AND c.interaction_id = a.id AND c.id = a.answers
)
SELECT id FROM saved
"""
LOAD = "SELECT id, token_hash, turn, state, quick_ref, created_at FROM interactions WHERE uuid = $1"
LOAD_WITH_MESSAGE = (
    "SELECT i.id, token_hash, turn, state, quick_ref, created_at, number, json FROM interactions i "
    "LEFT JOIN entries e ON e.interaction_id = i.id AND e.message_id = $2 WHERE uuid = $1"
)
ENTRIES_AFTER = "SELECT json FROM entries WHERE interaction_id = $1 AND number > $2 ORDER BY number"

Row = tuple[Any, ...]


class Turn:
    """One turn to save: the row of its interaction, its entries, the call it adds or answers."""

    def __init__(self, row: Row, entries: list[Row], call: str | None = None, answers: str | None = None) -> None:
        self.row, self.entries, self.call, self.answers = row, entries, call, answers


class Writer:
    """The one writer: all turns that arrived while a statement was under way are the next one."""

    def __init__(self, db: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._db = db
        self._waiting: list[tuple[Turn, asyncio.Future[bool]]] = []
        self._task: asyncio.Task[None] | None = None

    def save(self, turn: Turn) -> asyncio.Future[bool]:
        """On disk when the future is done; False when the turn met another one than the one it read."""
        loop = asyncio.get_running_loop()
        saved: asyncio.Future[bool] = loop.create_future()
        self._waiting.append((turn, saved))
        if self._task is None:
            self._task = loop.create_task(self._run())
        return saved

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            turns = [turn for turn, _ in batch]
            rows = list(zip(*(turn.row for turn in turns), strict=True))
            entries = list(zip(*(entry for turn in turns for entry in turn.entries), strict=True))
            calls, answers = [turn.call for turn in turns], [turn.answers for turn in turns]
            found = {row[0] for row in await self._db.fetch(SAVE, *rows, *entries, calls, answers)}
            for turn, saved in batch:
                if not saved.done():
                    saved.set_result(turn.row[0] in found)
        self._task = None


class _Plain(asyncpg.Connection):
    def get_reset_query(self) -> str:
        return ""


async def _set_up(db: "asyncpg.Connection[asyncpg.Record]") -> None:
    await db.execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off")


class Floor:
    """The server: an ASGI application."""

    def __init__(self, url: str, endpoint_port: int) -> None:
        self._url = url
        self._endpoint = Endpoint(endpoint_port)
        self._last_id = self._end_id = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        db = await asyncpg.connect(self._url)
        await db.execute(SCHEMA)
        await _set_up(db)
        self._writer = Writer(db)
        self._pool = await asyncpg.create_pool(
            self._url, min_size=4, max_size=16, connection_class=_Plain, init=_set_up
        )
        yield

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            async with self.running():
                await send({"type": "lifespan.startup.complete"})
                await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
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
                row = await self._pool.fetchrow(LOAD, uid)
                self._check(row, _token(scope))
                return await self._entries(row, int(scope["query_string"].removeprefix(b"after=") or 0))
        raise Problem(404, "There is nothing here.")

    async def _start(self) -> tuple[int, bytes]:
        if self._last_id == self._end_id:
            first = await self._pool.fetchval("SELECT nextval('interaction_ids')") * 64
            self._last_id, self._end_id = first, first + 63
        self._last_id += 1
        key, uid, token = self._last_id, str(uuid.uuid4()), secrets.token_urlsafe(24)
        quick_ref, at = f"{secrets.randbelow(10**6):06}", job.now()
        state = State("name", 1, {})
        greeting = encode(Entry(1, "bot", job.ASK_NAME, at))
        row = (key, 0, encode(state), uid, hashlib.sha256(token.encode()).digest(), quick_ref, at)
        await self._save(Turn(row, [(key, 1, None, greeting)]))
        head = {"uuid": uid, "token": token, "quick_ref": quick_ref}
        return 201, encode({"interaction": head, **_rest([greeting], state)})

    def _check(self, row: Any, token: str) -> None:
        if row is None or not hmac.compare_digest(row[1], hashlib.sha256(token.encode()).digest()):
            raise Problem(401, "This token does not open this interaction.")

    async def _entries(self, row: Any, after: int) -> tuple[int, bytes]:
        rows = await self._pool.fetch(ENTRIES_AFTER, row[0], after)
        return 200, encode(_rest([json for (json,) in rows], decode_state(row[3])))

    async def _message(self, uid: str, token: str, said: Said) -> tuple[int, bytes]:
        row = await self._pool.fetchrow(LOAD_WITH_MESSAGE, uid, said.id)
        self._check(row, token)
        key, _, turn, stored_state, quick_ref, created_at, number, json = row
        if number is not None:
            if decode_entry(json).text != said.text:
                raise Problem(422, "This message id was used for another text.")
            return await self._entries(row, number - 1)
        state = decode_state(stored_state)
        at = job.now()
        state.number += 1
        heard = encode(Entry(state.number, "customer", said.text, at))
        heard_row = (key, state.number, said.id, heard)
        if state.at == "order":
            state.data["order"] = said.text
            state.at = "asking"
            call = f"{uid}.{turn}"
            await self._save(Turn(self._row(key, turn, state), [heard_row], call=call))
            stored = [json for (json,) in await self._pool.fetch(ENTRIES_AFTER, key, 0)]
            answer = await self._endpoint.ask(_document(key, uid, quick_ref, created_at, call, state, stored))
            state.data.update((pair.name, pair.data) for pair in decode_pairs(answer or b"[]"))
            state.at = "end"
            state.number += 1
            spoken = encode(Entry(state.number, "bot", job.branch_of(state.data.get("status", "")), job.now()))
            spoken_row = (key, state.number, None, spoken)
            await self._save(Turn(self._row(key, turn + 1, state), [spoken_row], answers=call))
            return 200, encode(_rest([heard, spoken], state))
        if state.at != "name":
            raise Problem(409, "The interaction has ended.")
        state.data["name"] = said.text
        state.at = "order"
        state.number += 1
        spoken = encode(Entry(state.number, "bot", f"Thanks, {said.text}. What is your order number?", at))
        await self._save(Turn(self._row(key, turn, state), [heard_row, (key, state.number, None, spoken)]))
        return 200, encode(_rest([heard, spoken], state))

    def _row(self, key: int, turn: int, state: State) -> Row:
        return (key, turn, encode(state), None, None, None, None)

    async def _save(self, turn: Turn) -> None:
        if not await self._writer.save(turn):
            raise Problem(409, "Another message of this interaction came first.")


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
        lifespan="on",
        access_log=False,
        log_level="warning",
    )
