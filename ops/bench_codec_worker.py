"""The codecs of one SDK in a fresh process, without a network; prints one line of JSON.

``SDK speed`` measures every payload, ``SDK first CASE`` a first call, and
``SDK memory CASE`` the peak of reading a large answer. Times are CPU seconds.
Like the other worker it imports nothing of the package by a relative name.
"""

from __future__ import annotations

import gc
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["main"]

KEYS: dict[str, Any] = {
    "aws_access_key_id": "AKIDEXAMPLE",
    "aws_secret_access_key": "k" * 40,
    "region_name": "us-east-1",
}
REQUEST_ID = {"x-amzn-RequestId": "8e3c1f2a-0000-4000-8000-123456789abc", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"}
SECONDS = 0.12
"""CPU seconds that one figure of one process is measured for."""


class _Sotalia:
    """The codecs as a call of a client runs them."""

    def __init__(self) -> None:
        import sotalia

        self.session = sotalia.Session(**KEYS)
        self.clients: dict[str, Any] = {}

    def operation(self, service: str, name: str) -> Any:
        if service not in self.clients:
            self.clients[service] = self.session.client(service)
        return self.clients[service].meta.service_model.operation_model(name)

    def serializer(self, service: str, name: str) -> Callable[[Any], Any]:
        from sotalia.models.serialize import compile_checked_serializer, compile_serializer
        from sotalia.models.validation import compile_operation_validator

        model = self.operation(service, name)
        return compile_checked_serializer(model, compile_operation_validator(model), compile_serializer(model))

    def parser(self, service: str, name: str) -> Callable[[Any], Any]:
        from sotalia.models.parse import compile_parser

        return compile_parser(self.operation(service, name))

    def headers(self, fields: dict[str, str]) -> Any:
        from sotalia.components.http import Headers

        return Headers(fields)


class _Botocore:
    """The same of botocore: its parser is made once, which favours it (a call makes one for each answer)."""

    def __init__(self) -> None:
        import boto3  # type: ignore[import-not-found,import-untyped,unused-ignore] # the peer, in its own environment

        self.session = boto3.Session(**KEYS)
        self.clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        if service not in self.clients:
            self.clients[service] = self.session.client(service)
        return self.clients[service]

    def serializer(self, service: str, name: str) -> Callable[[Any], Any]:
        client = self.client(service)
        model, serializer = client.meta.service_model.operation_model(name), client._serializer
        return lambda params: serializer.serialize_to_request(params, model)

    def parser(self, service: str, name: str) -> Callable[[Any], Any]:
        client = self.client(service)
        shape = client.meta.service_model.operation_model(name).output_shape
        parser = client._response_parser
        return lambda response: parser.parse(response, shape)

    def headers(self, fields: dict[str, str]) -> Any:
        from botocore.compat import HTTPHeaders  # type: ignore[import-not-found,import-untyped,unused-ignore]

        kind: Any = HTTPHeaders
        return kind.from_dict(fields)


def _sdk(name: str) -> Any:
    return _Sotalia() if name == "sotalia" else _Botocore()


def _payloads() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return outputs, inputs and large answers."""
    import runpy

    folder = os.path.dirname(os.path.abspath(__file__))
    documents = runpy.run_path(os.path.join(folder, "bench_documents.py"))
    payloads = runpy.run_path(os.path.join(folder, "bench_payloads.py"))
    outputs = {**documents["OUTPUTS"], **payloads["OUTPUTS"]}
    return outputs, payloads["INPUTS"], {**documents["LARGE"], **payloads["LARGE"]}


def _response(sdk: Any, fields: dict[str, str], body: Any) -> dict[str, Any]:
    return {"status_code": 200, "headers": sdk.headers({**REQUEST_ID, **fields}), "body": body, "context": {}}


def _per_call(function: Callable[[Any], Any], argument: Any) -> float:
    """Return the least of five rounds that take ``SECONDS`` together: what a busy neighbour adds is not the codec's."""
    clock = time.process_time
    start = clock()
    while clock() - start < SECONDS / 4:
        function(argument)
    start = clock()
    function(argument)
    count = max(int(SECONDS / 5 / max(clock() - start, 1e-7)), 1)
    gc.collect()
    rounds = []
    for _ in range(5):
        start = clock()
        for _ in range(count):
            function(argument)
        rounds.append((clock() - start) / count)
    return min(rounds)


def _plain(value: Any) -> Any:
    """Return what both SDKs must agree on, in an order of its own."""
    if isinstance(value, dict):
        return sorted((str(name), _plain(inner)) for name, inner in value.items())
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if hasattr(value, "timestamp"):
        return ["time", value.timestamp()]
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("latin-1")
    return value


def _digest(value: Any) -> str:
    import hashlib

    return hashlib.sha256(repr(_plain(value)).encode()).hexdigest()


def _request(made: dict[str, Any]) -> dict[str, Any]:
    """Return what a request has on the wire."""
    kept = {name: made[name] for name in ("url_path", "query_string", "method", "body")}
    kept["query_string"] = kept["query_string"] or {}
    kept["headers"] = {name.lower(): value for name, value in dict(made["headers"]).items()}
    if isinstance(kept["body"], str):
        kept["body"] = kept["body"].encode()
    return kept


def _speed(name: str) -> dict[str, dict[str, Any]]:
    sdk = _sdk(name)
    outputs, inputs, large = _payloads()
    service, operation, make = large["dynamodb Query"]
    response = _response(sdk, {}, make())
    sdk.parser(service, operation)(response)  # a process that has read much, so that one figure is like another
    del response
    found: dict[str, dict[str, Any]] = {}
    for title, (service, operation, fields, make) in outputs.items():
        body = make()
        parse, response = sdk.parser(service, operation), _response(sdk, fields, body)
        figure: dict[str, Any] = {"cpu": _per_call(parse, response), "digest": _digest(parse(response))}
        floor = _floor(body, fields) if name == "sotalia" else None
        if floor is not None:
            figure["floor"] = _per_call(floor, body)
        found[f"out {title}"] = figure
    for title, (service, operation, make) in inputs.items():
        serialize, params = sdk.serializer(service, operation), make()
        made = serialize(params)
        found[f"in {title}"] = {"cpu": _per_call(serialize, params), "digest": _digest(_request(made))}
    return found


def _floor(body: bytes | None, fields: dict[str, str]) -> Callable[[Any], Any] | None:
    """Return the bare decoder: expat with handlers that do nothing, or msgspec."""
    if not body or body == b"stream":
        return None
    if "json" in fields["Content-Type"]:
        from msgspec.json import Decoder

        return Decoder().decode
    from pyexpat import ParserCreate

    def parse(document: bytes) -> None:
        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, attributes: None
        parser.EndElementHandler = lambda tag: None
        parser.CharacterDataHandler = lambda text: None
        parser.Parse(document, True)

    return parse


def _first(name: str, case: str) -> dict[str, float]:
    """Measure the first call of an operation: what it compiles and imports, with a small payload."""
    sdk = _sdk(name)
    outputs, inputs, _ = _payloads()
    direction, _, title = case.partition(" ")
    if direction == "in":
        service, operation, make = inputs[title]
        argument = make()
    else:
        service, operation, fields, make = outputs[title]
        argument = _response(sdk, fields, make())
    sdk.session.client(service)  # a model that is loaded
    start = time.process_time()
    codec = (sdk.serializer if direction == "in" else sdk.parser)(service, operation)
    codec(argument)
    return {"cpu": time.process_time() - start}


def _memory(name: str, case: str) -> dict[str, float]:
    """Measure by how many MiB the process grows at most while it reads a large answer."""
    sdk = _sdk(name)
    service, operation, make = _payloads()[2][case]
    parse, body = sdk.parser(service, operation), make()
    response = _response(sdk, {"Content-Type": "application/octet-stream"}, body)
    gc.collect()
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # the peak begins anew
    before = _status("VmRSS:")
    kept = parse(response)
    return {"peak": (_status("VmHWM:") - before) / 1024, "size": len(body), "members": len(kept)}


def _status(field: str) -> int:
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(field))


def main(arguments: list[str]) -> None:
    """Measure: ``SDK speed``, ``SDK first CASE`` or ``SDK memory CASE``."""
    name, figure, *detail = arguments
    result: dict[str, Any]
    if figure == "speed":
        result = _speed(name)
    elif figure == "first":
        result = _first(name, detail[0])
    else:
        result = _memory(name, detail[0])
    import json

    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])
