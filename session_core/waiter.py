"""Waiters: call an operation until its answer says that something has come to be, by the service's waiter model.

Source: the ``waiters-2`` files of the service models.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..components.after_fork import import_whole
from ..components.clock import Clock
from ..components.errors import ClientError, WaiterConfigError, WaiterError
from ..models.names import python_name
from .recipe import client_of

__all__ = ["Waiter", "WaiterSettings"]

_STATES = ("success", "failure", "retry")


class _Acceptor:
    """One way to judge an answer: the state that it means, and whether an answer is such a one."""

    __slots__ = ("_test", "explanation", "state")

    def __init__(self, record: Mapping[str, Any]) -> None:
        self.state: str = record["state"]
        matcher, expected = record["matcher"], record["expected"]
        if self.state not in _STATES:
            raise WaiterConfigError(error_msg=f"unknown state {self.state!r}")
        self.explanation, self._test = _tests(matcher, expected, record.get("argument"))

    def accepts(self, answer: Mapping[str, Any]) -> bool:
        return self._test(answer)


def _error(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the error of an answer, empty if there is none; a result may have a member of that name."""
    found = answer.get("Error")
    return found if isinstance(found, Mapping) else {}


def _has_code(answer: Mapping[str, Any]) -> bool:
    """Whether an answer is an error, or looks like one."""
    return "Code" in _error(answer)


def _tests(matcher: str, expected: Any, argument: str | None) -> tuple[str, Callable[[Mapping[str, Any]], bool]]:
    if matcher == "status":
        text = f"Matched expected HTTP status code: {expected}"
        return text, lambda answer: answer.get("ResponseMetadata", {}).get("HTTPStatusCode") == expected
    if matcher == "error":
        if isinstance(expected, bool):
            text = "Matched expected service error: any" if expected else "Matched expected: no service error"
            return text, _has_code if expected else lambda answer: "Error" not in answer
        text = f"Matched expected service error code: {expected}"
        return text, lambda answer: _error(answer).get("Code", "") == expected
    if matcher not in ("path", "pathAll", "pathAny") or argument is None:
        raise WaiterConfigError(error_msg=f"unknown matcher {matcher!r}")
    import_whole("jmespath")
    import jmespath  # type: ignore[import-untyped] # has no types

    search = jmespath.compile(argument).search

    if matcher == "path":
        text = f'For expression "{argument}" we matched expected path: "{expected}"'
        return text, lambda answer: not _has_code(answer) and search(answer) == expected

    def all_of(answer: Mapping[str, Any]) -> bool:
        found = None if _has_code(answer) else search(answer)
        return isinstance(found, list) and bool(found) and all(item == expected for item in found)

    def any_of(answer: Mapping[str, Any]) -> bool:
        found = None if _has_code(answer) else search(answer)
        return isinstance(found, list) and any(item == expected for item in found)

    quantity, test = ("all members", all_of) if matcher == "pathAll" else ("at least once", any_of)
    return f'For expression "{argument}" {quantity} matched the expected: "{expected}"', test


class WaiterSettings:
    """How a waiter waits if ``WaiterConfig`` does not say: ``delay`` in seconds, ``max_attempts``; both can be set."""

    __slots__ = ("delay", "max_attempts", "operation")

    def __init__(self, record: Mapping[str, Any]) -> None:
        self.delay: float = record["delay"]
        self.max_attempts: int = record["maxAttempts"]
        self.operation: str = record["operation"]

    def __repr__(self) -> str:
        return f"<WaiterSettings delay={self.delay} max_attempts={self.max_attempts}>"


def _again(client: Any, name: str) -> Any:
    return client.get_waiter(name)


class Waiter:
    """Waits for one state of one thing; ``client.get_waiter(name)`` makes it. Safe in threads."""

    def __init__(self, name: str, record: Mapping[str, Any], method: Callable[..., Any], clock: Clock) -> None:
        self.name = name
        self.config = WaiterSettings(record)
        self._acceptors = [_Acceptor(acceptor) for acceptor in record["acceptors"]]
        self._method = method
        self._clock = clock

    def __repr__(self) -> str:
        return f"<Waiter {self.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (client_of(self._method), python_name(self.name))

    def __copy__(self) -> "Waiter":
        return self

    def __deepcopy__(self, memo: Any) -> "Waiter":
        return self

    def wait(self, WaiterConfig: Mapping[str, Any] | None = None, **kwargs: Any) -> None:  # noqa: N803
        """Call the operation with these parameters until it answers what is waited for.

        ``WaiterConfig`` may have ``Delay`` (seconds between calls) and
        ``MaxAttempts``. Raises ``WaiterError`` with the last answer for a
        terminal failure, for an error that nothing expects, and when the
        attempts are used up.
        """
        config = WaiterConfig or {}
        delay, most = config.get("Delay", self.config.delay), config.get("MaxAttempts", self.config.max_attempts)
        attempts = 0
        last: _Acceptor | None = None
        while True:
            answer = self._call(kwargs)
            attempts += 1
            matched = next((acceptor for acceptor in self._acceptors if acceptor.accepts(answer)), None)
            if matched is None and _has_code(answer):
                error = _error(answer)
                reason = f"An error occurred ({error['Code']}): {error.get('Message', 'Unknown')}"
                raise WaiterError(name=self.name, reason=reason, last_response=answer)
            last = matched or last
            state = "retry" if matched is None else matched.state
            if state == "success":
                return
            if state == "failure" and matched is not None:
                reason = f"Waiter encountered a terminal failure state: {matched.explanation}"
                raise WaiterError(name=self.name, reason=reason, last_response=answer)
            if attempts >= most:
                seen = "" if last is None else f". Previously accepted state: {last.explanation}"
                raise WaiterError(name=self.name, reason=f"Max attempts exceeded{seen}", last_response=answer)
            self._clock.sleep(delay)

    def _call(self, kwargs: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            answer: Mapping[str, Any] = self._method(**kwargs)
        except ClientError as error:
            return error.response
        return answer
