"""Where the numbers come from that are looked up when somebody asks for them."""

from msgspec import Struct

from branchline.service.carriers import Carriers
from branchline.service.clock import Clock
from branchline.store.port import Store


class Gauges(Struct, frozen=True):
    """`kind`: that of the store, such as sqlite."""

    store: Store
    carriers: Carriers
    clock: Clock
    kind: str
