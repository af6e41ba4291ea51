"""All cases of the public protocol vectors for requests, judged as each protocol is read and not byte by byte.

What boto3 1.44.5 itself does otherwise, and what later steps of a call do, is
in ``EXPLAINED``: a case in it that begins to pass fails here, so that the table
stays true.
"""

import base64
import json
import xml.etree.ElementTree as ElementTree
from collections import Counter
from urllib.parse import parse_qsl, urlencode, urlsplit

import cbor2
import pytest
from sotalia.components.percent import percent_encode_sequence
from sotalia.models.compression import compress_request
from sotalia.models.serialize import compile_serializer
from sotalia.models.shapes import OperationModel, ServiceModel
from vectors import sdist

PAYLOAD_ROOT = "real models name a payload's root element at the member (S3 relies on it), the vectors at the shape"
EMPTY_LIST = "boto3 sends no header for an empty list"

EXPLAINED = {
    "RestXmlHttpPayloadWithUnion": PAYLOAD_ROOT,
    "HttpPayloadWithXmlNamespace": PAYLOAD_ROOT,
    "HttpPayloadWithXmlNamespaceAndPrefix": PAYLOAD_ROOT,
    "XmlAttributesOnPayload": PAYLOAD_ROOT,
    "RestJsonNullAndEmptyHeaders": EMPTY_LIST,
    "NullAndEmptyHeaders": EMPTY_LIST,
    "MediaTypeHeaderInputBase64": "the vector gives JSON text, boto3 a value that it writes as JSON itself",
    "RestJsonHttpChecksumRequired": "checksums are a later step of the call, as in boto3",
}
TOKEN = "00000000-0000-4000-8000-000000000000"


def load_cases():
    for path in sorted((sdist() / "tests/unit/protocols/input").glob("*.json")):
        for suite in json.loads(path.read_text("utf-8")):
            for case in suite["cases"]:
                yield pytest.param(path.stem, suite, case, id=f"{path.stem}-{case['id']}")


CASES = list(load_cases())


def special_floats(value):
    if isinstance(value, dict):
        return {key: special_floats(item) for key, item in value.items()}
    return float(value) if value in ("NaN", "Infinity", "-Infinity") else value


def send(suite, case):
    model = ServiceModel({**{key: suite[key] for key in ("metadata", "shapes")}, "operations": {}}, "vectors")
    operation = OperationModel(case["given"]["name"], case["given"], model)
    request = compile_serializer(operation, token=lambda: TOKEN)(
        {key: special_floats(value) for key, value in case["params"].items()}
    )
    compress_request(request, operation)
    return model, operation, request


def judge(suite, case):
    expected = case["serialized"]
    model, operation, request = send(suite, case)
    protocol = model.resolved_protocol
    assert request["method"] == expected["method"]
    endpoint = urlsplit(suite.get("clientEndpoint", "https://example.com"))
    if "host" in expected:
        host = request.get("host_prefix", "") + endpoint.netloc
        assert host + endpoint.path == expected["host"]
    judge_url(endpoint.path + request["url_path"], request["query_string"], expected["uri"])
    judge_headers(protocol, operation, request, expected)
    if "body" in expected:
        judge_body(protocol, request["body"], expected["body"])


def judge_url(path, query, uri):
    path, _, fixed = path.partition("?")
    wanted_path, _, wanted_query = uri.partition("?")
    assert path == wanted_path
    fields = "&".join(filter(None, [fixed, percent_encode_sequence(query or {})]))
    assert sorted(fields.split("&")) == sorted(wanted_query.split("&"))


def judge_headers(protocol, operation, request, expected):
    sent = {name.lower(): value for name, value in request["headers"].items()}
    lists = {
        member.serialization["name"].lower()
        for member in (operation.input_shape.members.values() if operation.input_shape else ())
        if member.type_name == "list" and member.serialization.get("location") == "header"
    }
    for name, value in expected.get("headers", {}).items():
        name = name.lower()
        if name == "content-type" and name not in sent:
            # boto3 names no type for XML, and none for a payload whose type only the caller knows.
            assert protocol == "rest-xml" or (protocol == "rest-json" and value != "application/json")
            continue
        actual = sent[name]
        if name == "content-type":
            actual = actual.removesuffix("; charset=utf-8")
        elif name in lists or name == "content-encoding":  # White space is optional (RFC 9110, section 5.6.1).
            actual, value = actual.replace(", ", ","), value.replace(", ", ",")
        assert actual == value
    for name in expected.get("forbidHeaders", ()):
        assert name.lower() not in sent
    for name in expected.get("requireHeaders", ()):
        # The transport counts what is not a stream.
        assert name.lower() in sent or (name == "Content-Length" and isinstance(request["body"], bytes | dict))


def judge_body(protocol, body, expected):
    if protocol in ("query", "ec2"):
        assert parse_qsl(urlencode(body), keep_blank_values=True) == parse_qsl(expected, keep_blank_values=True)
    elif protocol == "smithy-rpc-v2-cbor":
        wanted = base64.b64decode(expected)
        assert bool(body) == bool(wanted)
        if body:
            assert repr(plain(cbor2.loads(body))) == repr(plain(cbor2.loads(wanted)))
    elif not body or not expected:
        assert body.decode() == expected
    elif protocol == "rest-xml":
        try:
            wanted = ElementTree.canonicalize(expected, strip_text=True)
        except ElementTree.ParseError:
            assert body.decode() == expected  # a payload that is no XML
        else:
            assert ElementTree.canonicalize(body.decode(), strip_text=True) == wanted
    else:
        try:
            wanted = json.loads(expected)
        except ValueError:
            assert body.decode() == expected  # a payload that is no JSON
        else:
            assert json.loads(body) == wanted


def plain(value):
    """Sort maps, and let the widths of numbers be what they are."""
    if isinstance(value, dict):
        return sorted((key, plain(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


@pytest.mark.parametrize(("name", "suite", "case"), CASES)
def test_a_request_vector_is_met_or_explained(name, suite, case):
    try:
        judge(suite, case)
    except Exception:
        if case["id"] in EXPLAINED:
            return
        raise
    assert case["id"] not in EXPLAINED, "this case passes now: take it out of EXPLAINED"


def is_met(suite, case):
    try:
        judge(suite, case)
    except Exception:
        return False
    return True


def test_the_count_of_request_vectors(capsys):
    passed, total = Counter(), Counter()
    for name, suite, case in (param.values for param in CASES):
        total[name] += 1
        passed[name] += is_met(suite, case)
    with capsys.disabled():
        print("\nrequest vectors, passed/total:")
        for name in total:
            print(f"  {name:45} {passed[name]:3}/{total[name]}")
        print(f"  {'all':45} {sum(passed.values()):3}/{sum(total.values())}")
        for identifier, reason in EXPLAINED.items():
            print(f"  not met: {identifier}: {reason}")
    assert sum(total.values()) - sum(passed.values()) == len(EXPLAINED)
