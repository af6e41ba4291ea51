"""What the call pipeline asks of its driver, and how the driver answers.

The pipeline is a generator without I/O. It yields one of ``Send``, ``Sleep``
and ``Run``; the driver does it and sends an ``Answer`` back, with a value or
with the error that came instead. The pipeline itself never raises for what
went wrong in a call: it returns an ``Answer`` too, and the driver raises its
error once, at the edge.
"""

from collections.abc import Callable, Generator
from typing import Any

from ..components.http import AWSPreparedRequest

__all__ = ["Answer", "Effect", "Pipeline", "Run", "Send", "Sleep"]


class Answer:
    """The outcome of an effect or of a whole call: a value, or an error."""

    __slots__ = ("error", "value")

    def __init__(self, value: Any = None, error: BaseException | None = None) -> None:
        self.value = value
        self.error = error

    def __repr__(self) -> str:
        return f"Answer(error={self.error!r})" if self.error is not None else f"Answer({type(self.value).__name__})"


class Send:
    """Send a prepared request; the answer's value is an ``AWSResponse``."""

    __slots__ = ("request",)

    def __init__(self, request: AWSPreparedRequest) -> None:
        self.request = request

    def __repr__(self) -> str:
        return f"Send({self.request!r})"


class Sleep:
    """Wait for a number of seconds; the answer's value is nothing."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __repr__(self) -> str:
        return f"Sleep({self.seconds:.3f})"


class Run:
    """Call a function that may block (credentials, tokens); the answer's value is what it returns."""

    __slots__ = ("function", "purpose")

    def __init__(self, function: Callable[[], Any], purpose: str) -> None:
        self.function = function
        self.purpose = purpose

    def __repr__(self) -> str:
        return f"Run({self.purpose})"


Effect = Send | Sleep | Run
Pipeline = Generator[Effect, Answer, Answer]
