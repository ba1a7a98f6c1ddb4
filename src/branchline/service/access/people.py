"""People: the first set-up, inviting and removing somebody, roles, passwords."""

import unicodedata
from secrets import choice, randbits

from msgspec.structs import replace

from branchline.errors import CallerError
from branchline.service.access.audit import Act, Audit
from branchline.service.access.passwords import Passwords
from branchline.service.access.permissions import Role
from branchline.service.access.sign_ins import SignedIn, SignIns, Visit
from branchline.service.access.slow import SlowDown
from branchline.service.clock import Clock
from branchline.service.identity import hash_of, new_token
from branchline.store.port import Duplicate, Store
from branchline.store.tables import Unmatched, people, signed_in
from branchline.store.tables.people import PersonRow

CODE_MS = 24 * 3_600_000
"""How long a set-up code works."""
INVITED_MS = 7 * 24 * 3_600_000
"""How long an invitation works."""
NAME_LIMIT = 100
COMMAND_LINE = "command line"
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class SetUpDone(CallerError):
    """This Branchline is set up already. Sign in, or ask an admin to invite you."""

    code = "set_up.done"
    status = 409


class CodeInvalid(CallerError):
    """The code is wrong or has expired. `branchline set-up-code` makes a new set-up code; an admin makes a new invitation."""

    code = "code.invalid"
    status = 422


class EmailInvalid(CallerError):
    """{email!r} is not an e-mail address: {problem}"""

    code = "email.invalid"
    status = 422


class EmailTaken(CallerError):
    """Somebody with the e-mail address {email} is there already. Take another one, or change that person."""

    code = "email.taken"
    status = 409


class NameInvalid(CallerError):
    """A name has 1 to {limit} characters that can be seen. Write one."""

    code = "name.invalid"
    status = 422


class PersonUnknown(CallerError):
    """There is no such person. They may have been removed."""

    code = "person.unknown"
    status = 404


class LastAdmin(CallerError):
    """{name} is the only admin. Make somebody else an admin first."""

    code = "person.last_admin"
    status = 409


class People:
    """Everybody who can sign in."""

    def __init__(self, store: Store, audit: Audit, passwords: Passwords, sign_ins: SignIns, clock: Clock) -> None:
        self._tables = store.tables
        self._audit = audit
        self._passwords = passwords
        self._sign_ins = sign_ins
        self._clock = clock
        self._slow = SlowDown()

    # the first set-up

    async def are_there(self) -> bool:
        """Say whether there is anybody: whether the first set-up is done."""
        return await people.anybody(self._tables)

    async def new_code(self, *, alone: bool = False) -> str:
        """Make a code for the first set-up; with `alone` the ones before work no more. SetUpDone."""
        if await self.are_there():
            raise SetUpDone()
        code, now = _code(), self._clock()
        old = people.dropping_codes(now + CODE_MS if alone else now)
        await self._tables.write(old, people.setting_code(randbits(48), hash_of(code), now + CODE_MS))
        return code

    async def set_up(self, code: str, name: str, email: str, password: str, visit: Visit) -> tuple[str, SignedIn]:
        """Make the first admin, who is signed in then; gives the token. SetUpDone, CodeInvalid and what a person may not
        be."""
        if await self.are_there():
            raise SetUpDone()
        key = f"set-up {visit.address}"
        self._slow.check(key)
        code_hash, now = hash_of(_typed(code)), self._clock()
        until = await people.set_up_code(self._tables, code_hash)
        if until is None or until <= now:
            self._slow.failed(key)
            await self._audit.write(Act(now, "", "set_up", outcome="refused", address=visit.address))
            raise CodeInvalid(pointer="/code")
        row = await self._new(name, email, "admin", password)
        token, sign_in = self._sign_ins.made(row.id, visit)
        act = Act(now, row.email, "set_up", row.email, address=visit.address, details={"name": row.name})
        try:
            await self._audit.write(
                act, people.using_code(code_hash, now), people.adding(row), signed_in.adding(sign_in)
            )
        except (Unmatched, Duplicate):
            raise SetUpDone() from None
        return token, SignedIn(row, sign_in)

    # everybody

    async def all(self) -> list[PersonRow]:
        return await people.people(self._tables)

    async def one(self, person_id: str) -> PersonRow:
        """Give a person; PersonUnknown."""
        person = await people.person(self._tables, person_id)
        if person is None:
            raise PersonUnknown()
        return person

    async def of_email(self, email: str) -> PersonRow:
        """Give the person with an e-mail address; PersonUnknown."""
        person = await people.person_of_email(self._tables, folded(email))
        if person is None:
            raise PersonUnknown()
        return person

    async def add(self, name: str, email: str, role: Role, password: str, by: str, visit: Visit) -> PersonRow:
        """Add a person with a password."""
        row = await self._new(name, email, role, password)
        act = Act(row.created_at, by, "person.add", row.email, address=visit.address, details={"role": role})
        await self._stored(row, act)
        return row

    async def add_through_provider(self, name: str, email: str, role: Role, subject: str, visit: Visit) -> PersonRow:
        """Add somebody whom the company's provider vouches for; they have no password."""
        row = replace(await self._new(name, email, role, ""), subject=subject)
        details = {"role": role, "by": "oidc"}
        act = Act(row.created_at, row.email, "person.add", row.email, address=visit.address, details=details)
        await self._stored(row, act)
        return row

    async def invite(self, name: str, email: str, role: Role, by: str, visit: Visit) -> tuple[PersonRow, str]:
        """Add a person who chooses a password with the code that is given back, within a week."""
        row = await self._new(name, email, role, "")
        act = Act(row.created_at, by, "person.invite", row.email, address=visit.address, details={"role": role})
        code = _code()
        try:
            await self._audit.write(
                act, people.adding(row), people.inviting(row.id, hash_of(code), act.at + INVITED_MS)
            )
        except Duplicate:
            raise EmailTaken(email=row.email, pointer="/email") from None
        return row, code

    async def invite_again(self, person_id: str, by: str, visit: Visit) -> tuple[PersonRow, str]:
        """Give a code with which a person chooses a new password; the old one works until then."""
        person, code = await self.one(person_id), _code()
        act = Act(self._clock(), by, "person.invite", person.email, address=visit.address)
        await self._audit.write(act, people.inviting(person_id, hash_of(code), act.at + INVITED_MS))
        return person, code

    async def join(self, code: str, password: str, visit: Visit) -> tuple[str, SignedIn]:
        """Choose a password with an invitation; ends all sign-ins there were, and signs in."""
        key = f"join {visit.address}"
        self._slow.check(key)
        code_hash, now = hash_of(_typed(code)), self._clock()
        invited = await people.invited(self._tables, code_hash)
        person = await people.person(self._tables, invited[0]) if invited and invited[1] > now else None
        if person is None:
            self._slow.failed(key)
            await self._audit.write(Act(now, "", "person.join", outcome="refused", address=visit.address))
            raise CodeInvalid(pointer="/code")
        hashed = await self._passwords.hash(password, (person.name, person.email))
        token, sign_in = self._sign_ins.made(person.id, visit)
        act = Act(now, person.email, "person.join", person.email, address=visit.address)
        try:
            await self._audit.write(
                act,
                people.using_invitation(code_hash, now),
                people.setting_password(person.id, hashed, now),
                signed_in.ending_all(person.id),
                signed_in.adding(sign_in),
            )
        except Unmatched:
            raise CodeInvalid(pointer="/code") from None
        return token, SignedIn(replace(person, password=hashed, password_at=now), sign_in)

    async def change(
        self,
        person_id: str,
        name: str | None,
        role: Role | None,
        by: str,
        visit: Visit,
        email: str | None = None,
    ) -> PersonRow:
        """Change a person's name, role or e-mail address; PersonUnknown, LastAdmin, EmailTaken."""
        old = await self.one(person_id)
        new = replace(
            old,
            name=old.name if name is None else shown_name(name),
            role=role or old.role,
            email=old.email if email is None else checked_email(email),
        )
        fields = ("name", "role", "email")
        details = {
            field: [getattr(old, field), getattr(new, field)]
            for field in fields
            if getattr(old, field) != getattr(new, field)
        }
        act = Act(self._clock(), by, "person.change", old.email, address=visit.address, details=details)
        statements = [people.changing(person_id, new.name, new.role)]
        if new.email != old.email:
            statements.append(people.setting_email(person_id, new.email))
        try:
            await self._audit.write(act, *statements)
        except Unmatched:
            await self.one(person_id)
            raise LastAdmin(name=old.name) from None
        except Duplicate:
            raise EmailTaken(email=new.email, pointer="/email") from None
        return new

    async def remove(self, person_id: str, by: str, visit: Visit) -> None:
        """Remove a person and end their sign-ins; PersonUnknown, LastAdmin."""
        person = await self.one(person_id)
        act = Act(self._clock(), by, "person.remove", person.email, address=visit.address)
        try:
            await self._audit.write(
                act, people.removing(person_id), people.withdrawing(person_id), signed_in.ending_all(person_id)
            )
        except Unmatched:
            await self.one(person_id)
            raise LastAdmin(name=person.name) from None

    async def set_password(self, person: PersonRow, password: str, by: str, visit: Visit) -> None:
        """Set a password for somebody; ends all their sign-ins."""
        hashed = await self._passwords.hash(password, (person.name, person.email))
        act = Act(self._clock(), by, "password.set", person.email, address=visit.address)
        await self._audit.write(
            act,
            people.setting_password(person.id, hashed, act.at),
            people.withdrawing(person.id),
            signed_in.ending_all(person.id),
        )

    async def change_password(self, who: SignedIn, current: str, new: str, visit: Visit) -> tuple[str, SignedIn]:
        """Change one's own password: all sign-ins end, and this one gets a new token, which is given."""
        await self._sign_ins.prove(who, current, visit, "/current")
        person = who.person
        hashed = await self._passwords.hash(new, (person.name, person.email))
        token, sign_in = self._sign_ins.made(person.id, visit)
        act = Act(sign_in.created_at, person.email, "password.change", person.email, address=visit.address)
        await self._audit.write(
            act,
            people.setting_password(person.id, hashed, act.at),
            people.withdrawing(person.id),
            signed_in.ending_all(person.id),
            signed_in.adding(sign_in),
        )
        return token, SignedIn(replace(person, password=hashed, password_at=act.at), sign_in)

    async def _new(self, name: str, email: str, role: Role, password: str) -> PersonRow:
        address, shown = checked_email(email), shown_name(name)
        hashed = await self._passwords.hash(password, (shown, address)) if password else ""
        now = self._clock()
        return PersonRow(new_token()[:16], address, shown, role, hashed, None, now, now)

    async def _stored(self, row: PersonRow, act: Act) -> None:
        try:
            await self._audit.write(act, people.adding(row))
        except Duplicate:
            raise EmailTaken(email=row.email, pointer="/email") from None


def folded(email: str) -> str:
    """Give an e-mail address as it is compared."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def checked_email(email: str) -> str:
    """Give an e-mail address as it is kept; EmailInvalid."""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - only when somebody is added

    try:
        return folded(validate_email(email.strip(), check_deliverability=False).normalized)
    except EmailNotValidError as problem:
        raise EmailInvalid(email=email[:100], problem=problem, pointer="/email") from None


def shown_name(name: str) -> str:
    """Give a name as it is kept; NameInvalid."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not 1 <= len(name) <= NAME_LIMIT or not name.isprintable():
        raise NameInvalid(limit=NAME_LIMIT, pointer="/name")
    return name


def _code() -> str:
    """Make a code to type: 20 letters and digits, 99 bits, in groups."""
    return "-".join("".join(choice(_LETTERS) for _ in range(5)) for _ in range(4))


def _typed(code: str) -> str:
    """Read a code as people type it."""
    letters = "".join(char for char in code.upper() if char.isalnum())[:40]
    return "-".join(letters[start : start + 5] for start in range(0, len(letters), 5))
