"""What every store promises about the tables beside the interactions."""

import pytest

from branchline.store.port import Duplicate, Store
from branchline.store.tables import Unmatched
from branchline.store.tables.statement import sql

SET = sql("set", "insert into secret (name, sealed) values (:name, :sealed) returning name")
GET = sql("get", "select name, sealed from secret where name = :name or :name = '' order by name")


async def test_what_is_written_is_read(store: Store) -> None:
    assert await store.tables.write(SET(name="a", sealed=b"1"), SET(name="b", sealed=b"2")) == [[("a",)], [("b",)]]
    assert await store.tables.read(GET(name="b")) == [("b", b"2")]
    assert await store.tables.read(GET(name="")) == [("a", b"1"), ("b", b"2")]


async def test_statements_are_written_together_or_not_at_all(store: Store) -> None:
    with pytest.raises(Duplicate):
        await store.tables.write(SET(name="a", sealed=b"1"), SET(name="a", sealed=b"2"))
    assert await store.tables.read(GET(name="")) == []


async def test_what_must_find_something_and_does_not_undoes_everything(store: Store) -> None:
    drop = sql("drop", "delete from secret where name = :name returning name")
    with pytest.raises(Unmatched):
        await store.tables.write(SET(name="a", sealed=b"1"), drop(name="b").or_nothing())
    assert await store.tables.read(GET(name="")) == []
    assert await store.tables.write(SET(name="b", sealed=b"1"), drop(name="b").or_nothing()) == [[("b",)], [("b",)]]
    assert await store.tables.write(drop(name="b")) == [[]]


def test_a_statement_takes_its_values_and_no_others() -> None:
    assert SET(sealed=b"1", name="a").values == {"name": "a", "sealed": b"1"}
    assert GET.numbered == "select name, sealed from secret where name = $1 or $1 = '' order by name"
    with pytest.raises(ValueError, match="takes"):
        GET(name="a", more="b")
    with pytest.raises(KeyError):
        GET(nam="a")
