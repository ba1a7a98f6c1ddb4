"""Who is there: the first set-up, signing in and out, one's own account."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from branchline import __version__
from branchline.api.admin.route import Call, Desk, Reply, Route
from branchline.api.admin.texts import Text
from branchline.service.access.passwords import LONGEST, SHORTEST
from branchline.service.access.people import folded
from branchline.service.access.permissions import ANYBODY, SELF, Role, permissions_of
from branchline.service.access.sign_ins import CONFIRMED_MS, SignedIn
from branchline.store.tables.people import PersonRow

Code = Annotated[str, Meta(max_length=60)]
Password = Annotated[str, Meta(max_length=1_000)]


class Person(Struct, frozen=True):
    """A person. `by`: how they can sign in; `none` until they take up their invitation."""

    id: str
    name: str
    email: str
    role: Role
    created_at: int
    by: tuple[Literal["password", "oidc"], ...]


class Me(Struct, frozen=True):
    """Who is signed in, and what they may do. `confirmed_until`: until when what is sensitive needs no password."""

    person: Person
    permissions: tuple[str, ...]
    confirmed_until: int


class SignInWays(Struct, frozen=True):
    """The ways to sign in. `oidc`: the name of the company's provider."""

    password: bool
    oidc: str | None


class PasswordRules(Struct, frozen=True):
    """What a password must be; there are no rules about kinds of characters."""

    shortest: int
    longest: int


class State(Struct, frozen=True):
    """What the first screen depends on."""

    set_up: bool
    me: Me | None
    sign_in: SignInWays
    password: PasswordRules
    version: str


class SetUp(Struct, frozen=True, forbid_unknown_fields=True):
    """The first admin; the code was printed when the server started."""

    code: Code
    name: Text
    email: Text
    password: Password


class Join(Struct, frozen=True, forbid_unknown_fields=True):
    """A password chosen with an invitation."""

    code: Code
    password: Password


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A sign-in by password."""

    email: Text
    password: Password


class Confirm(Struct, frozen=True, forbid_unknown_fields=True):
    """A fresh proof of who it is."""

    password: Password


class MyChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A change of one's own account."""

    name: Text


class PasswordChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A change of one's own password. All other sign-ins end."""

    current: Password
    new: Password


class OneSignIn(Struct, frozen=True):
    """A sign-in. `browser` is what the browser calls itself."""

    id: str
    created_at: int
    used_at: int
    address: str
    browser: str
    this: bool


class SignInList(Struct, frozen=True):
    sign_ins: tuple[OneSignIn, ...]


def person_of(row: PersonRow) -> Person:
    by: list[Literal["password", "oidc"]] = []
    if row.password:
        by.append("password")
    if row.subject:
        by.append("oidc")
    return Person(row.id, row.name, row.email, row.role, row.created_at, tuple(by))  # type: ignore[arg-type]


def me_of(who: SignedIn) -> Me:
    return Me(person_of(who.person), permissions_of(who.person.role), who.sign_in.confirmed_at + CONFIRMED_MS)


async def state(desk: Desk, call: Call) -> State:
    me = None if call.signed_in is None else me_of(call.signed_in)
    set_up = me is not None or await desk.people.are_there()
    return State(set_up, me, SignInWays(True, desk.oidc.name), PasswordRules(SHORTEST, LONGEST), __version__)


async def set_up(desk: Desk, call: Call) -> Reply:
    body: SetUp = call.body
    token, who = await desk.people.set_up(body.code, body.name, body.email, body.password, call.visit)
    return Reply(me_of(who), token=token)


async def join(desk: Desk, call: Call) -> Reply:
    body: Join = call.body
    token, who = await desk.people.join(body.code, body.password, call.visit)
    return Reply(me_of(who), token=token)


async def sign_in(desk: Desk, call: Call) -> Reply:
    body: SignIn = call.body
    token, who = await desk.sign_ins.sign_in(folded(body.email), body.password, call.visit, call.token)
    return Reply(me_of(who), token=token)


async def sign_out(desk: Desk, call: Call) -> Reply:
    if call.signed_in is not None:
        await desk.sign_ins.end(call.signed_in, call.signed_in.sign_in.id, call.visit)
    return Reply(token="")


async def me(_desk: Desk, call: Call) -> Me:
    return me_of(call.who)


async def change_me(desk: Desk, call: Call) -> Me:
    who = call.who
    person = await desk.people.change(who.person.id, call.body.name, None, who.person.email, call.visit)
    return me_of(SignedIn(person, who.sign_in))


async def change_password(desk: Desk, call: Call) -> Reply:
    body: PasswordChange = call.body
    token, who = await desk.people.change_password(call.who, body.current, body.new, call.visit)
    return Reply(me_of(who), token=token)


async def confirm(desk: Desk, call: Call) -> Me:
    await desk.sign_ins.confirm(call.who, call.body.password, call.visit)
    return me_of(await desk.sign_ins.find(call.token))


async def sign_ins(desk: Desk, call: Call) -> SignInList:
    rows = await desk.sign_ins.of(call.who.person.id)
    this = call.who.sign_in.id
    return SignInList(
        tuple(OneSignIn(row.id, row.created_at, row.used_at, row.address, row.browser, row.id == this) for row in rows)
    )


async def end_sign_in(desk: Desk, call: Call) -> Reply:
    await desk.sign_ins.end(call.who, call.args["id"], call.visit)
    return Reply(token="" if call.args["id"] == call.who.sign_in.id else None)


async def end_others(desk: Desk, call: Call) -> None:
    await desk.sign_ins.end_others(call.who, call.visit)


ROUTES = (
    Route(
        method="GET",
        path="/state",
        permission=ANYBODY,
        summary="What the first screen depends on: whether this is set up, who is signed in, how to sign in.",
        does=state,
        gives=State,
    ),
    Route(
        method="POST",
        path="/set-up",
        permission=ANYBODY,
        summary="Make the first admin, once, with the code that the server printed; signs in.",
        does=set_up,
        body=SetUp,
        gives=Me,
    ),
    Route(
        method="POST",
        path="/join",
        permission=ANYBODY,
        summary="Choose a password with an invitation; signs in.",
        does=join,
        body=Join,
        gives=Me,
    ),
    Route(
        method="POST",
        path="/sign-in",
        permission=ANYBODY,
        summary="Sign in by e-mail address and password.",
        does=sign_in,
        body=SignIn,
        gives=Me,
    ),
    Route(method="POST", path="/sign-out", permission=ANYBODY, summary="End this sign-in.", does=sign_out),
    Route(method="GET", path="/me", permission=SELF, summary="Who is signed in.", does=me, gives=Me),
    Route(
        method="PATCH",
        path="/me",
        permission=SELF,
        summary="Change one's own name.",
        does=change_me,
        body=MyChange,
        gives=Me,
    ),
    Route(
        method="POST",
        path="/me/password",
        permission=SELF,
        summary="Change one's own password; all other sign-ins end.",
        does=change_password,
        body=PasswordChange,
        gives=Me,
    ),
    Route(
        method="POST",
        path="/me/confirm",
        permission=SELF,
        summary="Prove once more who it is, for what is sensitive.",
        does=confirm,
        body=Confirm,
        gives=Me,
    ),
    Route(
        method="GET",
        path="/me/sign-ins",
        permission=SELF,
        summary="All of one's own sign-ins.",
        does=sign_ins,
        gives=SignInList,
    ),
    Route(
        method="DELETE",
        path="/me/sign-ins",
        permission=SELF,
        summary="End all of one's own sign-ins but this one.",
        does=end_others,
    ),
    Route(
        method="DELETE",
        path="/me/sign-ins/{id}",
        permission=SELF,
        summary="End one of one's own sign-ins.",
        does=end_sign_in,
    ),
)
