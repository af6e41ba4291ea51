"""Calls of whole clients without a network, as records: run as a program with ``sotalia`` and with ``boto3``.

``python parity_player.py MODULE`` reads a pickled list of (service, operations)
from its input. Each operation is called with random parameters; the request is
noted as ``before-sign`` and ``before-send`` show it, the latter answers with a
generated answer, and the outcome is noted too. A pickled pair of the operation
and its records goes out as soon as it is done, so that neither side holds more
than one. Time and tokens stand still.
"""

import pickle
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

from random_params import Fill, operation_params, spoiled
from wire_answers import Answer, failure, success

SEED = 20241
REGION = "us-west-2"
NOW = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
TOKEN = uuid.UUID("12345678-1234-4321-8765-123456789abc")
CALLS: tuple[Fill, ...] = ("least", "all", "some", "some", "some")
"""How much the parameters of the five calls of an operation hold."""
SEARCH = 4
"""How often parameters are made anew that were there before."""
FAULTS = ("missing", "unknown", "ill-typed")
OWN_HEADERS = ("user-agent", "amz-sdk-invocation-id", "amz-sdk-request")
"""Headers that tell the libraries and the attempts apart."""
DISCOVERY = "DescribeEndpoints"
DISCOVERED: Answer = (200, {}, b'{"Endpoints":[{"Address":"discovered.example.com","CachePeriodInMinutes":60}]}')
"""What a call that a library makes of its own to find an endpoint is answered."""
PATIENCE = 4
"""Attempts of one call that get the same answer; boto3 repeats one after an ``InvalidEndpointException`` for ever."""

Record = dict[str, Any]


class Answering:
    """Handlers of a client: they note what would be sent, and answer it."""

    def __init__(self, response: Any) -> None:
        self._response = response
        self.answer: Answer = 200, {}, b""
        self.request: Record | None = None
        self.name = ""
        self.sent = 0
        self._discovering = False

    def listen(self, events: Any) -> None:
        """Register with a client's emitter, behind what the library has registered."""
        events.register_last("before-sign", self._note)
        events.register_last("before-send", self._send)

    def _note(
        self,
        request: Any,
        signing_name: str,
        region_name: str,
        signature_version: Any,
        event_name: str,
        **_: Any,
    ) -> None:
        self._discovering = event_name.endswith(DISCOVERY) and not self.name.startswith(DISCOVERY)
        if self._discovering:
            return
        version = signature_version if isinstance(signature_version, str) else "UNSIGNED"
        self.request = {
            "method": request.method,
            "url": request.url,
            "headers": {
                name: value if isinstance(value, str) else repr(value)
                for name, value in request.headers.items()
                if name.lower() not in OWN_HEADERS
            },
            "signing": (signing_name, region_name, version),
            "body": _bytes_of(request.body),
        }

    def _send(self, request: Any, **_: Any) -> Any:
        self.sent += 1
        status, headers, body = DISCOVERED if self._discovering else self.answer
        if self.sent > PATIENCE:
            status, headers, body = 400, {}, b""
        return self._response(request.url, status, dict(headers), body)

    def outcome(self, client: Any, operation: str, params: Any) -> tuple[Any, ...]:
        """Call an operation, and return what came of it in a form that can be compared."""
        self.request, self.sent = None, 0
        try:
            return "result", comparable(client._make_api_call(operation, params))
        except Exception as error:
            response = getattr(error, "response", None)
            return "error", type(error).__name__, str(error), comparable(response)


def _bytes_of(body: Any) -> bytes:
    if hasattr(body, "read"):
        found = body.read()
        body.seek(0)
        body = found
    return body.encode() if isinstance(body, str) else bytes(body or b"")


def comparable(value: Any) -> Any:
    """Return a result in types that both libraries and pickle have."""
    if isinstance(value, dict):
        return {key: comparable(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [comparable(item) for item in value]
    if isinstance(value, datetime):
        return f"time {value.isoformat() if value.tzinfo is None else value.astimezone(UTC).isoformat()}"
    if isinstance(value, float):
        return f"float {value!r}"
    if value is None or isinstance(value, bool | int | str | bytes):
        return value
    if hasattr(value, "iter_chunks"):
        return "stream", value.read()
    if hasattr(value, "getvalue"):
        return "file", value.getvalue()
    return "event stream" if type(value).__name__ == "EventStream" else repr(value)


def _faulty(operation: Any, fault: str, random: Random) -> Any:
    params = operation_params(operation, random, "some")
    if fault == "unknown":
        return {**params, "NoSuchParameter": 1}
    if fault == "missing":
        needed = operation.input_shape.required_members
        gone = random.choice(needed) if needed else None
        return {name: value for name, value in params.items() if name != gone}
    return spoiled(spoiled(params, random), random)


def _different(operation: Any, seed: str, fill: Fill, earlier: set[str]) -> tuple[Any, str]:
    """Return parameters that the operation was not called with before, if there are such, and their text."""
    for again in range(SEARCH):
        params = operation_params(operation, Random(f"{seed}/{again}"), fill)
        text = repr(comparable(params))
        if text not in earlier:
            break
    earlier.add(text)
    return params, text


def play(client: Any, handlers: Answering, operation: Any) -> Iterator[Record]:
    """Call an operation in all ways."""
    name = handlers.name = operation.name
    path = f"{SEED}/{operation.service_model.service_name}/{name}"
    earlier: set[str] = set()
    for number, fill in enumerate(CALLS):
        params, asked = _different(operation, f"{path}/{number}", fill, earlier)
        wire = Random(f"{path}/answer/{number}")
        if number == 0 or operation.has_event_stream_output:
            handlers.answer = failure(operation, wire, Random(path).randrange(100) + number)
        else:
            handlers.answer = success(operation, wire, fill if number > 1 else wire.choice(("all", "all", "least")))
        outcome = handlers.outcome(client, name, params)
        yield {
            "kind": fill,
            "params": asked,
            "request": handlers.request,
            "answer": handlers.answer,
            "outcome": outcome,
            "stream": operation.has_event_stream_output,
            "duplex": operation.has_event_stream_input,
        }
    if operation.input_shape is None:
        return
    handlers.answer = failure(operation, Random(path), 0)
    for fault in FAULTS:
        params = _faulty(operation, fault, Random(f"{path}/{fault}"))
        asked = repr(comparable(params))
        outcome = handlers.outcome(client, name, params)
        yield {
            "kind": fault,
            "params": asked,
            "request": handlers.request,
            "outcome": outcome,
            "duplex": operation.has_event_stream_input,
        }


def _open_boto3() -> tuple[Any, Any, Any]:
    import boto3
    import botocore.auth
    from botocore.awsrequest import AWSResponse
    from botocore.config import Config

    botocore.auth.get_current_datetime = lambda *args, **kwargs: NOW.replace(tzinfo=None)

    class Raw:
        def __init__(self, body: bytes) -> None:
            self.left = body

        def read(self, amt: int | None = None, **_: Any) -> bytes:
            found, self.left = self.left, b""
            return found

        def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
            yield self.read()

    def response(url: str, status: int, headers: dict[str, str], body: bytes) -> Any:
        from botocore.compat import HTTPHeaders

        return AWSResponse(url, status, HTTPHeaders.from_dict(headers), Raw(body))

    session = boto3.Session()
    return session, Config, response


def _open_sotalia() -> tuple[Any, Any, Any]:
    from sotalia import Config, Session
    from sotalia.components.clock import Clock as SystemClock
    from sotalia.components.http import make_response

    class Clock(SystemClock):
        def time(self) -> float:
            return NOW.timestamp()

        def sleep(self, seconds: float) -> None:
            """Never wait."""

    session = Session()
    session.register_component("clock", Clock())
    return session, Config, lambda url, status, headers, body: make_response(status, body, headers, url)


def _forget_models(session: Any) -> None:
    """Let boto3's loader drop the model of a service that is done: all of them together take gigabytes."""
    loader = session._session.get_component("data_loader")
    cache = getattr(loader, "_cache", {})
    for key in [key for key in cache if "service-2" in repr(key)]:
        del cache[key]


def main() -> None:
    """Play all, and end with ``None``."""
    library = sys.argv[1]
    session, config_class, response = _open_boto3() if library == "boto3" else _open_sotalia()
    uuid.uuid4 = lambda: TOKEN
    config = config_class(retries={"total_max_attempts": 1})
    for service, names in pickle.load(sys.stdin.buffer):
        client = session.client(service, REGION, aws_access_key_id="AKID", aws_secret_access_key="x", config=config)
        handlers = Answering(response)
        handlers.listen(client.meta.events)
        for name in names:
            operation = client.meta.service_model.operation_model(name)
            records = list(play(client, handlers, operation))
            pickle.dump((service, name, records), sys.stdout.buffer)
        if library == "boto3":
            _forget_models(session)
    pickle.dump(None, sys.stdout.buffer)


if __name__ == "__main__":
    main()
