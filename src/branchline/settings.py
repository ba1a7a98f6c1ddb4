"""Every setting: its name, default, limit and help. The command line wins over the environment, the environment over
the file, the file over the default; `branchline settings` lists them all with where each value came from.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from msgspec import Meta, Struct
from platformdirs import user_data_path

from branchline.errors import HostError
from branchline.nearest import nearest

PREFIX = "BRANCHLINE_"
BESIDE = frozenset({"SETTINGS", "API_KEY", "FAULT", "WORKER_NUMBER", "WORKER_SOCKET"})
"""Names after the prefix that mean something without being settings; those that begin so: `OPEN_NAMES`."""
OPEN_NAMES = ("SECRET_", "TEST_")
COMMAND_LINE = "command line"
"""The source of a setting that was given with an option."""
HIDDEN = frozenset({"secret_key", "metrics_token", "oidc_client_secret"})
"""Settings that are never shown."""


class SettingInvalid(HostError):
    """The setting {name} = {value!r} (from the {source}) is not valid: {problem}. {help}"""

    code = "setting.invalid"


class SettingUnknown(HostError):
    """There is no setting {name!r} (from the {source}). {hint}"""

    code = "setting.unknown"


class SettingsUnreadable(HostError):
    """The file of settings {path} cannot be read: {problem}. Check its path, or leave {by} out."""

    code = "settings.unreadable"


class Settings(Struct, frozen=True, kw_only=True):
    """The settings of one process."""

    database: Annotated[
        str,
        Meta(
            description="Where everything is kept: sqlite:///FILE, postgresql://USER:PASSWORD@HOST/NAME, "
            "or memory: for a try."
        ),
    ] = ""
    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535, description="Port to listen on; 0 takes a free one.")] = 8_321
    workers: Annotated[
        int, Meta(ge=1, le=256, description="Server processes on this machine that share the port; needs PostgreSQL.")
    ] = 1
    public_url: Annotated[
        str,
        Meta(description="The address people use to reach this server, for links; made of host and port when empty."),
    ] = ""
    open_hosts: Annotated[
        tuple[str, ...],
        Meta(description="Hosts (host or host:port) inside your network that endpoints may stand on, comma separated."),
    ] = ()
    open_networks: Annotated[
        tuple[str, ...], Meta(description="Networks (CIDR) inside that endpoints may stand on, comma separated.")
    ] = ()
    allow_http: Annotated[bool, Meta(description="Allow endpoints without TLS (http://).")] = False
    calls_per_endpoint: Annotated[int, Meta(ge=1, le=10_000, description="Calls in flight to one endpoint.")] = 64
    calls: Annotated[int, Meta(ge=1, le=100_000, description="Calls in flight in all.")] = 512
    deliveries_per_target: Annotated[
        int, Meta(ge=1, le=1_000, description="Deliveries in flight to one target; part of those in all.")
    ] = 8
    deliveries: Annotated[
        int, Meta(ge=1, le=10_000, description="Deliveries in flight in all; a target without one may always have one.")
    ] = 64
    secret_key: Annotated[
        str,
        Meta(
            description="Key that seals the secrets in the database (44 characters; several, newest first, to rotate)."
        ),
    ] = ""
    visitor_token_days: Annotated[
        int, Meta(ge=1, le=3_650, description="Days after the last turn for which a visitor's token works.")
    ] = 30
    starts_per_minute: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Interactions one address may start in a minute.")
    ] = 60
    messages_per_minute: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Calls of one interaction in a minute.")
    ] = 120
    trusted_proxies: Annotated[
        tuple[str, ...], Meta(description="Addresses of proxies whose X-Forwarded-For is believed, comma separated.")
    ] = ()
    retention_days: Annotated[
        int,
        Meta(
            ge=0,
            le=36_500,
            description="Days after their end for which interactions keep their content at most, whatever their bot says; "
            "0: as the bot says.",
        ),
    ] = 0
    aliases: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}=[a-z0-9-]{1,63}$(?!\n)")], ...],
        Meta(description="Other names of bots (ALIAS=BOT, comma separated), such as the ids that pages know them by."),
    ] = ()
    own_port: Annotated[
        int,
        Meta(
            ge=0,
            le=65_535,
            description="A port of each process alone, for its /metrics: worker n has this one + n - 1. 0: none.",
        ),
    ] = 0
    metrics_token: Annotated[
        str, Meta(description="Bearer token for /metrics; without one, and without metrics_open, there are no metrics.")
    ] = ""
    metrics_open: Annotated[
        bool, Meta(description="Give /metrics to whoever asks: where only your own network reaches the server.")
    ] = False
    sign_in_idle_minutes: Annotated[
        int, Meta(ge=1, le=43_200, description="Minutes without use after which a sign-in to the console ends.")
    ] = 720
    sign_in_days: Annotated[
        int, Meta(ge=1, le=90, description="Days after which a sign-in to the console ends in any case.")
    ] = 7
    oidc_issuer: Annotated[
        str,
        Meta(description="The company's OpenID Connect provider, such as https://login.shop.example; none if empty."),
    ] = ""
    oidc_client_id: Annotated[str, Meta(description="This server's client id at the provider.")] = ""
    oidc_client_secret: Annotated[str, Meta(description="This server's client secret at the provider.")] = ""
    oidc_name: Annotated[str, Meta(max_length=60, description="What the button says: sign in with this.")] = (
        "single sign-on"
    )
    oidc_role_claim: Annotated[str, Meta(description="The claim of the provider that holds groups or roles.")] = "roles"
    oidc_roles: Annotated[
        tuple[str, ...],
        Meta(
            description="Which value of the claim gives which role: chat-admins=admin, chat-team=author; comma separated."
        ),
    ] = ()
    oidc_default_role: Annotated[
        Literal["", "author", "agent", "viewer"],
        Meta(description="The role of whoever the provider knows and no value gives one; empty: nobody else gets in."),
    ] = ""
    otel: Annotated[
        bool, Meta(description="Send spans by OpenTelemetry (the extra otel; set it up by OTEL_... variables).")
    ] = False
    log_format: Annotated[Literal["auto", "json", "text"], Meta(description="auto: text on a terminal, else json.")] = (
        "auto"
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Meta(description="What to log.")] = "info"


class Origin(Struct, frozen=True):
    """Where the value of a setting came from."""

    name: str
    value: Any
    source: str
    help: str
    default: Any


def load(
    given: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> tuple[Settings, list[Origin]]:
    """Read the settings. `given`: from the command line, None for not given. Raises SettingInvalid, SettingUnknown."""
    environment = os.environ if environment is None else environment
    hints = get_type_hints(Settings, include_extras=True)
    found: dict[str, tuple[Any, str]] = {}
    path = file or (Path(environment[PREFIX + "SETTINGS"]) if PREFIX + "SETTINGS" in environment else None)
    if path is not None:
        for name, value in _read_file(path, "--settings" if file else PREFIX + "SETTINGS").items():
            if name not in hints:
                like = nearest(name, hints)
                hint = f"Did you mean {like!r}?" if like else "`branchline settings` lists them all."
                raise SettingUnknown(name=name, source=f"file {path}", hint=hint)
            found[name] = (value, f"file {path}")
    for name in hints:
        text = environment.get(PREFIX + name.upper())
        if text is not None:
            found[name] = (text, f"environment variable {PREFIX}{name.upper()}")
    for name, value in (given or {}).items():
        if value is not None:
            found[name] = (value, COMMAND_LINE)
    values: dict[str, Any] = {}
    origins: list[Origin] = []
    for field in msgspec.structs.fields(Settings):
        help_text = _help(hints[field.name])
        value, source = found.get(field.name, (field.default, "default"))
        if field.name == "database" and not value:
            value = default_database()
        if source != "default":
            value = _convert(field.name, value, source, hints[field.name], help_text)
        values[field.name] = value
        origins.append(Origin(field.name, value, source, help_text, field.default))
    return Settings(**values), origins


def origins_of(settings: Settings, source: str) -> list[Origin]:
    """Give the settings of a process that were put together by a program, which `source` names."""
    hints = get_type_hints(Settings, include_extras=True)
    return [
        Origin(
            field.name,
            getattr(settings, field.name),
            "default" if getattr(settings, field.name) == field.default else source,
            _help(hints[field.name]),
            field.default,
        )
        for field in msgspec.structs.fields(Settings)
    ]


def strangers(environment: Mapping[str, str]) -> list[str]:
    """Say of every environment variable with our prefix that nothing reads it, and which name is like it."""
    known = {name.upper() for name in Settings.__struct_fields__} | BESIDE
    said = []
    for written in sorted(environment):
        name = written.removeprefix(PREFIX)
        read = name != written and (name in known or name.startswith(OPEN_NAMES))
        if read or not written.upper().startswith(PREFIX):
            continue
        like = nearest(written.upper().removeprefix(PREFIX), known)
        meant = f"Did you mean {PREFIX}{like}?" if like else "`branchline settings` lists every one."
        said.append(f"There is no setting {written}, so it is ignored. {meant}")
    return said


def default_folder() -> Path:
    """Give the user's data folder."""
    return user_data_path("branchline")


def default_database() -> str:
    """Name the database file in the user's data folder."""
    return f"sqlite:///{default_folder()}/branchline.db"


def _read_file(path: Path, by: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise SettingsUnreadable(path=path, problem=problem.strerror or problem, by=by) from None
    except UnicodeDecodeError as problem:
        raise SettingsUnreadable(path=path, problem=f"byte {problem.start} is not UTF-8", by=by) from None
    except ValueError as problem:
        raise SettingsUnreadable(path=path, problem=f"it is not TOML ({problem})", by=by) from None


def _convert(name: str, value: Any, source: str, hint: Any, help_text: str) -> Any:
    if isinstance(value, str) and "tuple" in str(hint):
        value = [part.strip() for part in value.split(",") if part.strip()]
    try:
        return msgspec.convert(value, hint, strict=False)
    except msgspec.ValidationError as problem:
        shown = "***" if name in HIDDEN else value
        raise SettingInvalid(name=name, value=shown, source=source, problem=str(problem), help=help_text) from None


def _help(hint: Any) -> str:
    for meta in getattr(hint, "__metadata__", ()):
        if isinstance(meta, Meta) and meta.description:
            return meta.description
    return ""
