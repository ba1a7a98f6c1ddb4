from collections.abc import AsyncIterator

import pytest

from outbox.desk import Desk, Receiver, desk
from store.samples import KINDS


@pytest.fixture(name="desk", params=KINDS)
async def made(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """A desk on each store."""
    async with desk(request.param) as made:
        yield made


@pytest.fixture
async def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def url(receiver: Receiver) -> AsyncIterator[str]:
    async with receiver.listening() as address:
        yield address
