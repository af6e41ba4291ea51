"""The public protocol vectors as private services: one for every suite, called through real clients.

``load(kind)`` gives the cases of ``input`` or ``output``, those of the folder
``legacy`` included. ``Services`` writes the models of all suites into a folder
in the layout of ``AWS_DATA_PATH`` and opens the clients.
"""

import base64
import json
from pathlib import Path
from typing import Any

from sotalia import Config, Session, make_response
from sotalia.components.clock import Clock
from vectors import sdist

TOKEN = "00000000-0000-4000-8000-000000000000"
_METADATA = {"apiVersion": "2020-01-01", "endpointPrefix": "vectors", "signatureVersion": "v4", "jsonVersion": "1.1"}
_METADATA |= {"targetPrefix": "Vectors"}


class Case:
    """A case: where it is from (``rest-json``, ``legacy rest-json``), its suite, and the name of its operation."""

    def __init__(self, file: str, suite: dict[str, Any], number: tuple[int, int], case: dict[str, Any]) -> None:
        self.file = file
        self.suite = suite
        self.case = case
        self.id: str = case.get("id", f"{number[0]}-{number[1]}")
        self.protocol: str = suite["metadata"]["protocol"]
        self.service = f"{file} {number[0]}".replace(" ", "-").replace("_", "-")
        self.operation = f"Case{number[1]}"
        self.is_event_stream = any("eventstream" in shape for shape in suite["shapes"].values())

    def __repr__(self) -> str:
        return f"{self.file}: {self.id}"


def load(kind: str) -> list[Case]:
    """Return all cases of ``input`` or ``output``."""
    root = sdist() / "tests/unit/protocols"
    found = []
    for folder in (root / kind, root / "legacy" / kind):
        legacy = "legacy " if folder.parent.name == "legacy" else ""
        for path in sorted(folder.glob("*.json")):
            for i, suite in enumerate(json.loads(path.read_text("utf-8"))):
                found += [Case(legacy + path.stem, suite, (i, j), case) for j, case in enumerate(suite["cases"])]
    return found


class Wire:
    """A transport that gives the answer that it was told to give."""

    answer: Any = None

    def send(self, request: Any) -> Any:
        """Answer."""
        return self.answer

    def close(self) -> None:
        """Nothing is open."""


class _FrozenClock(Clock):
    def time(self) -> float:
        return 1_700_000_000.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError("no case waits")


class Services:
    """A private service for every suite, and one client for each, over one transport; nothing is encrypted."""

    def __init__(self, root: Path, cases: list[Case], transport: Any, **config: Any) -> None:
        models: dict[str, dict[str, Any]] = {}
        for case in cases:
            model = models.setdefault(case.service, _model(case))
            model["operations"][case.operation] = _operation(case)
        for service, model in models.items():
            folder = root / service / model["metadata"]["apiVersion"]
            folder.mkdir(parents=True)
            (folder / "service-2.json").write_text(json.dumps(model))
        self._session = Session(aws_access_key_id="AKID", aws_secret_access_key="x", region_name="us-west-2")
        self._session.set_config_variable("data_path", str(root))
        self._session.register_component("transport", transport)
        self._session.register_component("clock", _FrozenClock())
        self._config = Config(retries={"total_max_attempts": 1}, **config)
        self._clients: dict[str, Any] = {}

    def client(self, case: Case) -> Any:
        """Return the client of the case's suite."""
        found = self._clients.get(case.service)
        if found is None:
            endpoint = case.suite.get("clientEndpoint", "https://example.com").replace("https://", "http://")
            found = self._session.client(case.service, endpoint_url=endpoint, config=self._config)
            self._clients[case.service] = found
        return found

    def call(self, case: Case, params: dict[str, Any]) -> Any:
        """Call the case's operation."""
        return self.client(case)._make_api_call(case.operation, params)

    def model(self, case: Case) -> Any:
        """Return the operation's model."""
        return self.client(case).meta.service_model.operation_model(case.operation)


def _model(case: Case) -> dict[str, Any]:
    metadata = {**_METADATA, "serviceId": case.service, **case.suite["metadata"]}
    return {"version": "2.0", "metadata": metadata, "shapes": case.suite["shapes"], "operations": {}}


def _operation(case: Case) -> dict[str, Any]:
    """The record of an operation; its name on the wire stays that of the vector."""
    given = {"name": "OperationName", "http": {"method": "POST", "requestUri": "/"}, **case.case["given"]}
    output = given.get("output")
    if case.protocol == "query" and output and case.suite["shapes"][output["shape"]].get("members"):
        given["output"] = {**output, "resultWrapper": f"{given['name']}Result"}  # real models say so, vectors mean it
    return given


def is_json_header(shape: Any) -> bool:
    """Whether a member is JSON in a header: in Python it is the value, and text in the newer vectors."""
    traits = shape.serialization
    return bool(traits.get("jsonvalue") and traits.get("location") == "header")


def params_of(case: Case, shape: Any) -> dict[str, Any]:
    """Return the parameters as a Python program gives them: numbers for their names, values for JSON in headers."""
    params: dict[str, Any] = special_floats(case.case.get("params", {}))
    for name, value in params.items():
        if isinstance(value, str) and is_json_header(shape.members[name]):
            params[name] = json.loads(value)
    return params


def special_floats(value: Any) -> Any:
    """Replace the names of special numbers, of which no vector speaks as texts."""
    if isinstance(value, dict):
        return {key: special_floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [special_floats(item) for item in value]
    return float(value) if value in ("NaN", "Infinity", "-Infinity") else value


def answer_of(case: Case) -> Any:
    """Return the answer of an output case."""
    response = case.case["response"]
    body = response.get("body", "").encode()
    if case.protocol == "smithy-rpc-v2-cbor" or case.is_event_stream:
        body = base64.b64decode(body)
    if "body" not in response and case.protocol == "query":
        body = b"<xml/>"
    return make_response(response["status_code"], body, response.get("headers", {}))
