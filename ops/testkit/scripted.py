"""A fake service that answers its next requests as a script says."""

import argparse
import json
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypedDict, Unpack

from ..fake_server import FakeServer, Reply

__all__ = ["ScriptedServer", "ServerOptions", "Step", "json_reply", "options_of"]


class ServerOptions(TypedDict, total=False):
    """What every fake takes; see ``FakeServer``."""

    port: int
    rate: float | None
    latency: float
    throttle_status: int
    clock: Callable[[], float]


class Step(NamedTuple):
    """What happens to one request.

    ``status`` and ``body`` are answered in place of the service, unless
    ``status`` is ``None``: then the service answers itself. ``delay`` is waited
    for first. With ``lost`` the service does its work and its answer is
    replaced by ``status`` (502 if that is ``None``): an answer lost on its way.
    """

    status: int | None = None
    body: bytes = b""
    delay: float = 0.0
    lost: bool = False
    content_type: str = "application/json"


class ScriptedServer(FakeServer):
    """A fake with a script; subclasses give ``answer``.

    ``script(*steps)`` queues what happens to the next requests, one step each;
    behind the last step the service answers as usual. Safe in threads.
    """

    def __init__(self, **options: Unpack[ServerOptions]) -> None:
        super().__init__(**options)
        self._steps: deque[Step] = deque()

    def script(self, *steps: Step) -> None:
        """Queue steps, one for each of the next requests."""
        self._steps.extend(steps)

    def respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Answer by the script, else as the service."""
        try:
            step = self._steps.popleft()
        except IndexError:
            return self.answer(method, path, headers, body)
        if step.delay:
            time.sleep(step.delay)
        if step.lost:
            self.answer(method, path, headers, body)
            return Reply(step.status or 502, step.body, step.content_type)
        if step.status is None:
            return self.answer(method, path, headers, body)
        return Reply(step.status, step.body, step.content_type)

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Answer as the service does."""
        return Reply(404)


def json_reply(document: Mapping[str, Any], status: int = 200, error: str | None = None) -> Reply:
    """Return a JSON answer; ``error`` is the name of a modelled exception."""
    headers = () if error is None else (("x-amzn-ErrorType", error),)
    return Reply(status, json.dumps(document).encode(), "application/json", headers)


def options_of(given: argparse.Namespace) -> ServerOptions:
    """Return what the command line (``common_arguments``) says about any fake."""
    return {
        "port": given.port,
        "rate": given.rate,
        "latency": given.latency,
        "throttle_status": given.throttle_status,
    }
