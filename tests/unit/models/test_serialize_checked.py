"""One walk over parameters does what validation and serialization do one after the other, faults included."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from random import Random

import pytest
import sotalia
from random_params import random_params
from small_models import make_operation
from sotalia.exceptions import ParamValidationError
from sotalia.models.serialize import compile_checked_serializer, compile_serializer
from sotalia.models.validation import compile_operation_validator

MEMBERS = {
    "Text": {"shape": "String"},
    "Name": {"shape": "Named"},
    "Count": {"shape": "Integer"},
    "Size": {"shape": "Size"},
    "Share": {"shape": "Double"},
    "On": {"shape": "Boolean"},
    "Blob": {"shape": "Blob"},
    "At": {"shape": "Timestamp"},
    "Day": {"shape": "Timestamp", "timestampFormat": "iso8601"},
    "Other": {"shape": "String", "locationName": "other"},
    "Words": {"shape": "Strings"},
    "Blobs": {"shape": "Blobs"},
    "BlobMap": {"shape": "BlobMap"},
    "Rows": {"shape": "Rows"},
    "Free": {"shape": "Document"},
    "Choice": {"shape": "Choice"},
    "Tree": {"shape": "Tree"},
}
SHAPES = {
    "Named": {"type": "string", "min": 2},
    "Size": {"type": "long", "min": 0},
    "Blobs": {"type": "list", "member": {"shape": "Blob"}, "min": 1},
    "BlobMap": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Blob"}},
    "Row": {"type": "structure", "members": MEMBERS, "required": ["Name"]},
    "Rows": {"type": "list", "member": {"shape": "Row"}},
    "Choice": {"type": "structure", "union": True, "members": {"A": {"shape": "String"}, "B": {"shape": "Blob"}}},
}


SPOILS = (None, 1, True, "", "x", 1.5, b"x", [], {}, [1], {"a": 1}, (), ("a",), Decimal(1), object(), "\ud800", -1)
PROTOCOLS = ("json", "query", "ec2", "rest-json", "rest-xml")


@cache
def both(protocol):
    """Return an operation, and both ways to check and write its parameters."""
    members = MEMBERS
    if protocol in ("query", "ec2", "rest-xml"):  # which have no documents
        members = {name: member for name, member in MEMBERS.items() if name != "Free"}
    return ways(make_operation(protocol, members, shapes=SHAPES))


def ways(operation):
    validate, serialize = compile_operation_validator(operation), compile_serializer(operation)

    def one_by_one(params):
        validate(params)
        return serialize(params)

    return operation, compile_checked_serializer(operation, validate, serialize), one_by_one


def read(request):
    if hasattr(request["body"], "read"):
        request["body"] = request["body"].read()
    return request


def outcome(function, params):
    try:
        return repr(read(function(params)))  # in its order, and with NaN
    except ParamValidationError as error:
        return str(error), repr(error.__context__)  # No other error is shown above it.


class Text(str):
    __slots__ = ()


class Dictionary(dict):
    pass


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "params",
    [
        {}, {"Text": None}, {"Text": Text("a")}, {"Name": "a"}, {"Name": Text("ab")}, {"Count": True}, {"Size": -1},
        {"Size": 0}, {"Share": Decimal("1.5")}, {"Share": float("nan")}, {"Share": 7}, {"On": 1}, {"Blob": "text"},
        {"Blob": bytearray(b"x")}, {"At": 5}, {"At": "2026-11-21"}, {"At": datetime(2026, 1, 1, tzinfo=UTC)},
        {"Day": datetime(2026, 1, 1, 1, 2, 3, 4, tzinfo=UTC)}, {"Words": ("a", "b")}, {"Words": ["a", None]},
        {"Blobs": []}, {"Blobs": [b"a", b"b"]}, {"BlobMap": {"a": b"b"}}, {"BlobMap": {1: b"b"}}, {"Rows": [{}]},
        {"Rows": [{"Name": "ab", "Other": "x", "Blob": b"y"}]}, {"Rows": Dictionary()}, {"Free": None},
        {"Free": {"a": [None]}}, {"Free": {1: 2}}, {"Choice": {}}, {"Choice": {"A": "a", "B": b"b"}},
        {"Choice": {"B": b"b"}}, {"Unknown": 1}, {"Other": "x", "Tree": {"Left": {"Blob": b""}}}, Dictionary(Text="a"),
        [], None, {"Text": "\ud800"},
    ],
)  # fmt: skip
def test_good_and_bad_parameters_end_as_one_by_one(protocol, params):
    _, checked, one_by_one = both(protocol)
    assert outcome(checked, params) == outcome(one_by_one, params)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_random_parameters_end_as_one_by_one(protocol):
    operation, checked, one_by_one = both(protocol)
    random = Random(11)
    for _ in range(200):
        params = random_params(operation.input_shape, random)
        assert outcome(checked, params) == outcome(one_by_one, params)
        spoil(params, random)
        assert outcome(checked, params) == outcome(one_by_one, params)


def spoil(params, random):
    """Put something else in the place of one value somewhere in the parameters."""
    while params:
        key = random.choice(list(params)) if isinstance(params, dict) else random.randrange(len(params))
        inner = params[key]
        if isinstance(inner, dict | list) and inner and random.random() < 0.8:
            params = inner
            continue
        params[key] = random.choice(SPOILS)
        return


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_file_is_read_once_though_the_walk_ends_after_it(protocol):
    _, checked, one_by_one = both(protocol)

    def params():
        return {"Blob": BytesIO(b"content"), "Words": ("a", "b")}

    assert outcome(checked, params()) == outcome(one_by_one, params())


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_long_lists_of_texts_have_the_names_of_short_ones(protocol):
    _, checked, one_by_one = both(protocol)
    for count in (3, 2, 150, 300, 1, 300):
        params = {"Words": [f"{number} \u00e9" if number == 2 else str(number) for number in range(count)]}
        assert outcome(checked, params) == outcome(one_by_one, params)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_the_caller_gave_is_not_changed(protocol):
    _, checked, _ = both(protocol)
    params = {"Blobs": [b"a"], "BlobMap": {"a": b"b"}, "Rows": [{"Name": "ab", "At": 5, "Other": "x"}], "Blob": b"c"}
    before = repr(params)
    assert checked(params) == checked(params)
    assert repr(params) == before


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_parameters_that_hold_themselves_are_refused(protocol):
    _, checked, _ = both(protocol)
    tree = {"Name": "a"}
    tree["Left"] = tree
    with pytest.raises(ParamValidationError, match="nested too deeply"):
        checked({"Tree": tree})


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_request_has_headers_of_its_own(protocol):
    _, checked, _ = both(protocol)
    checked({})["headers"]["x"] = "y"
    assert "x" not in checked({})["headers"]


@pytest.mark.parametrize("required", [[], ["Text"]])
@pytest.mark.parametrize("params", [{}, None, [], Dictionary(), {"Text": "a"}, {"Unknown": 1}])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_operations_of_few_members(protocol, params, required):
    operation = make_operation(protocol, {"Text": {"shape": "String"}}, traits={"required": required})
    _, checked, one_by_one = ways(operation)
    assert outcome(checked, params) == outcome(one_by_one, params)


PLACES = {
    "Label": {"shape": "Named", "location": "uri", "locationName": "label"},
    "Rest": {"shape": "String", "location": "uri", "locationName": "rest"},
    "Number": {"shape": "Integer", "location": "uri"},
    "Title": {"shape": "String", "location": "header", "locationName": "x-title"},
    "Titles": {"shape": "Strings", "location": "header", "locationName": "x-titles"},
    "Since": {"shape": "Timestamp", "location": "header", "locationName": "x-since"},
    "Sure": {"shape": "Boolean", "location": "header", "locationName": "x-sure"},
    "Part": {"shape": "Double", "location": "header", "locationName": "x-part"},
    "Any": {"shape": "String", "location": "header", "locationName": "x-any", "jsonvalue": True},
    "Meta": {"shape": "StringMap", "location": "headers", "locationName": "x-meta-"},
    "Find": {"shape": "String", "location": "querystring", "locationName": "find"},
    "Most": {"shape": "Size", "location": "querystring", "locationName": "most"},
    "Until": {"shape": "Timestamp", "location": "querystring", "locationName": "until"},
    "Kinds": {"shape": "Strings", "location": "querystring", "locationName": "kind"},
    "More": {"shape": "StringMap", "location": "querystring"},
}
CONTENTS = {
    "nothing": ({}, {}),
    "members": ({"Text": {"shape": "String"}, "Tree": {"shape": "Tree"}}, {}),
    "blob": ({"Body": {"shape": "Blob", "streaming": True}}, {"payload": "Body"}),
    "text": ({"Body": {"shape": "Named"}}, {"payload": "Body"}),
    "structure": ({"Body": {"shape": "Row"}}, {"payload": "Body"}),
    "choice": ({"Body": {"shape": "Choice"}}, {"payload": "Body"}),
}


@cache
def bound(protocol, content):
    """Return both ways for an operation with members in all places, and with such a body."""
    members, traits = CONTENTS[content]
    http = {"method": "PUT", "requestUri": "/{label}/{Number}/x/{rest+}?fixed=1"}
    rows = {
        **SHAPES,
        "Row": {"type": "structure", "members": {"Name": {"shape": "Named"}, "Words": {"shape": "Strings"}}},
    }
    required = ["Label", "Number", "Rest"]
    return ways(
        make_operation(protocol, {**PLACES, **members}, shapes=rows, http=http, traits={"required": required, **traits})
    )


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("protocol", ["rest-json", "rest-xml"])
def test_random_members_in_all_places_end_as_one_by_one(protocol, content):
    operation, checked, one_by_one = bound(protocol, content)
    random = Random(12)
    for _ in range(150):
        params = random_params(operation.input_shape, random)
        assert outcome(checked, params) == outcome(one_by_one, params)
        spoil(params, random)
        assert outcome(checked, params) == outcome(one_by_one, params)


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("protocol", ["rest-json", "rest-xml"])
@pytest.mark.parametrize(
    "params",
    [
        {}, {"Label": "ab", "Number": 1}, {"Label": "a", "Rest": "x", "Number": 1}, {"Rest": ""},
        {"Rest": "a/ b\u00e9"},
        {"Number": True}, {"Title": "a\nb"}, {"Title": ""}, {"Title": "\u00e9"}, {"Title": "\ud800"}, {"Title": None},
        {"Titles": []}, {"Titles": ["a,b", '"', None]}, {"Titles": ("a",)}, {"Since": 5}, {"Sure": "true"},
        {"Any": {"a": 1}}, {"Any": "a"}, {"Any": object()}, {"Meta": {"a\n": "b"}}, {"Meta": {"a": "b\n"}},
        {"Meta": {"A": "1", "a": Text("2")}}, {"Meta": {"a": 1}}, {"Meta": None}, {"Find": "\ud800"}, {"Most": -1},
        {"Most": True}, {"Kinds": ["a", None]}, {"Kinds": "ab"}, {"Find": "a", "More": {"find": "b", "kind": "c"}},
        {"More": {"find": "b"}, "Find": "a"}, {"Body": b"x"}, {"Body": "text"}, {"Body": "t"}, {"Body": BytesIO(b"x")},
        {"Body": {}}, {"Body": {"Name": "ab"}}, {"Body": {"Name": "a"}}, {"Body": {"A": "a"}}, {"Body": None},
        {"Text": "a"}, {"Text": 1}, {"Tree": {}}, {"Meta": {"content-type": "x"}, "Body": "text"}, {1: 2},
    ],
)  # fmt: skip
def test_members_in_all_places_end_as_one_by_one(protocol, content, params):
    _, checked, one_by_one = bound(protocol, content)
    full = {"Label": "ab", "Number": 1, "Rest": "x/y", **params}
    for given in (params, full):
        expected = outcome(one_by_one, {**given})
        if "read" in dir(given.get("Body")):
            given["Body"].seek(0)
        assert outcome(checked, given) == expected


def test_a_body_that_is_a_file_is_handed_on_unread():
    _, checked, _ = bound("rest-xml", "blob")
    body = BytesIO(b"content")
    assert checked({"Label": "ab", "Number": 1, "Rest": "x", "Body": body})["body"] is body
    assert body.tell() == 0


OPERATIONS = (
    ("ec2", "RunInstances"), ("ec2", "DescribeInstances"), ("ec2", "CreateFleet"), ("sts", "AssumeRole"),
    ("sts", "GetCallerIdentity"), ("iam", "CreateRole"), ("sns", "PublishBatch"), ("autoscaling", "CreateOrUpdateTags"),
    ("s3", "GetObject"), ("s3", "ListObjectsV2"), ("s3", "PutObject"), ("s3", "DeleteObjects"),
    ("s3", "PutBucketLifecycleConfiguration"), ("route53", "ChangeResourceRecordSets"), ("s3control", "CreateJob"),
    ("lambda", "Invoke"), ("lambda", "CreateFunction"), ("bedrock-runtime", "Converse"), ("apigateway", "PutMethod"),
    ("glacier", "UploadArchive"), ("lex-runtime", "PostContent"), ("sqs", "SendMessageBatch"), ("dynamodb", "PutItem"),
    ("logs", "PutLogEvents"),
)  # fmt: skip


@pytest.fixture(scope="module")
def session():
    return sotalia.Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="k", region_name="us-east-1")


@pytest.mark.parametrize(("service", "name"), OPERATIONS)
def test_random_parameters_of_public_operations_end_as_one_by_one(service, name, session):
    operation, checked, one_by_one = ways(session.client(service).meta.service_model.operation_model(name))
    random = Random(13)
    for _ in range(40):
        params = random_params(operation.input_shape, random)
        assert outcome(checked, params) == outcome(one_by_one, params)
        spoil(params, random)
        assert outcome(checked, params) == outcome(one_by_one, params)
