"""Whatever an answer is, a parser returns a dictionary or raises ``ResponseParserError``, and does so soon.

``SOTALIA_FUZZ_EXAMPLES=5000`` tries so many answers of each operation instead
of a few.
"""

import json
import math

import pytest
from awkward_answers import PROTOCOLS
from fuzz_bodies import EXAMPLES, REAL, STATUSES, fitting_body, mutated, mutations, operation, parser
from hypothesis import given, settings, strategies
from sotalia.components.errors import ResponseParserError
from sotalia.components.http import Headers

OPERATIONS = [*((protocol, "Get") for protocol in PROTOCOLS), *REAL]
fields = strategies.dictionaries(
    strategies.sampled_from(
        ["x-number", "x-when", "x-flag", "x-items", "x-text", "x-meta-a", "X-Amzn-RequestId", "x-amzn-errortype",
         "x-amzn-query-error", "content-type", "content-encoding", "last-modified", "x-amz-id-2", "x-amz-request-id"]
    ),
    strategies.text(max_size=20),
    max_size=4,
)  # fmt: skip


def parse(where, status, headers, body):
    """Parse, and look at what comes out."""
    try:
        result = parser(*where)({"status_code": status, "headers": Headers(headers), "body": body})
    except ResponseParserError as error:
        text = str(error)
        assert len(text) < 1000
        assert where[1] in text
        return None
    assert type(result) is dict
    assert result["ResponseMetadata"]["HTTPStatusCode"] == status
    if status >= 300:
        assert isinstance(result["Error"]["Code"], str)
        assert "Message" in result["Error"]
    return result


@pytest.mark.parametrize("where", OPERATIONS, ids="-".join)
def test_answers_that_fit_are_read(where):
    results = [parse(where, 200, {}, fitting_body(operation(*where), seed)) for seed in range(20)]
    assert max(len(result) for result in results if result is not None) > 2
    assert results.count(None) < 15  # Header members and unions of random values need not fit.


@pytest.mark.parametrize("where", OPERATIONS, ids="-".join)
@settings(max_examples=EXAMPLES)
@given(seed=strategies.integers(0, 20), changes=mutations, status=strategies.sampled_from(STATUSES), headers=fields)
def test_answers_that_nearly_fit(where, seed, changes, status, headers):
    parse(where, status, headers, mutated(fitting_body(operation(*where), seed), changes))


@pytest.mark.parametrize("where", OPERATIONS, ids="-".join)
@settings(max_examples=EXAMPLES)
@given(body=strategies.binary(max_size=200), status=strategies.sampled_from(STATUSES), headers=fields)
def test_any_bytes(where, body, status, headers):
    parse(where, status, headers, body)


_names = strategies.sampled_from(
    ["Text", "Number", "Long", "Ratio", "Flag", "When", "Data", "Kind", "Items", "Numbers", "Map", "Inner", "Choice",
     "A", "B", "__type", "code", "message", "Message", "Code", "Error", "Detail", "a"]
)  # fmt: skip
_json = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.floats() | strategies.text(),
    lambda inner: strategies.lists(inner, max_size=3) | strategies.dictionaries(_names, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("protocol", ["json", "rest-json", "smithy-rpc-v2-cbor"])
@settings(max_examples=EXAMPLES * 3)
@given(content=strategies.dictionaries(_names, _json, max_size=6) | _json, status=strategies.sampled_from(STATUSES))
def test_documents_of_any_types(protocol, content, status):
    if protocol == "smithy-rpc-v2-cbor":
        import cbor2

        body = cbor2.dumps(content)
    else:
        body = json.dumps(content).encode()
    result = parse((protocol, "Get"), status, {}, body)
    if result is not None and status < 300:
        assert isinstance(result.get("Items", []), list)
        assert isinstance(result.get("Map", {}), dict)
        assert isinstance(result.get("Inner", {}), dict)
        assert protocol != "json" or isinstance(result.get("Ratio", math.pi), float)


_tags = strategies.sampled_from(
    ["Text", "Number", "Flag", "When", "Data", "Items", "Numbers", "Map", "Inner", "Choice", "A", "member", "entry",
     "key", "value", "Error", "Errors", "Code", "Message", "ResponseMetadata", "RequestId", "requestId", "GetResult",
     "Gone"]
)  # fmt: skip
_xml = strategies.recursive(
    strategies.sampled_from(
        ["", "x", "5", "true", "1.5", "2020-01-01T00:00:00Z", " ", "<![CDATA[<]]>", "&lt;", "&#10;"]
    ),
    lambda inner: strategies.lists(
        strategies.builds(
            "<{0}{2}>{1}</{0}>".format, _tags, inner, strategies.sampled_from(["", ' a="b"', ' x:y="z"'])
        ),
        max_size=4,
    ).map("".join),
    max_leaves=12,
)


@pytest.mark.parametrize("protocol", ["query", "ec2", "rest-xml"])
@settings(max_examples=EXAMPLES * 3)
@given(inside=_xml, root=_tags, status=strategies.sampled_from(STATUSES))
def test_elements_in_any_order(protocol, inside, root, status):
    parse((protocol, "Get"), status, {}, f"<{root}>{inside}</{root}>".encode())
    parse((protocol, "Get"), status, {}, f"<r><GetResult>{inside}</GetResult></r>".encode())
