"""What a single call is given beyond its parameters: a deadline, a number of attempts, a way to cancel it."""

from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from .call_limit import CallLimit

__all__ = ["CallOptions", "CancelToken", "call_options", "current_options"]


class CancelToken:
    """Cancels the calls that it was given to, from any thread or a signal handler; once cancelled, it stays so.

    One token may be given to many calls. A call under way ends with
    ``CallCancelledError`` and its connection is closed; one that begins later
    sends nothing.
    """

    __slots__ = ("_calls", "_cancelled")

    def __init__(self) -> None:
        self._cancelled = False
        self._calls: set[CallLimit] = set()

    def __repr__(self) -> str:
        return f"<CancelToken {'cancelled' if self._cancelled else 'not cancelled'}>"

    @property
    def cancelled(self) -> bool:
        """Whether ``cancel`` was called."""
        return self._cancelled

    def cancel(self) -> None:
        """End the calls that have this token, now and later; returns at once."""
        # No lock: a signal handler may run in the middle of anything. Calls enter before they look at the flag.
        self._cancelled = True
        for call in self._calls.copy():
            call.end()

    def enter(self, call: "CallLimit") -> None:
        """Have a call told; it looks at ``cancelled`` afterwards."""
        self._calls.add(call)

    def leave(self, call: "CallLimit") -> None:
        """Have a call told no more."""
        self._calls.discard(call)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a CancelToken works in the process that made it, and cannot be pickled")


class CallOptions:
    """Options of one call: ``client.get_object(Bucket=..., Key=..., _options=CallOptions(timeout=2))``.

    ``timeout`` is in seconds, for all of the call: credentials, attempts and
    the waits between them, until it returns; past it the call raises
    ``CallDeadlineError``. ``max_attempts`` (the first one included) takes the
    place of the client's. ``cancel`` is a ``CancelToken``. Immutable.
    """

    __slots__ = ("cancel", "max_attempts", "timeout")

    timeout: float | None
    max_attempts: int | None
    cancel: CancelToken | None

    def __init__(
        self, timeout: float | None = None, max_attempts: int | None = None, cancel: CancelToken | None = None
    ) -> None:
        if timeout is not None and (isinstance(timeout, bool) or not isinstance(timeout, int | float) or timeout <= 0):
            raise ValueError(f"timeout must be a number of seconds above 0, or None, not {timeout!r}")
        if max_attempts is not None and (
            isinstance(max_attempts, bool) or not isinstance(max_attempts, int) or max_attempts < 1
        ):
            raise ValueError(f"max_attempts must be a whole number of at least 1, or None, not {max_attempts!r}")
        if cancel is not None and not isinstance(cancel, CancelToken):
            raise TypeError(f"cancel must be a CancelToken, or None, not a {type(cancel).__name__}")
        for name, value in (("timeout", timeout), ("max_attempts", max_attempts), ("cancel", cancel)):
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        given = [f"{name}={getattr(self, name)!r}" for name in ("timeout", "max_attempts", "cancel")]
        return f"CallOptions({', '.join(one for one in given if not one.endswith('=None'))})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("CallOptions do not change: make new ones")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.timeout, self.max_attempts, self.cancel)


current_options: Final[ContextVar[CallOptions | None]] = ContextVar("sotalia_call_options", default=None)
"""The options of calls that are given none; see ``call_options``."""


class call_options:  # noqa: N801 - used as a statement: with call_options(timeout=2)
    """Give options to each call of a ``with`` block, in this thread or task, that has none of its own.

    ``with call_options(timeout=2): ...``; the timeout counts anew for each
    call. Pages and waiters make several calls. Calls that sotalia makes on the
    way, such as for credentials, are not bound by it.
    """

    __slots__ = ("_before", "_options")

    def __init__(
        self, timeout: float | None = None, max_attempts: int | None = None, cancel: CancelToken | None = None
    ) -> None:
        self._options = CallOptions(timeout, max_attempts, cancel)
        self._before: list[Token[CallOptions | None]] = []

    def __enter__(self) -> CallOptions:
        self._before.append(current_options.set(self._options))
        return self._options

    def __exit__(self, *_: object) -> None:
        current_options.reset(self._before.pop())
