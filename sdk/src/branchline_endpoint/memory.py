"""Answers remembered by fulfillment id, so that a repeat gets the same answer without a second effect."""

import threading
from collections import OrderedDict
from concurrent.futures import Future

from branchline_endpoint.answer import AnswerRefused

Outcome = bytes | AnswerRefused
"""What a finished call left: the answer as sent, or why the answer was refused."""


class Memory:
    """The outcomes of the last `size` finished calls, and the calls under way. Safe to use from several threads.

    Of several requests with one id, the first runs the function and the others wait for its outcome. A call that
    raised leaves nothing: its repeat runs the function again. It knows one process only and forgets at its end.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._finished: OrderedDict[str, Future[Outcome]] = OrderedDict()
        self._under_way: dict[str, Future[Outcome]] = {}

    def claim(self, key: str) -> tuple[Future[Outcome], bool]:
        """The outcome for `key`, and whether the caller is the one who must bring it about (`keep` or `drop`)."""
        with self._lock:
            if key in self._finished:
                self._finished.move_to_end(key)
                return self._finished[key], False
            if key in self._under_way:
                return self._under_way[key], False
            promise: Future[Outcome] = Future()
            # A running future cannot be cancelled: one impatient waiter must not take the outcome from the others.
            promise.set_running_or_notify_cancel()
            self._under_way[key] = promise
            return promise, True

    def keep(self, key: str, outcome: Outcome) -> None:
        """The function returned: remember its outcome and hand it to everyone who waits."""
        with self._lock:
            promise = self._under_way.pop(key)
            self._finished[key] = promise
            while len(self._finished) > self._size:
                self._finished.popitem(last=False)
        promise.set_result(outcome)

    def drop(self, key: str, error: BaseException) -> None:
        """The function raised: forget the call and hand the error to everyone who waits."""
        with self._lock:
            promise = self._under_way.pop(key)
        promise.set_exception(error)
