"""Signing in through the company's own provider: OpenID Connect, authorization code with PKCE, state and nonce.

The provider is asked through the guarded client, like every other system. What it says is believed only after its
signature was checked with its published keys (joserfc), for this client, this nonce, and now.
"""

import base64
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from hmac import compare_digest
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct

from branchline.errors import CallerError, HostError
from branchline.fulfillment.call import Answered, Call
from branchline.fulfillment.client import Client
from branchline.service.access.audit import Act, Audit
from branchline.service.access.people import LastAdmin, People, folded, shown_name
from branchline.service.access.permissions import ROLES, Role
from branchline.service.access.sign_ins import SignedIn, SignIns, Visit
from branchline.service.access.slow import FREE_OF_ADDRESS, SlowDown
from branchline.service.clock import Clock
from branchline.service.identity import new_long_token, new_token
from branchline.store.port import Store
from branchline.store.tables import people as people_table
from branchline.store.tables.people import PersonRow

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that are taken: with a public key only. `none` and shared keys are not among them."""
DEADLINE_MS = 10_000
KEPT_S = 600.0
"""How long what the provider publishes is kept."""
LEEWAY_S = 60
FRESH_S = 300
"""How old a sign-in at the provider may be when a fresh proof was asked for."""
LONGEST_TOKEN = 64 * 1024


class OidcOff(CallerError):
    """Signing in through a provider is not set up here. Sign in by password, or set `oidc_issuer`."""

    code = "oidc.off"
    status = 404


class OidcRefused(CallerError):
    """The provider's answer was not taken: {problem}. Try again; if it stays so, tell the host."""

    code = "oidc.refused"
    status = 403


class OidcNoRole(CallerError):
    """The provider knows you, but gives you no role here. Ask an admin to let you in."""

    code = "oidc.no_role"
    status = 403


class OidcUnreachable(HostError):
    """The provider could not be asked: {problem}. Try again in a moment."""

    code = "oidc.unreachable"


class OidcSettings(HostError):
    """The settings of the provider do not fit together: {problem}."""

    code = "oidc.settings"


class Provider(Struct, frozen=True):
    """The provider as the host set it. `roles`: which value of the claim gives which role."""

    issuer: str
    client_id: str
    client_secret: str
    name: str = ""
    role_claim: str = "roles"
    roles: Mapping[str, Role] = {}
    default_role: Role | None = None


class Trip(Struct, frozen=True):
    """A way to the provider and back. The browser keeps it in a cookie: only it can come back."""

    state: str
    nonce: str
    verifier: str
    next: str
    again: bool


class _Published(Struct, frozen=True):
    """The provider's discovery document (OpenID Connect Discovery 1.0 §3), as far as it is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class _Tokens(Struct, frozen=True):
    id_token: str


class Oidc:
    """Sends people to the provider and takes them back. `base` gives this server's address."""

    def __init__(
        self,
        provider: Provider | None,
        client: Client,
        store: Store,
        audit: Audit,
        people: People,
        sign_ins: SignIns,
        clock: Clock,
        base: Callable[[], str],
    ) -> None:
        self._provider = provider
        self._client = client
        self._tables = store.tables
        self._audit = audit
        self._people = people
        self._sign_ins = sign_ins
        self._clock = clock
        self._base = base
        self._slow = SlowDown(FREE_OF_ADDRESS)
        self._published: tuple[float, _Published] | None = None
        self._keys: tuple[float, dict[str, Any]] | None = None

    @property
    def name(self) -> str | None:
        """What the button says; None when there is no provider."""
        return self._provider.name if self._provider else None

    @property
    def back(self) -> str:
        """The address at which the provider sends people back: it must be registered there."""
        return f"{self._base()}/api/admin/v1/oidc/back"

    async def start(self, next_: str, again: bool) -> tuple[str, Trip]:
        """Give where to send the browser, and the trip it keeps. `again`: ask for a fresh proof of who it is."""
        provider, published = self._set(), await self._discovered()
        trip = Trip(new_long_token(), new_long_token(), new_long_token(), next_, again)
        asked = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": self.back,
            "scope": "openid email profile",
            "state": trip.state,
            "nonce": trip.nonce,
            "code_challenge": _challenge(trip.verifier),
            "code_challenge_method": "S256",
            **({"prompt": "login", "max_age": "0"} if again else {}),
        }
        joined = "&" if "?" in published.authorization_endpoint else "?"
        return published.authorization_endpoint + joined + urlencode(asked), trip

    async def finish(
        self, trip: Trip | None, answer: Mapping[str, str], visit: Visit, replaces: str
    ) -> tuple[str, SignedIn]:
        """Take somebody back from the provider and sign them in; gives the token. OidcRefused, OidcNoRole."""
        self._slow.check(visit.address)
        try:
            claims = await self._claims(trip, answer)
            person = await self._person(claims, visit)
        except CallerError as refusal:
            self._slow.failed(visit.address)
            details = {"by": "oidc", "code": refusal.code}
            await self._audit.write(Act(self._clock(), "", "sign_in", "", "refused", visit.address, details))
            raise
        return await self._sign_ins.begin(person, visit, "oidc", replaces)

    async def _claims(self, trip: Trip | None, answer: Mapping[str, str]) -> Mapping[str, Any]:
        provider = self._set()
        if trip is None or not compare_digest(trip.state.encode(), answer.get("state", "").encode()):
            raise OidcRefused(problem="it does not belong to a sign-in that this browser began")
        if answer.get("iss", provider.issuer) != provider.issuer:
            raise OidcRefused(problem="another provider sent it")
        if "code" not in answer:
            told = "".join(char for char in answer.get("error", "no code")[:60] if char.isalnum() or char in "_ ")
            raise OidcRefused(problem=f"the provider says {told}")
        token = await self._exchanged(answer["code"], trip.verifier)
        claims = await self._verified(token)
        if not compare_digest(str(claims.get("nonce", "")).encode(), trip.nonce.encode()):
            raise OidcRefused(problem="its nonce is another one")
        if trip.again:
            at = claims.get("auth_time")
            if not isinstance(at, int) or self._clock() // 1000 - at > FRESH_S:
                raise OidcRefused(problem="it is not fresh, as it had to be")
        return claims

    async def _exchanged(self, code: str, verifier: str) -> str:
        provider, published = self._set(), await self._discovered()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "code_verifier": verifier,
        }
        headers: tuple[tuple[str, str], ...] = ()
        if "client_secret_basic" in published.token_endpoint_auth_methods_supported:
            pair = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
            headers = (("Authorization", "Basic " + base64.b64encode(pair.encode()).decode()),)
        else:
            form |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
        body = await self._asked("POST", published.token_endpoint, urlencode(form).encode(), headers)
        tokens: _Tokens = _decoded(body, _Tokens)
        token = tokens.id_token
        if len(token) > LONGEST_TOKEN:
            raise OidcRefused(problem="its token is too long")
        return token

    async def _verified(self, token: str) -> Mapping[str, Any]:
        """Give the claims of a token after its signature, audience and times were checked (OIDC Core §3.1.3.7)."""
        from joserfc import jwt  # noqa: PLC0415 - only where a provider is used
        from joserfc.errors import JoseError  # noqa: PLC0415
        from joserfc.jwk import KeySet  # noqa: PLC0415

        provider = self._set()
        registry = jwt.JWTClaimsRegistry(
            now=self._clock() // 1000,
            leeway=LEEWAY_S,
            iss={"essential": True, "value": provider.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": provider.client_id},
            exp={"essential": True},
            iat={"essential": True},
        )
        problem: Exception | None = None
        for anew in (False, True):  # the provider may have changed its keys since they were read
            try:
                keys = KeySet.import_key_set(await self._published_keys(anew))  # type: ignore[arg-type]
                claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
                registry.validate(claims)
            except (JoseError, ValueError, TypeError, KeyError) as fault:
                problem = fault
            else:
                audience = claims["aud"]
                if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != provider.client_id:
                    raise OidcRefused(problem="it is for another program")
                return dict(claims)
        raise OidcRefused(problem=f"its token does not hold ({type(problem).__name__})")

    async def _person(self, claims: Mapping[str, Any], visit: Visit) -> PersonRow:
        """Find who it is: by the provider's subject, else by a verified e-mail address; else somebody new with a role."""
        provider = self._set()
        subject = f"{provider.issuer} {claims['sub']}"
        role = self._role(claims)
        person = await people_table.person_of_subject(self._tables, subject)
        email = claims.get("email")
        if person is None and isinstance(email, str) and claims.get("email_verified") is True:
            person = await people_table.person_of_email(self._tables, folded(email))
            if person is not None:
                if person.subject is not None:
                    raise OidcRefused(problem="the e-mail address belongs to another account at the provider")
                act = Act(self._clock(), person.email, "person.link", person.email, address=visit.address)
                await self._audit.write(act, people_table.setting_subject(person.id, subject))
        if person is None:
            if role is None:
                raise OidcNoRole()
            if not isinstance(email, str) or claims.get("email_verified") is False:
                raise OidcRefused(problem="it has no e-mail address that was verified")
            name = claims.get("name")
            shown = shown_name(name if isinstance(name, str) and name.strip() else email)
            return await self._people.add_through_provider(shown, email, role, subject, visit)
        if provider.roles and role is not None and role != person.role:
            try:
                return await self._people.change(person.id, None, role, provider.issuer, visit)
            except LastAdmin:
                return person
        return person

    def _role(self, claims: Mapping[str, Any]) -> Role | None:
        """Give the highest role that a value of the claim has; `a.b` leads into nested claims."""
        provider = self._set()
        found: Any = claims
        for part in provider.role_claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        values = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        given = {provider.roles[value] for value in values if isinstance(value, str) and value in provider.roles}
        return next((role for role in ROLES if role in given), provider.default_role)

    async def _discovered(self) -> _Published:
        provider = self._set()
        if self._published is None or time.monotonic() - self._published[0] > KEPT_S:
            url = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
            published = _decoded(await self._asked("GET", url), _Published)
            if published.issuer != provider.issuer:
                raise OidcRefused(problem=f"the provider calls itself {published.issuer[:100]!r}")
            self._published = (time.monotonic(), published)
        return self._published[1]

    async def _published_keys(self, anew: bool) -> dict[str, Any]:
        if anew or self._keys is None or time.monotonic() - self._keys[0] > KEPT_S:
            published = await self._discovered()
            self._keys = (time.monotonic(), _decoded(await self._asked("GET", published.jwks_uri), dict[str, Any]))
        return self._keys[1]

    async def _asked(
        self, method: str, url: str, body: bytes = b"", headers: tuple[tuple[str, str], ...] = ()
    ) -> bytes:
        call = Call(
            id=new_token(),
            endpoint="oidc",
            method=method,
            url=url,
            headers=headers,
            body=body,
            deadline_ms=DEADLINE_MS,
            content_type="application/x-www-form-urlencoded" if body else "application/json",
            raw=True,
        )
        found = await self._client.call(call)
        if isinstance(found, Answered):
            return found.body
        if found.status is not None and 400 <= found.status < 500:
            raise OidcRefused(problem=f"the provider answered with status {found.status}")
        raise OidcUnreachable(problem=f"{found.reason}: {found.detail.rstrip('.')}")

    def _set(self) -> Provider:
        if self._provider is None:
            raise OidcOff()
        return self._provider


def provider_of(
    issuer: str, client_id: str, client_secret: str, name: str, claim: str, roles: tuple[str, ...], default: str
) -> Provider | None:
    """Make the provider of its settings; None when there is none. OidcSettings."""
    if not issuer:
        return None
    if not client_id:
        raise OidcSettings(problem="`oidc_issuer` is set and `oidc_client_id` is not")
    known: dict[str, Role] = {}
    for pair in roles:
        value, _, role = pair.rpartition("=")
        found = next((one for one in ROLES if one == role.strip()), None)
        if not value.strip() or found is None:
            raise OidcSettings(problem=f"`oidc_roles` holds {pair!r}; write value=role, with one of {', '.join(ROLES)}")
        known[value.strip()] = found
    usual = next((one for one in ROLES if one == default), None)
    return Provider(issuer, client_id, client_secret, name, claim, known, usual)


def _decoded(body: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise OidcRefused(problem="the provider's answer is not what the standard wants") from None


def _challenge(verifier: str) -> str:
    """Give the S256 challenge of a verifier (RFC 7636 §4.2)."""
    return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
