"""A turn with few and with very many interactions stored.

The first thousand are stored through the product's own store; each is then copied in SQL, with ids, uuids and times of its
own, so that every index that a turn touches is as large as it would be. Their words are not indexed: turns do not do that.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from bench.bots import LOOP, loop_bot
from bench.figures import family
from bench.growth import Measured, Talks, take_turns
from bench.postgres import PostgresProduct, database_name, postgres
from bench.processes import BenchFailed, python_module, run_to_end
from bench.servers import ProductServer, database_url, started

BASE = 1_000
LENGTH = 10
_APART_MS = 60_000 * BASE

# `n` is the number of the copy. In a state only id and uuid are written anew: they stand first.
COPIES = (
    """
insert into interaction (id, uuid, bot, turn, status, created_at, ended_at, due_at, token_hash, state)
select i.id + n * {base}, substr(i.uuid, 1, 24) || {hex}, i.bot, i.turn, i.status, i.created_at + n * {apart},
  i.ended_at + n * {apart}, i.due_at, i.token_hash,
  {blob}
from interaction i cross join {numbers} where i.id <= {last}
""",
    """
insert into turn (interaction_id, number, at, message_id, first_entry, last_entry, entries, trace{more})
select t.interaction_id + n * {base}, t.number, t.at + n * {apart}, t.message_id, t.first_entry, t.last_entry, t.entries,
  t.trace{more}
from turn t cross join {numbers} where t.interaction_id <= {last}
""",
    """
insert into interaction_data (interaction_id, name, data, created_at)
select d.interaction_id + n * {base}, d.name, d.data, d.created_at + n * {apart}
from interaction_data d cross join {numbers} where d.interaction_id <= {last}
""",
)


def million(
    folder: Path, database: str, counts: Sequence[int], rounds: int, tell: Callable[[str], None]
) -> list[Measured]:
    """A plain turn with so many interactions stored, on servers that run side by side and take turns."""
    with ExitStack() as stack:
        server = stack.enter_context(postgres(folder)) if database == "postgresql" else None
        talks = {}
        for count in counts:
            place = folder / f"stored-{count}"
            place.mkdir()
            making = [lambda _: loop_bot(10)]
            product = ProductServer(making) if server is None else PostgresProduct(server, making)
            product.prepare(place, 0)
            url = product.environment(place)["BRANCHLINE_DATABASE"]
            run_to_end(python_module("bench.fill", "--database", url, "--count", min(count, BASE)))
            tell(f"storing {count:,} interactions")
            for first in range(1, count // BASE, 100):
                copies = first, min(first + 99, count // BASE - 1)
                if server is None:
                    _copy_sqlite(Path(database_url(place).removeprefix("sqlite:///")), *copies)
                else:
                    _copy_postgres(partial(server.run, database=database_name(place)), *copies)
            if server is not None:
                server.run("vacuum analyze", database_name(place))
            process, port = stack.enter_context(started(product, place, 0))
            talks[f"{count:,} stored"] = Talks(place, port, family(process.pid), LOOP, LENGTH)
        if server is not None:
            server.run("checkpoint")
        return take_turns(talks, rounds, tell)


def _copy_sqlite(path: Path, first: int, last: int) -> None:
    db = sqlite3.connect(path)
    numbers = (
        f"(with recursive c(n) as (select {first} union all select n + 1 from c where n < {last}) select n from c)"
    )
    words = {
        "numbers": numbers,
        "hex": f"printf('%012x', i.id + n * {BASE})",
        "blob": "cast('{\"id\":' || (i.id + n * " + str(BASE) + ') || \',"uuid":"\' || substr(i.uuid, 1, 24) || '
        f"printf('%012x', i.id + n * {BASE}) || '\"' || "
        "substr(cast(i.state as text), instr(cast(i.state as text), ',\"bot\"')) as blob)",
        "more": "",
    }
    with db:
        db.execute("pragma cache_size = -400000")
        for statement in COPIES:
            db.execute(statement.format(base=BASE, apart=_APART_MS, last=BASE, **words))
        db.execute("update search_position set row = (select max(row) from turn)")
    db.close()


def _copy_postgres(run: Callable[[str], str], first: int, last: int) -> None:
    words = {
        "numbers": f"generate_series({first}::bigint, {last}) n",
        "hex": f"lpad(to_hex(i.id + n * {BASE}), 12, '0')",
        "blob": "convert_to('{\"id\":' || (i.id + n * " + str(BASE) + ') || \',"uuid":"\' || substr(i.uuid, 1, 24) || '
        f"lpad(to_hex(i.id + n * {BASE}), 12, '0') || '\"' || "
        "substr(convert_from(i.state, 'UTF8'), strpos(convert_from(i.state, 'UTF8'), ',\"bot\"')), 'UTF8')",
        "more": ", save",
    }
    for statement in COPIES:
        run(statement.format(base=BASE, apart=_APART_MS, last=BASE, **words))
    run("select setval('interaction_ids', (select max(id) from interaction) + 1000)")
    stored = int(run("select count(*) from interaction where id > " + str((last) * BASE)))
    if not stored:
        raise BenchFailed("The copies are not there.")
