"""Requests to operations that ask for compression: run by the tests with ``sotalia`` and with ``boto3``.

``python compression_cases.py MODULE FOLDER`` plays every case against the
server of ``event_trace``, with models and configuration in the folder, and writes what
arrived, or the error, as JSON.
"""

import gzip
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import event_trace

_GZIP = {"requestcompression": {"encodings": ["br", "gzip"]}}
_SHAPES: dict[str, Any] = {
    "Text": {"type": "string"},
    "Stream": {"type": "blob", "streaming": True},
    "Counted": {"type": "blob", "streaming": True, "requiresLength": True},
    "Put": {"type": "structure", "members": {"Text": {"shape": "Text"}}},
    "Upload": {"type": "structure", "payload": "Body", "members": {"Body": {"shape": "Stream"}}},
    "UploadCounted": {"type": "structure", "payload": "Body", "members": {"Body": {"shape": "Counted"}}},
    "Encoded": {
        "type": "structure",
        "members": {
            "Coding": {"shape": "Text", "location": "header", "locationName": "Content-Encoding"},
            "Text": {"shape": "Text"},
        },
    },
}
PROTOCOLS = ("json", "query", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "ec2")

SETTINGS: dict[str, tuple[dict[str, Any], dict[str, str], str]] = {
    "nothing": ({}, {}, ""),
    "least of the call": ({"request_min_compression_size_bytes": 100}, {}, ""),
    "least of the environment": ({}, {"AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": "100"}, ""),
    "least of the file": ({}, {}, "request_min_compression_size_bytes = 100"),
    "call before environment": (
        {"request_min_compression_size_bytes": 20000},
        {"AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": "100"},
        "",
    ),
    "environment before file": (
        {},
        {"AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": "20000"},
        "request_min_compression_size_bytes = 100",
    ),
    "disabled by the call": ({"disable_request_compression": True}, {}, ""),
    "disabled by the environment": ({}, {"AWS_DISABLE_REQUEST_COMPRESSION": "true"}, ""),
    "disabled by the file": ({}, {}, "disable_request_compression = True"),
    "enabled by the call": ({"disable_request_compression": False}, {"AWS_DISABLE_REQUEST_COMPRESSION": "true"}, ""),
    "least of all": ({"request_min_compression_size_bytes": 1}, {}, ""),
    "most": ({"request_min_compression_size_bytes": 1048576}, {}, ""),
    "text as least": ({"request_min_compression_size_bytes": "100"}, {}, ""),
    "zero": ({"request_min_compression_size_bytes": 0}, {}, ""),
    "zero of the environment": ({}, {"AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": "0"}, ""),
    "too much": ({}, {}, "request_min_compression_size_bytes = 1048577"),
    "no number": ({}, {"AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": "many"}, ""),
    "disabled by nonsense": ({}, {"AWS_DISABLE_REQUEST_COMPRESSION": "perhaps"}, ""),
}


def write_models(root: Path) -> None:
    """Write the services ``squeeze-<protocol>``."""
    for protocol in PROTOCOLS:
        operations = {}
        for name, shape in _SHAPES.items():
            if shape["type"] == "structure" and (name == "Put" or protocol == "rest-json"):
                http = {"method": "POST", "requestUri": "/"}
                operations[name] = {"name": name, "http": http, "input": {"shape": name, "locationName": name}, **_GZIP}
        operations["Plain"] = {"name": "Plain", "http": http, "input": {"shape": "Put", "locationName": "Put"}}
        metadata = {
            "apiVersion": "2020-01-01",
            "endpointPrefix": "squeeze",
            "protocol": protocol,
            "serviceId": f"squeeze-{protocol}",
            "signatureVersion": "v4",
            "jsonVersion": "1.1",
            "targetPrefix": "Squeeze",
        }
        folder = root / f"squeeze-{protocol}" / "2020-01-01"
        folder.mkdir(parents=True)
        model = {"version": "2.0", "metadata": metadata, "operations": operations, "shapes": _SHAPES}
        (folder / "service-2.json").write_text(json.dumps(model))


def calls() -> list[tuple[str, str, str, Any]]:
    """Names, services, operations and parameters; files are made when they are needed."""
    found: list[tuple[str, str, str, Any]] = []
    for protocol in PROTOCOLS:
        found += [
            (f"{protocol} {size}", protocol, "Put", lambda n=size: {"Text": "x" * n}) for size in (50, 200, 30000)
        ]
        found.append((f"{protocol} plain", protocol, "Plain", lambda: {"Text": "x" * 30000}))
    overhead = len('{"Text": ""}')
    found += [
        (f"least {least:+}", "json", "Put", lambda n=10240 + least - overhead: {"Text": "x" * n})
        for least in (-1, 0, 1)
    ]
    for operation in ("Upload", "UploadCounted"):
        found += [
            (f"{operation} bytes", "rest-json", operation, lambda: {"Body": b"x" * 200}),
            (f"{operation} nothing", "rest-json", operation, lambda: {"Body": b""}),
            (f"{operation} file", "rest-json", operation, lambda: {"Body": io.BytesIO(b"x" * 200)}),
        ]
    found.append(("own coding", "rest-json", "Encoded", lambda: {"Coding": "custom", "Text": "x" * 30000}))
    return found


def _body(request: dict[str, Any], chunked: bool) -> Any:
    body = request["body"].encode("latin-1")
    return gzip.decompress(body).decode("latin-1") if chunked else body.decode("latin-1")


def main() -> None:
    """Play all cases."""
    library, root = sys.argv[1], Path(sys.argv[2])
    url = event_trace.serve()
    file = root / "config"
    os.environ["AWS_CONFIG_FILE"] = str(file)
    found: dict[str, Any] = {}
    for setting, (config, environment, text) in SETTINGS.items():
        file.write_text(f"[default]\n{text}\n")
        os.environ.update(environment)
        session, Config = event_trace.open_session(library)
        clients: dict[str, Any] = {}
        for name, protocol, operation, make in calls() if setting in ("nothing", "least of the call") else calls()[:4]:
            event_trace.received.clear()
            event_trace.answers.clear()
            event_trace.answers.append({"status": 200, "headers": {}, "body": "PHgvPg==" if protocol != "json" else ""})
            key = f"{setting}: {name}"
            try:
                if protocol not in clients:
                    clients[protocol] = session.client(
                        f"squeeze-{protocol}",
                        "us-west-2",
                        endpoint_url=url,
                        aws_access_key_id="AKID",
                        aws_secret_access_key="x",
                        config=Config(**config),
                    )
                clients[protocol]._make_api_call(operation, make())
            except Exception as error:
                if not event_trace.received:
                    found[key] = [type(error).__name__, str(error)]
                    continue
            (request,) = event_trace.received
            headers = {field.lower(): value for field, value in request["headers"].items()}
            coding = headers.get("content-encoding")
            found[key] = [coding, _body(request, bool(coding and coding.endswith("gzip")))]
        for variable in environment:
            del os.environ[variable]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
