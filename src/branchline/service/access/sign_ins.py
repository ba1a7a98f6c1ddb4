"""Sign-ins (OWASP ASVS 5, chapter 7): random tokens kept as hashes, idle and absolute time-outs, all of them listed
and revocable, and a fresh proof of who somebody is before what is sensitive."""

from msgspec import Struct
from msgspec.structs import replace

from branchline.errors import CallerError
from branchline.service.access.audit import Act, Audit
from branchline.service.access.passwords import Passwords
from branchline.service.access.slow import FREE_OF_ADDRESS, SlowDown
from branchline.service.clock import Clock
from branchline.service.identity import hash_of, new_long_token, new_token
from branchline.store.port import Store
from branchline.store.tables import Statement, Unmatched, people, signed_in
from branchline.store.tables.people import PersonRow
from branchline.store.tables.signed_in import SignInRow

CONFIRMED_MS = 15 * 60_000
"""How long a proof of who somebody is counts for what is sensitive."""
NOTED_MS = 60_000
"""How often at most the time of the last use is written."""
BROWSER_LIMIT = 200
PER_PERSON = 50
"""Sign-ins of one person; the one used longest ago makes room."""


class SignInNeeded(CallerError):
    """You are not signed in, or no longer: a sign-in ends after {idle} without use and after {days}. Sign in again."""

    code = "sign_in.needed"
    status = 401


class SignInRefused(CallerError):
    """The e-mail address or the password is wrong. Try again, or ask an admin for a new password."""

    code = "sign_in.refused"
    status = 401


class SignInUnconfirmed(CallerError):
    """This needs a fresh proof that it is you: the last one is older than {minutes} minutes. Confirm with your password."""

    code = "sign_in.unconfirmed"
    status = 403


class SignInUnknown(CallerError):
    """You have no such sign-in. It may have ended already."""

    code = "sign_in.unknown"
    status = 404


class PasswordWrong(CallerError):
    """The password is wrong. Type the one that you sign in with now."""

    code = "password.wrong"
    status = 422


class SignedIn(Struct, frozen=True):
    """Who is there, and by which sign-in."""

    person: PersonRow
    sign_in: SignInRow


class Visit(Struct, frozen=True):
    """Where a call comes from: the address, and what the browser calls itself."""

    address: str = ""
    browser: str = ""


class SignIns:
    """Begins, finds and ends sign-ins. `idle_ms` and `longest_ms`: when one ends without use, and in any case."""

    def __init__(
        self, store: Store, audit: Audit, passwords: Passwords, clock: Clock, idle_ms: int, longest_ms: int
    ) -> None:
        self._tables = store.tables
        self._audit = audit
        self._passwords = passwords
        self._clock = clock
        self._idle_ms = idle_ms
        self._longest_ms = longest_ms
        self._slow = SlowDown(longest_s=60.0)
        self._slow_addresses = SlowDown(FREE_OF_ADDRESS)

    async def sign_in(self, email: str, password: str, visit: Visit, replaces: str = "") -> tuple[str, SignedIn]:
        """Begin a sign-in by password; gives its token. SignInRefused says the same whoever it is, after the same time.

        `replaces`: the token that the browser showed; it ends.
        """
        account = f"account {email[:200]}"
        self._check(account, visit)
        person = await people.person_of_email(self._tables, email)
        if not await self._passwords.matches(password, person.password if person else "") or person is None:
            self._failed(account, visit)
            who = person.email if person else ""
            await self._audit.write(
                Act(self._clock(), who, "sign_in", outcome="refused", address=visit.address, details={"by": "password"})
            )
            raise SignInRefused()
        self._slow.succeeded(account)
        return await self.begin(person, visit, "password", replaces)

    async def begin(self, person: PersonRow, visit: Visit, by: str, replaces: str = "") -> tuple[str, SignedIn]:
        """Begin a sign-in of somebody who proved who they are; gives its token."""
        token, row = self.made(person.id, visit)
        ending: list[Statement] = []
        old = await signed_in.find(self._tables, hash_of(replaces)) if replaces else None
        if old is not None:
            ending.append(signed_in.ending(old.id, old.person))
        others = [other for other in await signed_in.of_person(self._tables, person.id) if other != old]
        ending += [signed_in.ending(other.id, person.id) for other in others[PER_PERSON - 1 :]]
        act = Act(row.created_at, person.email, "sign_in", address=visit.address, details={"by": by})
        ending.append(signed_in.ending_old(row.created_at - self._idle_ms, row.created_at - self._longest_ms))
        await self._audit.write(act, signed_in.adding(row), *(statement.or_not() for statement in ending))
        return token, SignedIn(person, row)

    def made(self, person_id: str, visit: Visit) -> tuple[str, SignInRow]:
        """Make a sign-in that is to be stored, and its token."""
        token, now = new_long_token(), self._clock()
        browser = "".join(char for char in visit.browser if char.isprintable())[:BROWSER_LIMIT]
        return token, SignInRow(hash_of(token), new_token()[:16], person_id, now, now, now, visit.address, browser)

    async def find(self, token: str) -> SignedIn:
        """Give who shows this token; SignInNeeded."""
        row = await signed_in.find(self._tables, hash_of(token)) if token else None
        now = self._clock()
        if row is None or now - row.used_at >= self._idle_ms or now - row.created_at >= self._longest_ms:
            raise self.needed()
        person = await people.person(self._tables, row.person)
        if person is None:
            raise self.needed()
        if now - row.used_at >= NOTED_MS:
            await self._tables.write(signed_in.using(row.token_hash, now))
            row = replace(row, used_at=now)
        return SignedIn(person, row)

    def needed(self) -> SignInNeeded:
        return SignInNeeded(idle=_span(self._idle_ms), days=_span(self._longest_ms))

    def confirmed(self, who: SignedIn) -> None:
        """SignInUnconfirmed when the last proof is too old."""
        if self._clock() - who.sign_in.confirmed_at > CONFIRMED_MS:
            raise SignInUnconfirmed(minutes=CONFIRMED_MS // 60_000)

    async def confirm(self, who: SignedIn, password: str, visit: Visit) -> None:
        """Take a fresh proof; PasswordWrong."""
        await self.prove(who, password, visit, "/password")
        act = Act(self._clock(), who.person.email, "sign_in.confirm", address=visit.address)
        await self._audit.write(act, signed_in.confirming(who.sign_in.token_hash, act.at))

    async def prove(self, who: SignedIn, password: str, visit: Visit, pointer: str) -> None:
        """Check the password of somebody who is signed in; PasswordWrong."""
        account = f"person {who.person.id}"
        self._check(account, visit)
        if not await self._passwords.matches(password, who.person.password):
            self._failed(account, visit)
            act = Act(self._clock(), who.person.email, "sign_in.confirm", outcome="refused", address=visit.address)
            await self._audit.write(act)
            raise PasswordWrong(pointer=pointer)
        self._slow.succeeded(account)

    def _check(self, account: str, visit: Visit) -> None:
        self._slow.check(account)
        self._slow_addresses.check(visit.address)

    def _failed(self, account: str, visit: Visit) -> None:
        self._slow.failed(account)
        self._slow_addresses.failed(visit.address)

    async def of(self, person_id: str) -> list[SignInRow]:
        """Give the sign-ins of a person that still work, the one used last first."""
        now = self._clock()
        rows = await signed_in.of_person(self._tables, person_id)
        return [row for row in rows if now - row.used_at < self._idle_ms and now - row.created_at < self._longest_ms]

    async def end(self, who: SignedIn, sign_in: str, visit: Visit) -> None:
        """End one of somebody's own sign-ins; SignInUnknown."""
        act = Act(self._clock(), who.person.email, "sign_in.end", sign_in, address=visit.address)
        try:
            await self._audit.write(act, signed_in.ending(sign_in, who.person.id))
        except Unmatched:
            raise SignInUnknown() from None

    async def end_others(self, who: SignedIn, visit: Visit) -> None:
        """End all of somebody's sign-ins but this one."""
        act = Act(self._clock(), who.person.email, "sign_in.end_others", address=visit.address)
        await self._audit.write(act, signed_in.ending_all(who.person.id, who.sign_in.id))


def _span(duration_ms: int) -> str:
    minutes = duration_ms // 60_000
    if minutes % 1_440 == 0 and minutes:
        return f"{minutes // 1_440} d"
    return f"{minutes // 60} h" if minutes % 60 == 0 and minutes else f"{minutes} min"
