"""A call with a deadline or a way to cancel it: waits that end in time, whatever is waited for.

Nothing in Python ends a name look-up, a TLS handshake or somebody's ``read()``
from outside. So what may block runs in another thread while the caller
waits with a timeout; when the caller has gone, the connection in use is shut
down, and what runs there ends by the error that this makes.
"""

import threading
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import Any, Final, TypeVar

from .call_options import CancelToken, current_options
from .errors import CallCancelledError, CallDeadlineError
from .side_threads import run_beside

__all__ = ["CallLimit"]

_AFTER: Final = 0.2  # seconds
_Result = TypeVar("_Result")


class _Work:
    """What runs beside the caller, and what became of it."""

    __slots__ = ("_gate", "abandoned", "error", "finished", "function", "lock", "value")

    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function
        # A bare lock, released once: unlike an Event, a signal handler may do that in the middle of the wait.
        self._gate = threading.Lock()
        self._gate.acquire()
        self.lock = threading.Lock()
        self.finished = False
        self.abandoned = False
        self.value: Any = None
        self.error: BaseException | None = None

    def __call__(self) -> None:
        current_options.set(None)  # in the thread's own context: what it calls is not the call itself
        try:
            value, error = self.function(), None
        except BaseException as problem:  # told to the caller, whatever it is
            value, error = None, problem
        with self.lock:
            self.finished = True
            self.value, self.error = value, error
            abandoned = self.abandoned
        if abandoned:
            _close(value)
        self.wake()

    def wait(self, seconds: float | None) -> None:
        """Wait until ``wake`` was called, at most so long."""
        self._gate.acquire(timeout=-1 if seconds is None else max(0.0, min(seconds, threading.TIMEOUT_MAX)))

    def wake(self) -> None:
        """End the wait, now or when it begins."""
        try:
            self._gate.release()
        except RuntimeError:
            pass  # somebody else has

    def abandon(self) -> bool:
        """Say that nobody wants the result; ``False`` if it is there already."""
        with self.lock:
            self.abandoned = not self.finished
            return self.abandoned


class CallLimit:
    """The deadline and the token of one call. Used by the thread of the call, ended by any.

    ``timeout`` counts from ``began``, or from now on; ``monotonic`` is in seconds. A transport
    finds the limit as ``request.limit``: it may ``cut`` its timeouts, and
    ``attach`` what ends its wait.
    """

    __slots__ = ("_abort", "_lock", "_monotonic", "_over", "_token", "_until", "_work", "timeout")

    def __init__(
        self,
        timeout: float | None,
        token: CancelToken | None,
        monotonic: Callable[[], float],
        began: float | None = None,
    ) -> None:
        self.timeout = timeout
        self._token = token
        self._monotonic = monotonic
        self._until = None if timeout is None else (monotonic() if began is None else began) + timeout
        self._lock = threading.Lock()
        self._abort: Callable[[], None] | None = None
        self._over = False
        self._work: _Work | None = None
        if token is not None:
            token.enter(self)

    def __repr__(self) -> str:
        return f"<CallLimit timeout={self.timeout} {self._token!r}>"

    def close(self) -> None:
        """Leave the token: the call has returned."""
        if self._token is not None:
            self._token.leave(self)

    def end(self) -> None:
        """Wake the call, which looks at its token then. From any thread."""
        work = self._work
        if work is not None:
            work.wake()

    def left(self) -> float | None:
        """Return the seconds until the deadline, ``None`` where there is none."""
        return None if self._until is None else self._until - self._monotonic()

    def cut(self, seconds: float | None) -> float | None:
        """Return a timeout that hardly goes beyond the deadline; a little, so that it is the caller who ends first."""
        left = self.left()
        if left is None:
            return seconds
        left = max(left, 0.0) + _AFTER
        return left if seconds is None else min(seconds, left)

    def check(self, doing: str) -> None:
        """Raise CallCancelledError or CallDeadlineError if the call is over; ``doing`` says in the middle of what."""
        if self._token is not None and self._token.cancelled:
            raise CallCancelledError(doing=doing)
        left = self.left()
        if left is not None and left <= 0:
            raise self._too_late(doing)

    def sleep(self, seconds: float, sleep: Callable[[float], object]) -> None:
        """Wait with ``sleep``, or until the token is cancelled; raises at once for a wait beyond the deadline."""
        doing = "waiting for the next attempt"
        self.check(doing)
        left = self.left()
        if left is not None and seconds >= left:
            raise self._too_late(doing)
        if self._token is None:
            sleep(seconds)
            return
        self._work = work = _Work(_nothing)
        if not self._token.cancelled:
            work.wait(seconds)
        self._work = None
        self.check(doing)

    def run(self, function: Callable[[], _Result], doing: str) -> _Result:
        """Return what a function that may block returns, or raise what it raises, or what ``check`` raises.

        The function runs on in the background where it cannot be stopped; an
        answer that it still brings is closed.
        """
        self._work = work = _Work(function)  # before the token is asked, so that it can wake this
        self.check(doing)
        run_beside(partial(copy_context().run, work))
        try:
            work.wait(self.left())
        except BaseException:  # KeyboardInterrupt, mostly
            self._leave(work)
            raise
        finally:
            self._work = None
        if self._leave(work):
            self.check(doing)
            raise self._too_late(doing)
        if work.error is not None:
            left = self.left()
            if left is not None and left <= 0 and isinstance(work.error, Exception):
                raise self._too_late(doing) from work.error
            raise work.error
        value: _Result = work.value
        return value

    def attach(self, abort: Callable[[], None]) -> None:
        """Have ``abort`` called, in another thread, when the call ends early; raises if it has.

        ``abort`` must not block, and is not called after ``detach``.
        """
        with self._lock:
            if not self._over:
                self._abort = abort
                return
        self.check("connecting")
        raise self._too_late("connecting")

    def detach(self) -> None:
        """End what ``attach`` began: the connection is used no more."""
        with self._lock:
            self._abort = None

    def _leave(self, work: _Work) -> bool:
        """Abandon what is not finished and end its wait; return whether it was abandoned."""
        if not work.abandon():
            return False
        with self._lock:
            self._over = True
            abort, self._abort = self._abort, None
            if abort is not None:
                abort()  # under the lock: a connection must not go to somebody else in between
        return True

    def _too_late(self, doing: str) -> CallDeadlineError:
        return CallDeadlineError(timeout=self.timeout, doing=doing)


def _nothing() -> None:
    pass


def _close(value: Any) -> None:
    """Close the body of an answer that nobody waits for any more."""
    close = getattr(getattr(value, "raw", None), "close", None)
    if close is not None:
        close()
