"""`demo`: the seed's story, for real: a server, the example bot, and its order service as a separate program."""

import secrets
import subprocess
import sys
from base64 import b64encode
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from branchline.api.web.assets import BUILT, HOW_TO_BUILD
from branchline.bot.model import Bot
from branchline.bot.parse import read
from branchline.cli.app import app, make_folder, read_settings, run_async, say, with_store
from branchline.cli.bots import attached, read_file
from branchline.cli.log import start_logging
from branchline.cli.serve import address_of, first_code, listen, make_parts, run_server, tell_strangers
from branchline.errors import HostError
from branchline.service.bots import Bots
from branchline.service.clock import system_clock
from branchline.service.keys import Keys
from branchline.settings import Settings, default_folder
from branchline.store.port import Store
from branchline.store.sqlite.lock import Lock

READY = "order-desk: listening on "
SIGNING = "order_desk"
DATABASE = "branchline.db"
NOTE = "demo"
REMEMBERED = "order-service.port"
"""File beside the database with the port of the order service."""


class DemoRunning(HostError):
    """The demo of the folder {folder} is running already. Use that one, stop it, or name another folder with --folder."""

    code = "demo.running"


class ExampleMissing(HostError):
    """The example order service cannot run: {problem}."""

    code = "example.missing"


@app.command()
def demo(
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Where the demo keeps its data.")] = None,
) -> None:
    """Run the example: a bot that asks a real order service, which runs beside it with a database of its own."""
    folder = folder or default_folder() / "demo"
    make_folder(folder)
    if Lock(folder / DATABASE).held():  # before anything of the running one is changed: its bot, its key, its port
        raise DemoRunning(folder=folder)
    example = example_folder()
    signing_secret = "whsec_" + b64encode(secrets.token_bytes(32)).decode()
    service, address = start_service(example, folder, signing_secret)
    try:
        inside = urlsplit(address).netloc
        settings = read_settings(
            database=f"sqlite:///{folder / DATABASE}", port=port, open_hosts=(inside,), allow_http=True
        )
        start_logging(settings)
        tell_strangers()
        listener = listen(settings)
        here = address_of(settings, listener)
        secrets_of_demo = {"BRANCHLINE_SECRET_" + SIGNING.upper(): signing_secret}
        parts = make_parts(settings, here, secrets_of_demo, address)
        version, key = with_store(settings, lambda store: prepare(store, example, address), make=True)

        async def ready() -> None:
            greet(settings, here, address, inside, version, key)
            code = await first_code(parts)
            say(f"  Draw the bot, try it, and watch it at work:\n\n      {here}/console/")
            if code is not None:
                say(f"\n  Set it up with the code {code}, which works once, for 24 hours.")
            say("\n  Ctrl C stops both.\n")

        run_async(run_server(parts, listener, ready))
    finally:
        service.terminate()
        service.wait(10)


def example_folder() -> Path:
    """Find the example: in an installed package, else in the repository."""
    here = Path(__file__).resolve()
    for folder in (here.parents[1] / "_examples" / "order-desk", here.parents[3] / "examples" / "order-desk"):
        if (folder / "service.py").is_file():
            return folder
    raise ExampleMissing(problem="its files are not part of this installation")


def start_service(example: Path, folder: Path, signing_secret: str) -> tuple[subprocess.Popen[str], str]:
    """Start the order service; give its process and its address.

    It gets the port it had before, since conversations that go on after a restart still ask there.
    """
    if find_spec("branchline_endpoint") is None:
        raise ExampleMissing(problem="it needs the endpoint kit; install it with `pip install branchline-endpoint`")
    remembered = folder / REMEMBERED
    before = remembered.read_text().strip() if remembered.is_file() else ""
    for port in [before] * before.isdigit() + ["0"]:
        service = subprocess.Popen(  # noqa: S603 our own program
            [
                sys.executable,
                example / "service.py",
                "--port",
                port,
                "--database",
                folder / "orders.db",
                "--with-parent",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"ORDER_DESK_SIGNING_SECRETS": signing_secret},
            start_new_session=True,  # Ctrl C reaches the server alone, which finishes its calls before the service goes
        )
        line = service.stdout.readline().strip() if service.stdout else ""
        if line.startswith(READY):
            address = line.removeprefix(READY)
            remembered.write_text(str(urlsplit(address).port))
            return service, address
        service.kill()
        service.wait()
    raise ExampleMissing(problem=f"it said {line!r} instead of where it listens")


def example_beside(settings: Settings) -> str:
    """Give host and port of the order service, when the database is the demo's; else nothing."""
    path = Path(settings.database.removeprefix("sqlite:///"))
    remembered = path.with_name(REMEMBERED)
    return f"127.0.0.1:{remembered.read_text().strip()}" if path.name == DATABASE and remembered.is_file() else ""


async def prepare(store: Store, example: Path, address: str) -> tuple[int, str]:
    """Publish the bot if it changed, asking the service where it listens now; make an API key for the demo."""
    file = example / "order-desk.yaml"
    found = read_file(file)
    if found.bot is None:
        raise ExampleMissing(problem=f"its bot file has issues; see `branchline check {file}`")
    source = pointed_at(file.read_text(encoding="utf-8"), found.bot, address).encode()
    bot = read(source).bot or found.bot
    newest = before = await store.version(bot.bot, None)
    while before is not None and before.note != NOTE:  # what people published on top of it stays on top
        before = await store.version(bot.bot, before.number - 1)
    if newest is not None and before is not None and before.source == source:
        number = newest.number
    else:
        number = await Bots(store, system_clock).publish(bot, source, NOTE, lambda path: attached(file, path))
    for old in await Keys(store, system_clock).all():
        if old.name == "demo" and old.revoked_at is None:
            await Keys(store, system_clock).revoke(old.id)
    return number, (await Keys(store, system_clock).create("demo"))[1]


def pointed_at(source: str, bot: Bot, address: str) -> str:
    """Give the text of the bot file with its endpoints at this address."""
    for endpoint in bot.endpoints.values():
        source = source.replace(endpoint.url, address + urlsplit(endpoint.url).path)
    return source


def greet(settings: Settings, here: str, address: str, inside: str, version: int, key: str) -> None:
    run = "./dev run" if Path("dev").is_file() else "branchline"
    there = "" if here == f"http://{Settings().host}:{Settings().port}" else f" --server {here}"
    public = f"BRANCHLINE_PUBLIC_URL={here} " if there else ""
    chat = f"{here}/chat/order-desk" if BUILT.is_file() else f"not built yet. {HOW_TO_BUILD}"
    say(f"""
  Branchline   {here}   bot order-desk, version {version}
  order desk   {address}   a separate program; the only address inside that calls may go to is {inside}
  data         {settings.database.removeprefix("sqlite:///")}

  Talk to it in a browser:

      {chat}

  or in another terminal:

      {run} talk order-desk{there} --api-key {key}

  Say a name, then one of these order numbers:

      BR-10427   is on its way (SHIPPED)
      BR-10428   has arrived (DELIVERED)
      BR-99999   does not exist
      BR-00500   makes the order service fail: the bot says that it could not ask

  In the terminal, /data shows what the bot knows by then. Stop the demo and start it again in the middle: the conversation goes on.

  What puts it on a website:

      {public}{run} install-snippet order-desk --database {settings.database}

  What the company's programs see:

      curl -H 'Authorization: Bearer {key}' '{here}/api/core/v1/interactions?include=interactionData,messages'
""")
