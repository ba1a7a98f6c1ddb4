"""What can be wrong with a store: the installation's fault, said in one readable paragraph."""

from branchline.errors import CallerError, HostError


class StoreUnknown(HostError):
    """The database address {url!r} is not understood: {problem}. Write sqlite:///FILE (sqlite:////FILE for a full path), postgresql://user:password@host/database, or memory: for a try."""

    code = "store.unknown"


class StoreUnavailable(HostError):
    """The database {path} cannot be used now: {problem}. Nothing was kept of what was asked. Look at disk space and at the rights on the file and its folder; no restart is needed, it is tried again with every call."""

    code = "store.unavailable"


class StoreAway(StoreUnavailable):
    """The database {path} cannot be used now: {problem}. What was asked is kept whole or not at all, and to ask again with the same id does nothing twice. Look at the PostgreSQL server, its disk and the rights of the user; no restart is needed, it is tried again with every call."""

    code = "store.away"


class StoreUnreached(StoreAway):
    """The database {path} cannot be used: {problem}. Nothing was begun. Look at the address, the PostgreSQL server and the rights of the user, then start again."""

    code = "store.unreached"


class TextUnstorable(CallerError):
    """A text holds the character U+0000, which PostgreSQL cannot keep. Remove it."""

    code = "text.unstorable"
    status = 422


class StoreForeign(HostError):
    """The database {path} is not one of Branchline: {problem}. It was left as it is. Name another one with --database."""

    code = "store.foreign"


class StoreNewer(HostError):
    """The database {path} has schema {found}, and this Branchline knows schemas up to {known}. It was left as it is. Start the newer Branchline, or name another one with --database."""

    code = "store.newer"


class StoreInUse(HostError):
    """The database {path} is in use by another Branchline server{process}. An embedded database belongs to one server: stop the other one, or name another file with --database."""

    code = "store.in_use"


class StoreBehind(StoreInUse):
    """The database {path} has to be brought up to date first, and another Branchline is using it{process}. Start that server anew with this version, or use its own version for this command."""

    code = "store.behind"


class StoreEngineTooOld(HostError):
    """This Python brings SQLite {found}, and Branchline needs {needed} or newer. Use a newer Python build."""

    code = "store.engine_too_old"


class StoreServerUnfit(HostError):
    """The database {path} cannot be used: {problem}, and Branchline needs {needed}. Name another one with --database."""

    code = "store.server_unfit"


class BackupFailed(HostError):
    """No copy of {path} was made: {problem}."""

    code = "backup.failed"
