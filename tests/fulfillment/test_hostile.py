"""Whatever an endpoint does, a call ends in time, with the one true reason, and is made once."""

import asyncio
import contextlib
import json
import urllib.request
from pathlib import Path

import pytest
import uvloop

from branchline.fulfillment.addresses import opened
from branchline.fulfillment.call import Answered, Failed
from branchline.fulfillment.client import Client
from fulfillment.calls import call, outcome
from fulfillment.hostile import CASES
from stopwatch import stopwatch

pytestmark = pytest.mark.story

BODY = json.dumps({"data": {"filler": "z" * 3_000}}).encode()


async def walk(
    client: Client, port: int, names: list[str], deadline_ms: int = 1_000
) -> dict[str, tuple[str, float, Answered | Failed]]:
    async def one(name: str) -> tuple[str, float, Answered | Failed]:
        took = stopwatch()
        result = await client.call(
            call(
                f"http://127.0.0.1:{port}/{name}",
                id=f"id-{name}",
                endpoint=f"hostile/{name}",
                body=BODY,
                deadline_ms=deadline_ms,
            )
        )
        return outcome(result), took(), result

    return dict(zip(names, await asyncio.gather(*map(one, names)), strict=True))


def counts(port: int) -> dict[str, int]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/counts", timeout=5) as answer:
        return json.loads(answer.read())


def local(port: int) -> Client:
    return Client(opened((f"127.0.0.1:{port}",), (), http=True))


def test_the_table_has_more_than_a_hundred_ways_of_every_kind():
    assert len(CASES) > 300
    assert {one.group for one in CASES.values()} == {
        "connection",
        "time",
        "status",
        "framing",
        "size",
        "encoding",
        "shape",
        "lengths",
        "meaning",
    }


async def test_every_hostile_case_ends_in_time_with_its_reason_and_is_asked_once(hostile_port: int):
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    before = counts(hostile_port)
    client = local(hostile_port)
    names = list(CASES)
    wrong = {}
    try:
        for start in range(0, len(names), 100):
            for name, (got, elapsed, result) in (await walk(client, hostile_port, names[start : start + 100])).items():
                if got not in CASES[name].expect or elapsed > 1.25:
                    wrong[name] = got, sorted(CASES[name].expect), round(elapsed, 2), result
    finally:
        await client.close()
    assert not wrong
    assert not complaints
    after = counts(hostile_port)
    assert {name: after.get(name, 0) - before.get(name, 0) for name in names} == dict.fromkeys(names, 1)


async def test_every_hostile_case_has_the_same_end_on_the_loop_of_the_server(hostile_port: int):
    async def main() -> dict[str, tuple[str, list[str]]]:
        client = local(hostile_port)
        try:
            names = list(CASES)
            found = {}
            for start in range(0, len(names), 100):
                found |= await walk(client, hostile_port, names[start : start + 100])
        finally:
            await client.close()
        return {
            name: (got, sorted(CASES[name].expect))
            for name, (got, took, _) in found.items()
            if got not in CASES[name].expect or took > 1.25
        }

    assert await asyncio.to_thread(uvloop.run, main()) == {}


@pytest.mark.parametrize(
    "name",
    [
        "gigabyte_announced",
        "gigabyte_in_chunks",
        "gigabyte_in_one_chunk",
        "gigabyte_without_length",
        "fails_with_a_gigabyte",
        "endless_chunks_of_one_byte",
        "endless_headers",
        "endless_chunk_extension",
        "endless_trailers",
        "floods_with_100",
        "gzip_bomb",
        "drips_spaces_without_length",
    ],
)
async def test_an_endless_answer_costs_little_memory(hostile_port: int, name: str):
    client = local(hostile_port)
    try:
        await walk(client, hostile_port, ["keeps_the_connection"])
        before = resident("VmRSS")
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
        await asyncio.gather(*(walk(client, hostile_port, [name]) for _ in range(2)))
        assert resident("VmHWM") - before < 2 * 10_000_000
    finally:
        await client.close()


def resident(what: str) -> int:
    """Bytes of this process's memory: now (VmRSS) or at its peak since the last reset (VmHWM)."""
    line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith(what))
    return int(line.split()[1]) * 1_024
