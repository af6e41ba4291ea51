import io
import json
import sys
from datetime import UTC, datetime
from decimal import Decimal
from threading import Thread

import cbor2
import pytest
from small_models import make_operation
from sotalia.components.errors import ParamValidationError
from sotalia.models.serialize import compile_serializer, compile_token_filler

PROTOCOLS = ("json", "query", "ec2", "rest-json", "rest-xml", "smithy-rpc-v2-cbor")
TIME = datetime(2020, 1, 2, 3, 4, 5, 600000, tzinfo=UTC)


def serialize(protocol, members, params, **model):
    return compile_serializer(make_operation(protocol, members, **model))(params)


def header(shape, name="X-Field", **traits):
    return {"field": {"shape": shape, "location": "header", "locationName": name, **traits}}


def label(name="field"):
    return {"field": {"shape": "String", "location": "uri", "locationName": name}}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_call_gets_a_request_of_its_own(protocol):
    run = compile_serializer(make_operation(protocol, {"Name": {"shape": "String"}}, reference={"locationName": "Op"}))
    first, second = run({"Name": "a"}), run({"Name": "a"})
    assert first == second
    first["headers"]["X-Added"] = "1"
    assert "X-Added" not in second["headers"]
    assert run({"Name": "a"}) == second


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_recursive_shapes_are_compiled_once_and_work_at_any_depth(protocol):
    value: dict = {"Name": "leaf", "Blob": b"ab"}
    for _ in range(20):
        value = {"Name": "a", "Left": value, "Branches": [value], "Named": {"k": {"Name": "x"}}}
        value["Branches"] = [{"Name": "b", "Branches": []}]
    request = serialize(protocol, {"Root": {"shape": "Tree"}}, {"Root": value}, reference={"locationName": "Op"})
    assert "leaf" in str(request["body"])


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_parameters_are_not_changed(protocol):
    params = {"Root": {"Name": "a", "Branches": [{"Blob": bytearray(b"x")}], "Named": {"k": {}}}}
    before = repr(params)
    serialize(protocol, {"Root": {"shape": "Tree"}}, params, reference={"locationName": "Op"})
    assert repr(params) == before


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_members_that_are_none_are_left_out(protocol):
    members, reference = {"a": {"shape": "String"}, "b": {"shape": "Tree"}}, {"locationName": "Op"}
    with_none = serialize(protocol, members, {"a": None, "b": {"Name": None}}, reference=reference)
    assert with_none == serialize(protocol, members, {"b": {}}, reference=reference)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "params",
    [
        {"Unknown": 1},
        {"Root": "no structure"},
        {"Root": {"Name": "\ud800\udc00x", "Blob": 3}},
        {"Root": {"Branches": 1}},
        {"When": "no time"},
        {"Number": "no number"},
        "no dictionary",
    ],
)
def test_what_cannot_be_serialized_raises_a_validation_error_also_without_validation(protocol, params):
    members = {"Root": {"shape": "Tree"}, "When": {"shape": "Timestamp"}, "Number": {"shape": "Double"}}
    with pytest.raises(ParamValidationError):
        serialize(protocol, members, params, reference={"locationName": "Op"})


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_parameters_nested_beyond_the_stack_raise_a_validation_error(protocol):
    value: dict = {}
    for _ in range(sys.getrecursionlimit() * 2):
        value = {"Left": value}
    with pytest.raises(ParamValidationError, match="nested too deeply"):
        serialize(protocol, {"Root": {"shape": "Tree"}}, {"Root": value}, reference={"locationName": "Op"})
    while value:  # Freeing it in one go would need a deep stack as well.
        value = value["Left"]


def test_one_serializer_serves_many_threads():
    run = compile_serializer(make_operation("json", {"Root": {"shape": "Tree"}}))
    params = {"Root": {"Left": {"Left": {"Name": "x"}}, "Named": {"k": {"Blob": b"a"}}}}
    bodies = []
    threads = [Thread(target=lambda: bodies.append(run(params)["body"])) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(bodies) == 16
    assert set(bodies) == {b'{"Root": {"Left": {"Left": {"Name": "x"}}, "Named": {"k": {"Blob": "YQ=="}}}}'}


# Idempotency tokens


def test_tokens_are_filled_where_they_are_missing_and_only_there():
    operation = make_operation(
        "json", {"Token": {"shape": "String", "idempotencyToken": True}, "A": {"shape": "String"}}
    )
    fill = compile_token_filler(operation, lambda: "fresh")
    params = {"A": "a"}
    assert fill(params) == {"A": "a", "Token": "fresh"}
    assert params == {"A": "a"}
    given = {"Token": "mine"}
    assert fill(given) is given


def test_a_default_token_is_a_random_uuid():
    fill = compile_token_filler(make_operation("json", {"Token": {"shape": "String", "idempotencyToken": True}}))
    assert len({fill({})["Token"] for _ in range(3)}) == 3
    assert fill({})["Token"][14] == "4"


def test_an_operation_without_tokens_has_no_filler():
    assert compile_token_filler(make_operation("json", {"A": {"shape": "String"}})) is None
    assert compile_token_filler(make_operation("json", None)) is None


def test_the_serializer_fills_tokens_when_it_is_given_a_source():
    operation = make_operation("query", {"Token": {"shape": "String", "idempotencyToken": True}})
    assert compile_serializer(operation, token=lambda: "fresh")({})["body"]["Token"] == "fresh"
    assert "Token" not in compile_serializer(operation)({})["body"]


# Host prefix


def test_a_host_prefix_is_filled_from_labels():
    members = {"label": {"shape": "String", "hostLabel": True}}
    request = serialize("json", members, {"label": "a-1.b"}, operation={"endpoint": {"hostPrefix": "foo.{label}."}})
    assert request["host_prefix"] == "foo.a-1.b."


def test_a_host_prefix_may_be_constant_or_absent():
    constant = {"endpoint": {"hostPrefix": "data."}}
    assert serialize("query", None, {}, operation=constant)["host_prefix"] == "data."
    assert "host_prefix" not in serialize("query", None, {})


@pytest.mark.parametrize("value", ["", "a b", "a/b", "é", "under_score", 1])
def test_a_label_that_is_no_host_name_is_refused(value):
    members = {"label": {"shape": "String", "hostLabel": True}}
    with pytest.raises(ParamValidationError, match="alphanumeric characters, hyphen, or period"):
        serialize("rest-json", members, {"label": value}, operation={"endpoint": {"hostPrefix": "{label}."}})


def test_a_missing_host_label_is_named():
    members = {"label": {"shape": "String", "hostLabel": True}}
    with pytest.raises(ParamValidationError, match='Missing required parameter in input: "label"'):
        serialize("rest-json", members, {}, operation={"endpoint": {"hostPrefix": "{label}."}})


# JSON


def test_json_names_the_target_and_encodes_in_ascii():
    request = serialize("json", {"Name": {"shape": "String", "locationName": "nm"}}, {"Name": "é"})
    assert request == {
        "url_path": "/",
        "query_string": "",
        "method": "POST",
        "headers": {"X-Amz-Target": "Target.Op", "Content-Type": "application/x-amz-json-1.1"},
        "body": b'{"nm": "\\u00e9"}',
    }


def test_json_without_an_input_sends_an_empty_object():
    assert serialize("json", None, {})["body"] == b"{}"


def test_the_query_mode_is_announced_where_the_service_was_a_query_service():
    for protocol in ("json", "smithy-rpc-v2-cbor"):
        headers = serialize(protocol, None, {}, metadata={"awsQueryCompatible": {}})["headers"]
        assert headers["x-amzn-query-mode"] == "true"


@pytest.mark.parametrize(
    ("shape", "value", "expected"),
    [
        ("Timestamp", TIME, 1577934245.6),
        ("Timestamp", "2020-01-02", 1577923200),
        ("Timestamp", Decimal("1577934245"), 1577934245),
        ("Blob", "é", "w6k="),
        ("Blob", io.BytesIO(b"ab"), "YWI="),
        ("Blob", memoryview(b"ab"), "YWI="),
        ("Float", float("nan"), "NaN"),
        ("Double", -float("inf"), "-Infinity"),
        ("Double", Decimal("1.5"), 1.5),
        ("Document", {"a": [None, 1.5]}, {"a": [None, 1.5]}),
        ("Document", None, None),
        ("Strings", ("a", None), ["a", None]),
    ],
)
def test_json_values(shape, value, expected):
    body = serialize("json", {"Value": {"shape": shape}}, {"Value": value})["body"]
    assert json.loads(body) == {"Value": expected}


def test_a_timestamp_format_of_the_model_comes_first():
    members = {name: {"shape": "Timestamp", "timestampFormat": name} for name in ("iso8601", "rfc822", "unixTimestamp")}
    assert json.loads(serialize("json", members, dict.fromkeys(members, TIME))["body"]) == {
        "iso8601": "2020-01-02T03:04:05.600000Z",
        "rfc822": "Thu, 02 Jan 2020 03:04:05 GMT",
        "unixTimestamp": 1577934245.6,
    }


# Query and EC2


def form(protocol, shape, value, shapes=None, **member):
    request = serialize(protocol, {"m": {"shape": shape, **member}}, {"m": value}, shapes=shapes)
    body = request["body"]
    assert (body.pop("Action"), body.pop("Version")) == ("Op", "2020-01-01")
    return body


LISTS = {
    "Named": {"type": "list", "member": {"shape": "String", "locationName": "item"}},
    "Flat": {"type": "list", "member": {"shape": "String"}, "flattened": True},
    "FlatNamed": {"type": "list", "member": {"shape": "String", "locationName": "item"}, "flattened": True},
    "NamedMap": {
        "type": "map",
        "key": {"shape": "String", "locationName": "K"},
        "value": {"shape": "String", "locationName": "V"},
        "flattened": True,
    },
}


@pytest.mark.parametrize(
    ("shape", "value", "query", "ec2"),
    [
        ("Boolean", True, {"m": "true"}, {"M": "true"}),
        ("Integer", 3, {"m": 3}, {"M": 3}),
        ("Double", float("inf"), {"m": "Infinity"}, {"M": "Infinity"}),
        ("Timestamp", TIME, {"m": "2020-01-02T03:04:05.600000Z"}, {"M": "2020-01-02T03:04:05.600000Z"}),
        ("Strings", ["a", "b"], {"m.member.1": "a", "m.member.2": "b"}, {"M.1": "a", "M.2": "b"}),
        ("Strings", [], {"m": ""}, {}),
        ("Named", ["a"], {"m.item.1": "a"}, {"M.1": "a"}),
        ("Flat", ["a"], {"m.1": "a"}, {"M.1": "a"}),
        ("FlatNamed", ["a"], {"item.1": "a"}, {"M.1": "a"}),
        ("StringMap", {"k": "v"}, {"m.entry.1.key": "k", "m.entry.1.value": "v"}, None),
        ("StringMap", {}, {}, {}),
        ("NamedMap", {"k": "v"}, {"m.1.K": "k", "m.1.V": "v"}, None),
        ("Tree", {"Left": {"Name": "x"}}, {"m.Left.Name": "x"}, {"M.Left.Name": "x"}),
        ("Trees", [{"Name": "x"}], {"m.member.1.Name": "x"}, {"M.1.Name": "x"}),
    ],
)
def test_forms(shape, value, query, ec2):
    assert form("query", shape, value, LISTS) == query
    if ec2 is not None:
        assert form("ec2", shape, value, LISTS) == ec2


def test_a_flattened_list_is_named_by_its_member_where_the_member_names_it():
    assert form("query", "FlatNamed", ["a"], LISTS, locationName="Hi") == {"Hi.1": "a"}


def test_ec2_prefers_the_query_name():
    assert form("ec2", "String", "a", locationName="name", queryName="queried") == {"queried": "a"}
    assert form("ec2", "String", "a", locationName="name") == {"Name": "a"}


# REST


def test_labels_are_encoded_and_greedy_ones_keep_their_slashes():
    http = {"method": "GET", "requestUri": "/a/{field}/b?fixed"}
    assert serialize("rest-xml", label(), {"field": "a b/é"}, http=http)["url_path"] == "/a/a%20b%2F%C3%A9/b?fixed"
    http = {"method": "GET", "requestUri": "/{field+}"}
    assert serialize("rest-xml", label(), {"field": "/a//b c/"}, http=http)["url_path"] == "//a//b%20c/"


def test_a_missing_label_is_named_as_the_parameter_that_it_comes_from():
    http = {"method": "GET", "requestUri": "/{wire}"}
    with pytest.raises(ParamValidationError, match='Missing required parameter in input: "field"'):
        serialize("rest-json", label("wire"), {}, http=http)


def test_the_path_that_is_signed_may_be_another():
    http = {"method": "GET", "requestUri": "/x", "authPath": "/{field}/x"}
    assert serialize("rest-xml", label(), {"field": "bucket"}, http=http)["auth_path"] == "/bucket/x"


@pytest.mark.parametrize(
    ("shape", "value", "expected"),
    [
        ("String", "", ""),
        ("Boolean", False, "false"),
        ("Double", 1.5, "1.5"),
        ("Integer", 7, "7"),
        ("Timestamp", TIME, "Thu, 02 Jan 2020 03:04:05 GMT"),
        ("Strings", ["a", "b,c", 'd"e', ""], 'a,"b,c","d\\"e",'),
    ],
)
def test_headers(shape, value, expected):
    assert serialize("rest-json", header(shape), {"field": value})["headers"] == {"X-Field": expected}


def test_an_empty_list_gives_an_empty_header_unless_an_item_cannot_be_empty():
    assert serialize("rest-json", header("Strings"), {"field": []})["headers"] == {"X-Field": ""}
    for traits in ({"enum": ["a"]}, {"min": 1}, {"pattern": "[a-z]+"}):
        shapes = {"Item": {"type": "string", **traits}, "Items": {"type": "list", "member": {"shape": "Item"}}}
        assert serialize("rest-json", header("Items"), {"field": []}, shapes=shapes)["headers"] == {}


def test_times_in_headers_have_whole_seconds():
    headers = serialize("rest-json", header("Timestamp", timestampFormat="unixTimestamp"), {"field": TIME})["headers"]
    assert headers == {"X-Field": "1577934245"}


def test_json_in_a_header_is_base64():
    request = serialize("rest-json", header("String", jsonvalue=True), {"field": {"a": 1}})
    assert request["headers"] == {"X-Field": "eyJhIjoxfQ=="}


@pytest.mark.parametrize("bad", ["a\r\nEvil: 1", "a\n", "a\0", "\ud800"])
def test_a_header_cannot_be_ended_early(bad):
    members = {**header("String"), "more": {"shape": "StringMap", "location": "headers", "locationName": "x-"}}
    for params in ({"field": bad}, {"more": {"k": bad}}, {"more": {bad: "v"}}):
        with pytest.raises(ParamValidationError):
            serialize("rest-json", members, params)


def test_prefixed_headers():
    members = {"more": {"shape": "StringMap", "location": "headers", "locationName": "x-meta-"}}
    assert serialize("rest-xml", members, {"more": {"a": "b", "C": ""}})["headers"] == {"x-meta-a": "b", "x-meta-C": ""}


def query_members(**shapes):
    return {name: {"shape": shape, "location": "querystring", "locationName": name} for name, shape in shapes.items()}


def test_query_fields():
    members = query_members(b="Boolean", f="Double", i="Integer", l="Strings", s="String", t="Timestamp")
    params = {"b": True, "f": 1.5, "i": 1, "l": ["a", "b"], "s": "", "t": TIME}
    assert serialize("rest-json", members, params)["query_string"] == {
        "b": "true", "f": "1.5", "i": 1, "l": ["a", "b"], "s": "", "t": "2020-01-02T03:04:05.600000Z",
    }  # fmt: skip


def test_a_member_comes_before_an_entry_of_a_map_with_its_name():
    members = {**query_members(named="String"), "all": {"shape": "StringMap", "location": "querystring"}}
    every = {"named": "map", "other": "map"}
    for params in ({"named": "own", "all": every}, {"all": every, "named": "own"}):
        assert serialize("rest-json", members, params)["query_string"] == {"named": "own", "other": "map"}


def payload(protocol, shape, params, **traits):
    members = {"p": {"shape": shape, "locationName": "Root", **traits}, "t": {"shape": "String", "location": "header",
               "locationName": "content-type"}}  # fmt: skip
    return serialize(protocol, members, params, traits={"payload": "p"})


@pytest.mark.parametrize("protocol", ["rest-json", "rest-xml"])
def test_a_blob_payload_is_passed_on_as_it_is(protocol):
    stream, buffer = io.BytesIO(b"data"), bytearray(b"data")
    assert payload(protocol, "Blob", {"p": stream}, streaming=True)["body"] is stream
    assert stream.tell() == 0
    assert payload(protocol, "Blob", {"p": buffer}, streaming=True)["body"] is buffer
    assert payload(protocol, "Blob", {"p": b"data"})["body"] == b"data"
    assert payload(protocol, "Blob", {"p": "é"}, streaming=True)["body"] == "é".encode()
    assert payload(protocol, "Blob", {})["body"] == b""
    assert payload(protocol, "String", {"p": "é"})["body"] == "é".encode()


def test_a_payload_that_is_a_text_file_is_sent_as_utf_8():
    assert payload("rest-json", "Blob", {"p": io.StringIO("é")}, streaming=True)["body"] == "é".encode()


@pytest.mark.parametrize("value", [{"a": 1}, ["a"], 5, object()])
def test_a_payload_that_no_body_can_be_made_of_is_refused(value):
    with pytest.raises(ParamValidationError, match=f"bytes, text or a file, and no {type(value).__name__}"):
        payload("rest-json", "Blob", {"p": value})


@pytest.mark.parametrize("protocol", ["query", "ec2", "rest-json"])
def test_a_lone_surrogate_is_found_before_anything_is_sent(protocol):
    place = {"location": "querystring", "locationName": "n"} if protocol == "rest-json" else {}
    for shape in ("Integer", "String"):
        with pytest.raises(ParamValidationError, match="surrogates not allowed"):
            serialize(protocol, {"n": {"shape": shape, **place}}, {"n": "\ud800"})
        if protocol != "rest-json":
            with pytest.raises(ParamValidationError, match="surrogates not allowed"):
                serialize(protocol, {"n": {"shape": shape}}, {"n": ["a", "\ud800"]})


def test_a_payload_that_is_text_says_so_unless_the_caller_names_headers():
    assert payload("rest-json", "String", {"p": "x"})["headers"] == {"Content-Type": "text/plain"}
    assert payload("rest-json", "String", {})["headers"] == {}
    assert payload("rest-json", "Blob", {"p": b"x"})["headers"] == {}
    members = {"p": {"shape": "String"}, "h": {"shape": "StringMap", "location": "headers", "locationName": "x-"}}
    assert serialize("rest-json", members, {"p": "x"}, traits={"payload": "p"})["headers"] == {}


def test_xml_says_that_it_is_xml_but_to_the_public_services():
    for service_id, expected in (("Small", {"Content-Type": "application/xml"}), ("S3", {}), ("Route 53", {})):
        metadata = {"serviceId": service_id}
        request = serialize("rest-xml", {"Name": {"shape": "String"}}, {"Name": "x"}, metadata=metadata)
        assert request["headers"] == expected
        assert request["body"] == b"<OpInput><Name>x</Name></OpInput>"


@pytest.mark.parametrize(
    ("reference", "own", "root"),
    [
        ({}, None, "Item"),
        ({"locationName": "p"}, None, "Item"),
        ({"locationName": "p", "xmlNamespace": {"uri": "u:"}}, None, 'p xmlns="u:"'),
        ({"locationName": "Other"}, "Own", "Other"),
        ({"locationName": "p"}, "Own", "Own"),
        ({}, "Own", "Own"),
    ],
)
def test_the_root_of_an_xml_payload(reference, own, root):
    item = {"type": "structure", "members": {"a": {"shape": "String"}}, **({"locationName": own} if own else {})}
    members = {"p": {"shape": "Item", **reference}}
    request = serialize("rest-xml", members, {"p": {"a": "x"}}, shapes={"Item": item}, traits={"payload": "p"})
    assert request["body"].decode() == f"<{root}><a>x</a></{root.partition(' ')[0]}>"


def test_json_payloads():
    assert payload("rest-json", "Tree", {"p": {"Name": "x"}})["body"] == b'{"Name": "x"}'
    assert payload("rest-json", "Tree", {})["body"] == b"{}"
    assert payload("rest-json", "Document", {"p": "text"})["body"] == b'"text"'
    assert payload("rest-json", "Document", {"p": 0})["body"] == b"0"


def test_a_content_type_that_is_given_is_kept():
    assert payload("rest-json", "Tree", {"p": {}})["headers"] == {"Content-Type": "application/json"}
    assert payload("rest-json", "Tree", {"p": {}, "t": "own/type"})["headers"] == {"content-type": "own/type"}


def test_a_body_is_sent_where_one_is_modelled():
    assert serialize("rest-json", {"a": {"shape": "String"}}, {})["body"] == b"{}"
    assert serialize("rest-json", header("String"), {"field": "x"})["body"] == b""
    assert serialize("rest-xml", {"a": {"shape": "String"}}, {}, reference={"locationName": "R"})["body"] == b""


# XML


def xml(shape, value, shapes=None, **member):
    request = serialize(
        "rest-xml", {"m": {"shape": shape, **member}}, {"m": value}, shapes=shapes, reference={"locationName": "R"}
    )
    return request["body"].decode().removeprefix("<R>").removesuffix("</R>")


@pytest.mark.parametrize(
    ("shape", "value", "expected"),
    [
        ("String", "<&>\"'\n\r]]>é", "<m>&lt;&amp;&gt;\"'\n&#13;]]&gt;é</m>"),
        ("String", "", "<m />"),
        ("Boolean", False, "<m>false</m>"),
        ("Double", float("nan"), "<m>NaN</m>"),
        ("Blob", b"ab", "<m>YWI=</m>"),
        ("Timestamp", TIME, "<m>2020-01-02T03:04:05.600000Z</m>"),
        ("Strings", ["a", ""], "<m><member>a</member><member /></m>"),
        ("Strings", [], "<m />"),
        ("Named", ["a"], "<m><item>a</item></m>"),
        ("FlatNamed", ["a", "b"], "<m>a</m><m>b</m>"),
        ("StringMap", {"k": "v"}, "<m><entry><key>k</key><value>v</value></entry></m>"),
        ("NamedMap", {"k": "v"}, "<m><K>k</K><V>v</V></m>"),
        ("Tree", {"Left": {"Name": "x"}}, "<m><Left><Name>x</Name></Left></m>"),
        ("Tree", {}, "<m />"),
    ],
)
def test_xml_elements(shape, value, expected):
    assert xml(shape, value, LISTS) == expected


def test_xml_attributes_and_namespaces():
    shapes = {
        "Grantee": {
            "type": "structure",
            "members": {
                "Id": {"shape": "String"},
                "Type": {"shape": "String", "locationName": "xsi:type", "xmlAttribute": True},
            },
            "xmlNamespace": {"prefix": "xsi", "uri": "http://xsi"},
        }
    }
    opened = '<m xmlns:xsi="http://xsi"'
    assert xml("Grantee", {"Id": "i", "Type": 'a"<&\n'}, shapes) == (
        f'{opened} xsi:type="a&quot;&lt;&amp;&#10;"><Id>i</Id></m>'
    )
    assert xml("Grantee", {"Type": "a"}, shapes) == f'{opened} xsi:type="a" />'
    assert xml("String", "a", xmlNamespace={"uri": "http://n"}) == '<m xmlns="http://n">a</m>'


def test_the_own_name_of_a_shape_names_a_member_only_where_the_member_says_so():
    shapes = {"Sse": {"type": "structure", "members": {"A": {"shape": "String"}}, "locationName": "SSE-KMS"}}
    assert xml("Sse", {"A": "x"}, shapes) == "<m><A>x</A></m>"
    assert xml("Sse", {"A": "x"}, shapes, locationName="SSE-KMS") == "<SSE-KMS><A>x</A></SSE-KMS>"


# CBOR


@pytest.mark.parametrize(
    ("shape", "value", "encoded"),
    [
        ("Integer", 1, "01"),
        ("Integer", -1, "20"),
        ("Integer", 24, "1818"),
        ("Integer", 256, "190100"),
        ("Integer", 65536, "1a00010000"),
        ("Long", 2**32, "1b0000000100000000"),
        ("Long", 2**64, "c249010000000000000000"),
        ("Long", -(2**64) - 1, "c349010000000000000000"),
        ("Float", 1.5, "fa3fc00000"),
        ("Float", 1e300, "fb7e37e43c8800759c"),
        ("Double", 1.5, "fb3ff8000000000000"),
        ("Double", float("nan"), "f97e00"),
        ("Float", float("inf"), "f97c00"),
        ("Double", -float("inf"), "f9fc00"),
        ("Boolean", True, "f5"),
        ("Blob", bytearray(b"ab"), "426162"),
        ("String", "é", "62c3a9"),
        ("Timestamp", 0, "c100"),
        ("Timestamp", 1.5, "c1fb3ff8000000000000"),
        ("Strings", ["a"], "816161"),
        ("StringMap", {"a": "b"}, "a161616162"),
        ("Document", {"a": [None, True, 1, 1.5, b"x"]}, "a1616185f6f501fb3ff80000000000004178"),
    ],
)
def test_cbor_values(shape, value, encoded):
    body = serialize("smithy-rpc-v2-cbor", {"v": {"shape": shape}}, {"v": value})["body"]
    assert body == b"\xa1\x61v" + bytes.fromhex(encoded)


@pytest.mark.parametrize("count", [0, 23, 24, 255, 256, 65536])
def test_cbor_lengths_are_read_back_by_another_decoder(count):
    body = serialize("smithy-rpc-v2-cbor", {"v": {"shape": "Strings"}}, {"v": ["x"] * count})["body"]
    assert cbor2.loads(body) == {"v": ["x"] * count}


def test_cbor_names_the_operation_in_the_path():
    request = serialize("smithy-rpc-v2-cbor", None, {})
    assert request["url_path"] == "/service/Target/operation/Op"
    assert request["headers"] == {"smithy-protocol": "rpc-v2-cbor", "Accept": "application/cbor"}
    assert request["body"] == b""
