from collections.abc import AsyncIterator

import pytest

from branchline.store.port import Store
from store.samples import KINDS, opened


@pytest.fixture(params=KINDS)
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    """Each store in turn: they differ in nothing."""
    async with opened(request.param) as store:
        yield store
