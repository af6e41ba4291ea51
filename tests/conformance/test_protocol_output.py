"""The public protocol vectors of responses: every case of every protocol, against the parsers."""

import base64
import json
import math
from collections import Counter
from datetime import datetime

from sotalia.components.http import Headers
from sotalia.models.parse import compile_parser
from sotalia.models.shapes import ServiceModel
from vectors import sdist

KNOWN_FAILURES = {
    "MediaTypeHeaderOutputBase64": "boto3 decodes a JSON header into its value, which its users rely on; the vector "
    "wants the text",
}
"""Cases that do not pass, by id, and why. One that begins to pass must be taken out."""


def _cases():
    for path in sorted((sdist() / "tests/unit/protocols/output").glob("*.json")):
        for suite in json.loads(path.read_text()):
            for case in suite["cases"]:
                yield path, suite, case


def _parse(suite, case):
    name = case["given"].get("name", "OperationName")
    given = dict(case["given"])
    protocol = suite["metadata"]["protocol"]
    shapes = suite["shapes"]
    if protocol == "query" and "output" in given and shapes[given["output"]["shape"]].get("members"):
        given["output"] = {**given["output"], "resultWrapper": f"{name}Result"}
    model = ServiceModel({"metadata": suite["metadata"], "shapes": shapes, "operations": {name: given}}, "test")
    response = case["response"]
    body = response.get("body", "").encode()
    if protocol == "smithy-rpc-v2-cbor":
        body = base64.b64decode(body)
    if not body and protocol == "query":
        body = b"<xml/>"
    answer = {"status_code": response["status_code"], "headers": Headers(response.get("headers", {})), "body": body}
    return compile_parser(model.operation_model(name))(answer)


def _plain(value):
    """A result in the vectors' own terms: text for bytes, seconds for times, names for special numbers."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _outcome(suite, case):
    """Return None for a case that passes, else what was wrong."""
    try:
        parsed = _plain(_parse(suite, case))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    parsed.pop("ResponseMetadata")
    if "error" in case:
        error = parsed.pop("Error", {})
        # The vectors say nothing of the other members of Error.
        code, message = error.get("Code"), error.get("Message")
        if code != case.get("errorCode", ""):
            return f"code {code!r} instead of {case.get('errorCode')!r}"
        if "errorMessage" in case and message != case["errorMessage"]:
            return f"message {message!r} instead of {case['errorMessage']!r}"
        expected = case["error"]
    else:
        expected = case["result"]
    return None if parsed == expected else f"{parsed!r} instead of {expected!r}"


def test_every_case_passes_or_is_explained(capsys):
    total, passed = Counter(), Counter()
    unexplained, healed, seen = [], [], set()
    for path, suite, case in _cases():
        protocol, name = path.stem, case["id"]
        total[protocol] += 1
        wrong = _outcome(suite, case)
        seen.add(name)
        if wrong is None:
            passed[protocol] += 1
            if name in KNOWN_FAILURES:
                healed.append(name)
        elif name not in KNOWN_FAILURES:
            unexplained.append(f"{protocol} {name}: {wrong}")
    with capsys.disabled():
        print()
        for protocol in sorted(total):
            print(f"  output vectors, {protocol:40} {passed[protocol]:3} of {total[protocol]:3}")
        print(f"  output vectors, {'all':40} {passed.total():3} of {total.total():3}")
    assert {"ec2", "json", "json_1_0", "query", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"} <= set(total)
    assert not unexplained, "\n".join(unexplained)
    assert not healed, f"these cases pass now, take them out of the list: {healed}"
    assert not set(KNOWN_FAILURES) - seen, "these cases are in no vector file"
