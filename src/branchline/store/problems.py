"""What can be wrong with a store: the installation's fault, said in one readable paragraph."""

from branchline.errors import HostError


class StoreUnknown(HostError):
    """The database address {url!r} is not understood: {problem}. Write sqlite:///FILE (sqlite:////FILE for a full path) or memory: for a try."""

    code = "store.unknown"


class StoreUnavailable(HostError):
    """The database {path} cannot be used now: {problem}. Nothing was kept of what was asked. Look at disk space and at the rights on the file and its folder; no restart is needed, it is tried again with every call."""

    code = "store.unavailable"


class StoreForeign(HostError):
    """The file {path} is not a Branchline database: {problem}. It was left as it is. Name another file with --database."""

    code = "store.foreign"


class StoreNewer(HostError):
    """The database {path} has schema {found}, and this Branchline knows schemas up to {known}. It was left as it is. Start the newer Branchline, or name another file with --database."""

    code = "store.newer"


class StoreInUse(HostError):
    """The database {path} is in use by another Branchline server{process}. An embedded database belongs to one server: stop the other one, or name another file with --database."""

    code = "store.in_use"


class StoreEngineTooOld(HostError):
    """This Python brings SQLite {found}, and Branchline needs {needed} or newer. Use a newer Python build."""

    code = "store.engine_too_old"
