"""Event streams: the public vectors, and what boto3 1.44.5 makes of the same bytes in every protocol."""

import base64
import json
import subprocess
import sys
from datetime import datetime
from typing import Any

import peers
import stream_scenarios
from sotalia.components.http import BytesBody, Headers
from sotalia.models.event_stream import EventStream
from sotalia.models.parse import compile_parser
from sotalia.models.shapes import ServiceModel
from vectors import sdist

FOLDER = "tests/unit/protocols/legacy/output"


def _vectors():
    for name in ("json", "rest-xml"):
        for suite in json.loads((sdist() / FOLDER / f"{name}.json").read_text()):
            if any(shape.get("eventstream") for shape in suite["shapes"].values()):
                for case in suite["cases"]:
                    yield suite, case


def _plain(value: Any) -> Any:
    if isinstance(value, EventStream):
        return [_plain(event) for event in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, datetime):
        return value.timestamp()
    return value.decode() if isinstance(value, bytes) else value


def test_the_public_vectors_pass():
    cases = list(_vectors())
    assert len(cases) == 4
    for suite, case in cases:
        operations = {"OperationName": case["given"]}
        model = ServiceModel({**suite, "operations": operations}, "test")
        answer = {
            "status_code": case["response"]["status_code"],
            "headers": Headers(case["response"]["headers"]),
            "body": BytesBody(base64.b64decode(case["response"]["body"])),
        }
        parsed = _plain(compile_parser(model.operation_model("OperationName"))(answer))
        parsed.pop("ResponseMetadata")
        assert parsed == case["result"]


EXPLAINED = {
    "modelled exception with garbage": "boto3 fails to read the error; here the error is told without its words",
    "no members, with a body": "boto3 takes members that the model does not have, in CBOR alone",
    "no initial response": "boto3 refuses a stream that begins with an event; here it is read",
    "exception at once": "boto3 misses its initial response; here the service's exception is raised",
    "nothing at all": "the same refusal, by its own name: a NoInitialResponseError is a ResponseParserError",
}


def run(python: str, library: str, folder: Any) -> dict[str, Any]:
    command = [python, stream_scenarios.__file__, library, str(folder / library)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@peers.takes_long_once
def test_the_same_bytes_give_what_boto3_makes_of_them(tmp_path, capsys):
    theirs, ours = run(peers.python(), "boto3", tmp_path), run(sys.executable, "sotalia", tmp_path)
    assert theirs.keys() == ours.keys()
    different = [name for name in theirs if theirs[name] != ours[name]]
    wrong = [
        f"{name}\n  boto3:   {theirs[name]}\n  sotalia: {ours[name]}"
        for name in different
        if not any(scenario in name for scenario in EXPLAINED)
    ]
    with capsys.disabled():
        print(
            f"\n  event streams: {len(theirs)} compared with boto3, {len(theirs) - len(different)} equal, "
            f"{len(different) - len(wrong)} explained"
        )
    assert not wrong, "\n".join(wrong)
    healed = [scenario for scenario in EXPLAINED if not any(scenario in name for name in different)]
    assert not healed, f"these are equal now, take them out of the list: {healed}"
