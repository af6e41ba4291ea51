"""A session of made-up keys whose calls are answered by hand: nothing is sent."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import canary
import sotalia


class Answer:
    """What ``before-call`` handlers answer in place of a response."""

    status_code = 200


class Answers:
    """Notes what clients of a session send, and answers operations by name: with a result, or what a function says."""

    def __init__(self, **by_operation: Any) -> None:
        self.by_operation = by_operation
        self.sent: list[tuple[str, Mapping[str, Any]]] = []
        self.session = sotalia.Session("AKIDEXAMPLE", canary.SECRET_KEY, region_name="us-east-1")
        self.session.events.register("before-parameter-build", self._note)
        self.session.events.register("before-call", self._answer)

    def resource(self, service: str) -> Any:
        """A resource of a service whose calls are answered."""
        return self.session.resource(service)

    def _note(self, params: Any, model: Any, **kwargs: Any) -> None:
        self.sent.append((model.name, {**params}))

    def _answer(self, model: Any, **kwargs: Any) -> Any:
        found = self.by_operation.get(model.name, {})
        made: Callable[[], Any] | None = found if callable(found) else None
        return Answer(), copy.deepcopy(found) if made is None else made()

    @property
    def operations(self) -> list[str]:
        """The operations that were called, in order."""
        return [name for name, _ in self.sent]
