"""All cases of the public protocol vectors for requests: a real client sends each, and a server judges what arrives.

Compared byte by byte are method, host, path, header fields and forms (but for
the optional white space of lists and the charset of forms), and as documents
JSON, XML and CBOR. boto3's own tests leave some cases out and ask for no
``Content-Type`` but that of JSON; these do not.
"""

import base64
import hashlib
import json
import subprocess
import sys
import uuid
import xml.etree.ElementTree as ElementTree
from collections import Counter
from urllib.parse import urlsplit

import cbor2
import peers
import pytest
import servers
import vector_proofs
from protocol_vectors import TOKEN, Services, load, params_of
from sotalia.components.errors import ResponseParserError
from sotalia.components.transport import Urllib3Transport

NO_SLASH = "boto3 adds no slash to the path of an endpoint URL (sts GetCallerIdentity, ec2 DescribeRegions, all others)"
BLOB = "boto3 names no type for a blob that is the whole body (lambda Invoke, apigateway ImportRestApi, 20 others)"
NO_BODY = "boto3 tells that a POST has no body (iot CreateKeysAndCertificate), as RFC 9110 asks; newer vectors allow it"
EXPLAINED = {
    "ec2: Ec2QueryHostWithPath": NO_SLASH,
    "json: AwsJson11HostWithPath": NO_SLASH,
    "json_1_0: AwsJson10HostWithPath": NO_SLASH,
    "query: QueryHostWithPath": NO_SLASH,
    "rest-json: RestJsonHttpPayloadTraitsWithBlob": BLOB,
    "legacy rest-json: 25-7": BLOB,
    "legacy rest-json: 25-6": NO_BODY,
    "legacy rest-json: 25-8": NO_BODY,
    "legacy rest-json: 25-9": NO_BODY,
}
"""Cases that contradict what boto3 1.44.5 sends for public operations of the very traits, as the last test shows."""

CASES = load("input")


class Sent:
    """A request as the server got it, which stands in for a proxy, and so is told the whole URL."""

    def __init__(self, request):
        self.method, self.headers, self.body = request.method, request.headers, request.body
        self.url = urlsplit(request.target)


def answer(connection, request):
    # Not a second request: through proxies urllib3 leaves Nagle's algorithm on, and each would wait for 40 ms.
    connection.reply(b"", "200 OK", "Connection: close")
    return True


@pytest.fixture(scope="module")
def call(tmp_path_factory):
    """Sends a case and returns what arrived."""
    with servers.serve(answer) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(uuid, "uuid4", lambda: uuid.UUID(TOKEN))
        transport = Urllib3Transport(proxies={"http": server.url})
        services = Services(tmp_path_factory.mktemp("vectors"), CASES, transport, parameter_validation=False)

        def send(case):
            server.requests.clear()
            shape = services.model(case).input_shape
            try:
                services.call(case, params_of(case, shape))
            except ResponseParserError:
                pass  # the server says the same to all
            (request,) = server.requests
            return Sent(request), shape

        yield send
        transport.close()


def judge(sent, shape, case):
    expected = case.case["serialized"]
    assert sent.method == expected.get("method", case.case["given"].get("http", {}).get("method", "POST"))
    path, _, query = expected.get("uri", "/").partition("?")
    if "host" in expected:
        assert sent.url.netloc == expected["host"].partition("/")[0]
        assert sent.headers["host"] == sent.url.netloc
    assert sent.url.path == path
    assert sorted(sent.url.query.split("&")) == sorted(query.split("&"))
    judge_headers(sent, shape, expected)
    if "body" in expected:
        judge_body(case.protocol, sent.body, expected["body"])


def judge_headers(sent, shape, expected):
    headers = sent.headers
    lists = {
        member.serialization["name"].lower()
        for member in (shape.members.values() if shape else ())
        if member.type_name == "list" and member.serialization.get("location") == "header"
    }
    for name, value in expected.get("headers", {}).items():
        actual, name = headers[name.lower()], name.lower()
        if name == "content-md5":  # The body's own: JSON may be spaced otherwise.
            value = base64.b64encode(hashlib.md5(sent.body, usedforsecurity=False).digest()).decode()
        elif name == "content-type" and value == "application/x-www-form-urlencoded":
            actual = actual.removesuffix("; charset=utf-8")
        elif name in lists or name == "content-encoding":  # White space is optional (RFC 9110, section 5.6.1).
            actual, value = actual.replace(", ", ","), value.replace(", ", ",")
        assert actual == value, name
    for name in expected.get("forbidHeaders", ()):
        assert name.lower() not in headers
    for name in expected.get("requireHeaders", ()):
        assert name.lower() in headers


def judge_body(protocol, body, expected):
    if protocol in ("query", "ec2"):
        assert body.decode() == expected
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


def outcome(call, case):
    """Return what is wrong, or nothing."""
    try:
        judge(*call(case), case)
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:300]}"
    return ""


def test_every_request_vector_is_met_or_explained(call, capsys):
    total, passed = Counter(case.file for case in CASES), Counter()
    wrong = {str(case): found for case in CASES if (found := outcome(call, case))}
    for case in CASES:
        passed[case.file] += str(case) not in wrong
    with capsys.disabled():
        print("\nrequest vectors, passed/total:")
        for name in total:
            print(f"  {name:45} {passed[name]:3}/{total[name]}")
        print(f"  {'all':45} {passed.total():3}/{total.total()}")
        for name, reason in EXPLAINED.items():
            print(f"  not met: {name}: {reason}")
    assert not [f"{name}: {text}" for name, text in wrong.items() if name not in EXPLAINED]
    assert not EXPLAINED.keys() - wrong.keys(), "these cases pass now: take them out of EXPLAINED"


@pytest.mark.parametrize(
    ("trait", "least"),
    [
        ('"idempotencyToken"', 15), ('"hostPrefix"', 20), ('"hostLabel"', 15), ('"jsonvalue"', 30),
        ('"xmlAttribute"', 4), ('"xmlNamespace"', 25), ('"flattened"', 25), ('"union"', 35), ('"document": true', 20),
        ('"blob"', 100), ('"timestampFormat": "iso8601"', 40), ('"timestampFormat": "rfc822"', 40),
        ('"timestampFormat": "unixTimestamp"', 40), ('"NaN"', 10), ('"Infinity"', 10), ('"httpChecksumRequired"', 1),
        ('"requestcompression"', 10), ('"payload"', 50), ('"queryName"', 2), ('"awsQueryCompatible"', 2),
        ('"location": "headers"', 7), ('"location": "uri"', 25), ('"location": "querystring"', 45),
    ],
)  # fmt: skip
def test_every_trait_of_a_request_is_in_a_case(trait, least):
    texts = [json.dumps([case.suite["metadata"], case.suite["shapes"], case.case]) for case in CASES]
    assert sum(trait in text for text in texts) >= least


@peers.takes_long_once
def test_the_cases_that_are_not_met_contradict_what_boto3_sends_for_public_operations():
    def found(python, library):
        done = subprocess.run([python, vector_proofs.__file__, library], capture_output=True, check=True)
        return json.loads(done.stdout)

    theirs, ours = found(peers.python(), "boto3"), found(sys.executable, "sotalia")
    assert ours == theirs
    for call in ("sts GetCallerIdentity", "ec2 DescribeRegions", "dynamodb ListTables", "sqs ListQueues"):
        assert theirs[call][0] == "/custom"
    for call in ("lambda Invoke", "apigateway ImportRestApi"):
        assert theirs[call][1] is None
    assert theirs["iot CreateKeysAndCertificate"][2] == "0"
