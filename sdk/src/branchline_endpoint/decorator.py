"""The decorator, and the endpoint it makes of a function."""

import asyncio
import functools
import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Generic, TypeVar, cast, overload

from branchline_endpoint import interaction as documents
from branchline_endpoint import signature
from branchline_endpoint.answer import AnswerRefused, encode
from branchline_endpoint.asgi import AsgiApp
from branchline_endpoint.interaction import Interaction, InteractionRefused
from branchline_endpoint.memory import Memory, Outcome
from branchline_endpoint.refusals import CannotAnswer, RequestRefused, Response, answered, refused
from branchline_endpoint.request import BODY_LIMIT, idempotency_key
from branchline_endpoint.wsgi import WsgiApp

logger = logging.getLogger("branchline_endpoint")

Answer = Mapping[str, str] | None
R = TypeVar("R", bound=Answer | Awaitable[Answer])


class Endpoint(Generic[R]):
    """A function `interaction -> {name: data}`, sync or async, that can be served.

    `asgi` and `wsgi` are the applications; they answer on whatever path they are mounted. Calling the endpoint calls
    the function and checks its answer, which is what a test wants.

    `secrets`: signing secrets, `whsec_...` as text or keys as bytes; several while one is being replaced; `None` for
    no verification. `remember`: how many fulfillment ids to remember answers for, 0 for none. `body_limit`: bytes.
    Raises `ValueError` for a secret that cannot be one, for an empty list of secrets, and for numbers out of range;
    `TypeError` for one secret outside a list.
    """

    def __init__(
        self,
        function: Callable[[Interaction], R],
        *,
        secrets: Sequence[str | bytes] | None = None,
        remember: int = 0,
        body_limit: int = BODY_LIMIT,
    ) -> None:
        if isinstance(secrets, str | bytes):
            raise TypeError("secrets is one text, but a list is needed. Write secrets=[...].")
        if secrets is not None and not secrets:
            raise ValueError("secrets is an empty list. Give at least one, or None to take unsigned requests.")
        if remember < 0 or body_limit < 1:
            raise ValueError(f"remember is {remember} (at least 0) and body_limit is {body_limit} (at least 1).")
        functools.update_wrapper(self, function)
        self._function = function
        self._is_async = inspect.iscoroutinefunction(function)
        self._name: str = getattr(function, "__name__", type(function).__name__)
        self._memory = Memory(remember) if remember else None
        self._under_way: set[asyncio.Task[None]] = set()
        self.keys: tuple[bytes, ...] = tuple(signature.key_of(secret) for secret in secrets or ())
        self.body_limit = body_limit
        self.asgi = AsgiApp(self)
        self.wsgi = WsgiApp(self)
        if secrets is None:
            logger.warning(
                "Endpoint %r has no signing secret: it takes requests from anyone who can reach it.", self._name
            )

    def __repr__(self) -> str:
        return f"<Endpoint {self._name}: {'signed' if self.keys else 'unsigned'}>"

    def __call__(self, interaction: Interaction) -> R:
        """The function's own result, after its answer was checked. Raises `AnswerRefused` and what the function raises."""
        result = self._function(interaction)
        if inspect.isawaitable(result):
            return cast(R, _checked(result))
        encode(result)
        return result

    def read(self, headers: Mapping[str, str], body: bytes) -> Interaction:
        """The interaction in a request. Header names are in lower case.

        Raises `RequestRefused`: 401 for a wrong signature, 400 for a wrong document or two different ids.
        """
        key = idempotency_key(headers)
        if self.keys:
            # Only webhook-id is under the signature, so it decides; a key beside it may agree but not replace it.
            signed_id = signature.verify(self.keys, headers, body, time.time())
            if key is not None and key != signed_id:
                raise RequestRefused(400, "id.conflict", "Idempotency-Key and webhook-id are not the same id.")
            key = signed_id
        try:
            return documents.parse(body, key)
        except InteractionRefused as error:
            raise RequestRefused(400, "interaction.malformed", str(error)) from None

    def respond(self, headers: Mapping[str, str], body: bytes) -> Response:
        """One request to one response, blocking. Never raises for what the request or the function does."""
        try:
            interaction = self.read(headers, body)
            return answered(self._answer(interaction))
        except Exception as error:
            return self.failed(error)

    async def respond_async(self, headers: Mapping[str, str], body: bytes) -> Response:
        """One request to one response; a sync function runs in a thread. Raises nothing but a cancellation."""
        try:
            interaction = self.read(headers, body)
            return answered(await self._answer_async(interaction))
        except Exception as error:
            return self.failed(error)

    def failed(self, error: Exception) -> Response:
        """The response for an error; the endpoint's own faults are logged."""
        if isinstance(error, RequestRefused):
            return refused(error.status, error.code, error.detail, error.headers)
        if isinstance(error, AnswerRefused):
            logger.error("Endpoint %r: %s", self._name, error)
            return refused(500, "answer.refused", str(error))
        if isinstance(error, CannotAnswer):
            logger.warning("Endpoint %r cannot answer: %s", self._name, error.detail)
            wait = () if error.retry_after_s is None else (("retry-after", str(error.retry_after_s)),)
            return refused(error.status, "answer.unavailable", error.detail, wait)
        logger.error("Endpoint %r failed.", self._name, exc_info=error)
        return refused(500, "function.failed", "The endpoint's function raised an error. Its log has the details.")

    def _answer(self, interaction: Interaction) -> bytes:
        key = interaction.fulfillment_id
        if self._memory is None or key is None:
            return encode(self._run(interaction))
        promise, first = self._memory.claim(key)
        if first:
            try:
                self._memory.keep(key, _outcome(self._run(interaction)))
            except BaseException as error:
                self._memory.drop(key, error)
                raise
        return _body(promise.result())

    def _run(self, interaction: Interaction) -> object:
        result = self._function(interaction)
        return asyncio.run(cast("Coroutine[Any, Any, Answer]", result)) if self._is_async else result

    async def _answer_async(self, interaction: Interaction) -> bytes:
        key = interaction.fulfillment_id
        if self._memory is None or key is None:
            return encode(await self._run_async(interaction))
        promise, first = self._memory.claim(key)
        if first:
            # A task of its own: a client that goes away must not stop an effect half-way and let a repeat begin it anew.
            task = asyncio.create_task(self._remembered(self._memory, key, interaction))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return _body(await asyncio.wrap_future(promise))

    async def _remembered(self, memory: Memory, key: str, interaction: Interaction) -> None:
        try:
            memory.keep(key, _outcome(await self._run_async(interaction)))
        except Exception as error:
            memory.drop(key, error)
        except BaseException:
            memory.drop(key, CannotAnswer("The endpoint stopped while it worked on this id."))
            raise

    async def _run_async(self, interaction: Interaction) -> object:
        if self._is_async:
            return await cast("Awaitable[Answer]", self._function(interaction))
        return await asyncio.to_thread(self._function, interaction)


async def _checked(result: Awaitable[Answer]) -> Answer:
    answer = await result
    encode(answer)
    return answer


def _outcome(result: object) -> Outcome:
    try:
        return encode(result)
    except AnswerRefused as error:
        return error


def _body(outcome: Outcome) -> bytes:
    if isinstance(outcome, AnswerRefused):
        raise AnswerRefused(str(outcome))
    return outcome


@overload
def endpoint(function: Callable[[Interaction], R], /) -> Endpoint[R]: ...
@overload
def endpoint(
    *, secrets: Sequence[str | bytes] | None = None, remember: int = 0, body_limit: int = BODY_LIMIT
) -> Callable[[Callable[[Interaction], R]], Endpoint[R]]: ...
def endpoint(
    function: Callable[[Interaction], R] | None = None,
    /,
    *,
    secrets: Sequence[str | bytes] | None = None,
    remember: int = 0,
    body_limit: int = BODY_LIMIT,
) -> Endpoint[R] | Callable[[Callable[[Interaction], R]], Endpoint[R]]:
    """Make an `Endpoint` of a function. `@endpoint` alone verifies nothing; see `Endpoint` for the options."""

    def make(function: Callable[[Interaction], R]) -> Endpoint[R]:
        return Endpoint(function, secrets=secrets, remember=remember, body_limit=body_limit)

    return make if function is None else make(function)
