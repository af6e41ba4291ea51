"""What comes of answers that nobody should send: run as a program by the tests with ``sotalia`` and with ``boto3``.

``write_models`` invents one service for each protocol. ``python awkward_answers.py
MODULE`` reads pickled cases from its input, plays each to the operation that
it names, against the server of ``event_trace``, and writes what came of the
calls as JSON.
"""

import base64
import json
import pickle
import sys
from pathlib import Path
from typing import Any

import event_trace

PROTOCOLS = ("json", "rest-json", "smithy-rpc-v2-cbor", "query", "ec2", "rest-xml")

_SCALARS = {
    "Text": "string", "Number": "integer", "Long": "long", "Ratio": "double", "Flag": "boolean", "When": "timestamp",
    "Data": "blob",
}  # fmt: skip
_SHAPES: dict[str, Any] = {
    **{name: {"type": kind} for name, kind in _SCALARS.items()},
    "Kind": {"type": "string", "enum": ["red", "blue"]},
    "Items": {"type": "list", "member": {"shape": "Text"}},
    "Numbers": {"type": "list", "member": {"shape": "Number"}},
    "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Number"}},
    "Inner": {"type": "structure", "members": {"Text": {"shape": "Text"}, "Inner": {"shape": "Inner"}}},
    "Choice": {"type": "structure", "union": True, "members": {"A": {"shape": "Text"}, "B": {"shape": "Number"}}},
    "Gone": {
        "type": "structure",
        "exception": True,
        "members": {"message": {"shape": "Text"}, "Detail": {"shape": "Number"}, "When": {"shape": "When"}},
    },
}
_MEMBERS = {name: {"shape": name} for name in _SHAPES if name != "Gone"}
_HEADERS = {
    "HText": {"shape": "Text", "location": "header", "locationName": "x-text"},
    "HNumber": {"shape": "Number", "location": "header", "locationName": "x-number"},
    "HWhen": {"shape": "When", "location": "header", "locationName": "x-when"},
    "HFlag": {"shape": "Flag", "location": "header", "locationName": "x-flag"},
    "HItems": {"shape": "Items", "location": "header", "locationName": "x-items"},
    "HMap": {"shape": "Texts", "location": "headers", "locationName": "x-meta-"},
    "Status": {"shape": "Number", "location": "statusCode"},
}


def write_models(root: Path) -> None:
    """Write the services ``awkward-<protocol>`` into a folder for ``AWS_DATA_PATH``."""
    for protocol in PROTOCOLS:
        folder = root / f"awkward-{protocol}" / "2020-01-01"
        folder.mkdir(parents=True)
        (folder / "service-2.json").write_text(json.dumps(model_of(protocol)))


def model_of(protocol: str) -> dict[str, Any]:
    """Return the model of a protocol's service."""
    rest = protocol.startswith("rest")
    inputs = {name: member for name, member in _HEADERS.items() if name != "Status"} if rest else {}
    if rest:
        inputs["Label"] = {"shape": "Text", "location": "uri", "locationName": "Label"}
        inputs["QItems"] = {"shape": "Items", "location": "querystring", "locationName": "items"}
        inputs["QMap"] = {"shape": "Texts", "location": "querystring"}
    shapes = {
        **_SHAPES,
        "Input": {"type": "structure", "members": {**_MEMBERS, **inputs}},
        "Output": {"type": "structure", "members": {**_MEMBERS, **(_HEADERS if rest else {})}},
        "Texts": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
        "StreamOutput": {"type": "structure", "payload": "Body", "members": {"Body": {"shape": "Stream"}}},
        "HeadOutput": {"type": "structure", "members": _HEADERS},
        "Stream": {"type": "blob", "streaming": True},
    }
    output = {"shape": "Output", **({"resultWrapper": "GetResult"} if protocol == "query" else {})}
    errors = {"errors": [{"shape": "Gone"}]}
    operations: dict[str, Any] = {
        "Get": {"output": output, **errors},
        "Nothing": errors.copy(),
        "Put": {"input": {"shape": "Input"}, "endpoint": {"hostPrefix": "{Text}."}, **errors},
    }
    if rest:
        operations["Stream"] = {"output": {"shape": "StreamOutput"}}
        operations["Head"] = {"output": {"shape": "HeadOutput"}, **errors}
    for name, record in operations.items():
        uri = ("/Put/{Label}/x" if name == "Put" else f"/{name}") if rest else "/"
        record |= {"name": name, "http": {"method": "HEAD" if name == "Head" else "POST", "requestUri": uri}}
    name = f"awkward-{protocol}"
    metadata = {
        "apiVersion": "2020-01-01",
        "endpointPrefix": name,
        "protocol": protocol,
        "serviceId": name,
        "signatureVersion": "v4",
        "jsonVersion": "1.1",
        "targetPrefix": "Awkward",
    }
    return {"version": "2.0", "metadata": metadata, "operations": operations, "shapes": shapes}


def shown(value: Any) -> Any:
    """A result as JSON holds it, with its types."""
    if isinstance(value, dict):
        return {str(key): shown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    if hasattr(value, "read"):
        return ["stream", repr(value.read())]
    if value is None or isinstance(value, str):
        return value
    if hasattr(value, "isoformat"):
        return ["time", value.timestamp()]
    return [type(value).__name__, repr(value)]


def outcome(client: Any, operation: str) -> list[Any]:
    """What comes of a call."""
    try:
        result = client._make_api_call(operation, {})
    except Exception as error:
        response = getattr(error, "response", None)
        kind = type(error).__name__
        if not isinstance(response, dict):
            return ["raised", kind, str(error)]
        return ["refused", kind, _response(response)]
    return ["result", _response(result)]


def _response(response: dict[str, Any]) -> Any:
    metadata = response["ResponseMetadata"]
    # boto3 tells of every answer that there will be no retry, if there are none at all.
    response["ResponseMetadata"] = {
        name: metadata[name] for name in metadata if name not in ("HTTPHeaders", "MaxAttemptsReached", "RetryAttempts")
    }
    return shown(response)


def main() -> None:
    """Play all cases."""
    session, Config = event_trace.open_session(sys.argv[1])
    url = event_trace.serve()
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=5)
    found: dict[str, dict[str, Any]] = {}
    for protocol, answers in pickle.load(sys.stdin.buffer).items():
        client = session.client(
            f"awkward-{protocol}",
            "us-west-2",
            endpoint_url=url,
            aws_access_key_id="AKID",
            aws_secret_access_key="x",
            config=config,
        )
        found[protocol] = {}
        for name, operation, status, headers, text in answers:
            event_trace.answers.clear()
            event_trace.answers.append({"status": status, "headers": headers, "body": base64.b64encode(text)})
            found[protocol][name] = outcome(client, operation)
        client.close()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
