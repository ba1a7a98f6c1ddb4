"""People: invited, given another role, removed."""

from msgspec import Struct

from branchline.api.admin.account import Person, person_of
from branchline.api.admin.route import Call, Desk, Route
from branchline.api.admin.texts import Text
from branchline.service.access.permissions import Role


class PersonList(Struct, frozen=True):
    people: tuple[Person, ...]


class NewPerson(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to invite."""

    name: Text
    email: Text
    role: Role


class Invited(Struct, frozen=True):
    """A person with the code of their invitation, which is shown this once; `link` opens it."""

    person: Person
    code: str
    link: str


class PersonChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A change of a person; what is left out stays."""

    name: Text | None = None
    role: Role | None = None
    email: Text | None = None


async def people(desk: Desk, _call: Call) -> PersonList:
    return PersonList(tuple(person_of(row) for row in await desk.people.all()))


async def invite(desk: Desk, call: Call) -> Invited:
    body: NewPerson = call.body
    row, code = await desk.people.invite(body.name, body.email, body.role, call.who.person.email, call.visit)
    return Invited(person_of(row), code, _link(desk, code))


async def invite_again(desk: Desk, call: Call) -> Invited:
    row, code = await desk.people.invite_again(call.args["id"], call.who.person.email, call.visit)
    return Invited(person_of(row), code, _link(desk, code))


async def change(desk: Desk, call: Call) -> Person:
    body: PersonChange = call.body
    by = call.who.person.email
    row = await desk.people.change(call.args["id"], body.name, body.role, by, call.visit, body.email)
    return person_of(row)


async def remove(desk: Desk, call: Call) -> None:
    await desk.people.remove(call.args["id"], call.who.person.email, call.visit)


def _link(desk: Desk, code: str) -> str:
    # behind the # so that it is sent to no server and stands in no log
    return f"{desk.base()}/console/join#{code}"


ROUTES = (
    Route(
        method="GET",
        path="/people",
        permission="people.manage",
        summary="Everybody who can sign in.",
        does=people,
        gives=PersonList,
    ),
    Route(
        method="POST",
        path="/people",
        permission="people.manage",
        summary="Invite somebody; gives the link with which they choose a password.",
        does=invite,
        body=NewPerson,
        gives=Invited,
        status=201,
        confirmed=True,
    ),
    Route(
        method="PATCH",
        path="/people/{id}",
        permission="people.manage",
        summary="Change a person's name, role or e-mail address.",
        does=change,
        body=PersonChange,
        gives=Person,
        confirmed=True,
    ),
    Route(
        method="DELETE",
        path="/people/{id}",
        permission="people.manage",
        summary="Remove a person; their sign-ins end at once.",
        does=remove,
        confirmed=True,
    ),
    Route(
        method="POST",
        path="/people/{id}/invitation",
        permission="people.manage",
        summary="Give somebody a new link to choose a password with.",
        does=invite_again,
        gives=Invited,
        status=201,
        confirmed=True,
    ),
)
