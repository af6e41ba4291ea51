"""What calls send and give, as JSON: a program for ``sotalia`` and for ``boto3``, at one moment, without a network.

``python customization_player.py MODULE`` plays every case of ``CASES``: each
request that would leave, as ``before-send`` shows it, gets the next of the
case's answers, and the outcome is noted too.
"""

import datetime
import io
import json
import os
import sys
import uuid
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

NOW = datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.UTC)
TOKEN = uuid.UUID("12345678-1234-4321-8765-123456789abc")
OWN_HEADERS = ("user-agent", "amz-sdk-invocation-id", "amz-sdk-request", "content-length")
"""Headers that tell the libraries and the attempts apart, and the one that our transport writes."""

Answer = tuple[int, dict[str, str], bytes]
OK: Answer = 200, {}, b""
CASES = (
    *("customization_cases", "customization_cases_calls", "customization_cases_copies"),
    *("customization_cases_s3", "customization_cases_s3_hosts", "customization_cases_s3_moves"),
)
"""The modules of the cases."""


def in_json(text: str, status: int = 200, **headers: str) -> Answer:
    """Return an answer in JSON."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, {"content-type": "application/x-amz-json-1.0", **fields}, text.encode()


def in_xml(text: str, status: int = 200) -> Answer:
    """Return an answer in XML."""
    return status, {"content-type": "text/xml"}, text.encode()


PAGES = "pages of "
"""Before the name of a method: all of its pages are asked for."""


class Case(NamedTuple):
    """A call of one customization: ``params`` may be made by a function, ``calls`` are what is called before it."""

    of: str
    service: str
    method: str
    params: Any = {}
    region: str | None = "us-west-2"
    config: dict[str, Any] = {}
    client: dict[str, Any] = {}
    answers: tuple[Answer, ...] = (OK,)
    env: dict[str, str] = {}
    times: int = 1
    unsigned: bool = False


def _text(value: Any) -> Any:
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("latin-1")
    return value if isinstance(value, str) else repr(value)


def _body(body: Any) -> str:
    if hasattr(body, "read"):
        at = body.tell()
        found = body.read()
        body.seek(at)
        body = found
    return str(_text(body or b""))


def _comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _comparable(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [_comparable(item) for item in value]
    if isinstance(value, datetime.datetime):
        return value.isoformat() if value.tzinfo is None else value.astimezone(datetime.UTC).isoformat()
    if hasattr(value, "iter_chunks"):
        return ["stream", _text(value.read())]
    return value if value is None or isinstance(value, bool | int | float | str) else _text(value)


def _called(client: Any, method: str, params: dict[str, Any]) -> Any:
    if method.startswith(PAGES):
        return list(client.get_paginator(method.removeprefix(PAGES)).paginate(**params))
    return getattr(client, method)(**params)


def play(make: Callable[[Case], Any], response: Callable[..., Any], case: Case) -> dict[str, Any]:
    """Return the requests and the outcome of a case."""
    requests: list[Any] = []
    outcome: Any = None
    before = dict(os.environ)
    os.environ.update(case.env)
    try:
        client = make(case)

        def send(request: Any, **_: Any) -> Any:
            answer = case.answers[min(len(requests), len(case.answers) - 1)]
            fields = {name.lower(): _text(value) for name, value in request.headers.items()}
            headers = {name: value for name, value in sorted(fields.items()) if name not in OWN_HEADERS}
            requests.append([request.method, request.url, headers, _body(request.body)])
            if len(requests) > 12:
                raise AssertionError("sent for ever")
            status, fields, body = answer
            return response(request.url, status, dict(fields), body)

        client.meta.events.register_last("before-send", send)
        for _ in range(case.times):
            params = case.params() if callable(case.params) else case.params
            outcome = ["result", _comparable(_called(client, case.method, params))]
    except Exception as error:
        outcome = ["error", type(error).__name__, _comparable(getattr(error, "response", None))]
        if os.environ.get("SHOW"):
            outcome.append(str(error))
    finally:
        os.environ.clear()
        os.environ.update(before)
    return {"requests": requests, "outcome": outcome}


def all_cases() -> dict[str, Case]:
    """Return the cases of all modules."""
    from importlib import import_module

    found: dict[str, Case] = {}
    for module in CASES:
        found.update(import_module(module).CASES)
    return found


def of_sotalia(cases: dict[str, Case] | None = None) -> dict[str, Any]:
    """Return what sotalia does."""
    from sotalia import UNSIGNED, Config, Session
    from sotalia.components.clock import Clock
    from sotalia.components.http import make_response

    class Stopped(Clock):
        def time(self) -> float:
            return NOW.timestamp()

        def sleep(self, seconds: float) -> None:
            """Never wait."""

    def make(case: Case) -> Any:
        session = Session("AKID", "secret", "to/ken+=")
        session.register_component("clock", Stopped())
        more = {"signature_version": UNSIGNED} if case.unsigned else {}
        config = Config(**case.config, **more)
        return session.client(case.service, case.region, config=config, **case.client)

    def response(url: str, status: int, headers: dict[str, str], body: bytes) -> Any:
        return make_response(status, body, headers, url)

    known = uuid.uuid4
    uuid.uuid4 = lambda: TOKEN
    try:
        return {name: play(make, response, case) for name, case in (cases or all_cases()).items()}
    finally:
        uuid.uuid4 = known


def of_boto3(cases: dict[str, Case] | None = None) -> dict[str, Any]:
    """Return what boto3 does."""
    import time

    import boto3
    import botocore.auth
    import botocore.signers
    from botocore import UNSIGNED
    from botocore.awsrequest import AWSResponse
    from botocore.compat import HTTPHeaders
    from botocore.config import Config

    def now(remove_tzinfo: bool = True) -> datetime.datetime:
        return NOW.replace(tzinfo=None) if remove_tzinfo else NOW

    class Raw(io.BytesIO):
        def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
            yield self.read()

    botocore.auth.get_current_datetime = botocore.signers.get_current_datetime = now
    time.time = NOW.timestamp
    time.sleep = lambda seconds: None
    time.gmtime = lambda seconds=None: NOW.utctimetuple()
    uuid.uuid4 = lambda: TOKEN
    loader = boto3.Session()._session.get_component("data_loader")

    def make(case: Case) -> Any:
        session = boto3.Session("AKID", "secret", "to/ken+=")
        session._session.register_component("data_loader", loader)  # it keeps what it read
        more = {"signature_version": UNSIGNED} if case.unsigned else {}
        config = Config(**case.config, **more)
        return session.client(case.service, case.region, config=config, **case.client)

    def response(url: str, status: int, headers: dict[str, str], body: bytes) -> Any:
        return AWSResponse(url, status, HTTPHeaders.from_dict(headers), Raw(body))

    return {name: play(make, response, case) for name, case in (cases or all_cases()).items()}


if __name__ == "__main__":
    os.environ.update({"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull})
    json.dump(of_boto3() if sys.argv[1] == "boto3" else of_sotalia(), sys.stdout)
