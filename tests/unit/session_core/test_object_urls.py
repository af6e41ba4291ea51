"""URLs of objects that go straight to the signer, against those that go the way of a call: the same, byte for byte."""

import itertools
import json
import re
from datetime import UTC, datetime
from functools import cache

import canary
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sotalia import UNSIGNED, Config, Session
from sotalia.components.clock import Clock
from sotalia.session_core import object_urls

TOKEN = "to/ken+="
REGIONS = ("us-east-1", "us-west-2", "eu-central-1", "cn-north-1", "us-gov-west-1", "aws-global", "ap-east-1", "mars-1")
ACCESS_POINT = "arn:aws:s3:eu-west-1:123456789012:accesspoint/mine"
LAMBDA = "arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/mine"
OUTPOST = "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01234567890123456/accesspoint/mine"
EVERYWHERE = "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap"
DIRECTORY = "bucket--usw2-az1--x-s3"
BUCKETS = (
    *("bucket", "a.b", "Capitals_", "b" * 63, "x" * 64, "-b", "192.168.0.1", "", "no/good", "ü", "arn:aws:s3:::no"),
    *(ACCESS_POINT, LAMBDA, OUTPOST, EVERYWHERE, DIRECTORY),
)
OPTIONS = (
    {},
    *[{"signature_version": version} for version in ("s3v4", "s3", "v4", "s3v4a", "v2", "none", "mine", UNSIGNED)],
    *[
        {"signature_version": version, "s3": options}
        for version in (None, "s3v4", "s3")
        for options in (
            {"addressing_style": "virtual"},
            {"addressing_style": "path"},
            {"us_east_1_regional_endpoint": "regional"},
            {"use_accelerate_endpoint": True},
            {"use_accelerate_endpoint": True, "use_dualstack_endpoint": True},
            {"use_dualstack_endpoint": True, "addressing_style": "path"},
            {"use_arn_region": False},
            {"payload_signing_enabled": True},
            {"payload_signing_enabled": False},
        )
    ],
    {"use_dualstack_endpoint": True},
    {"use_fips_endpoint": True},
    {"use_fips_endpoint": True, "use_dualstack_endpoint": True, "signature_version": "s3v4"},
    {"disable_request_compression": True, "parameter_validation": False},
    {"parameter_validation": False, "signature_version": "s3v4"},
    {"s3_disable_express_session_auth": True},
    {"s3_disable_express_session_auth": True, "signature_version": "s3v4"},
    {"sigv4a_signing_region_set": "*"},
    {"auth_scheme_preference": "sigv4a,sigv4"},
)
ENDPOINTS = (
    *("http://localhost:9000", "https://s3.example.com/", "https://h/base", "https://h/base/", "https://h:443/?a=b"),
    *("https://vpce-1.s3.us-east-1.vpce.amazonaws.com", "https://u:p@h/", "http://H.example.com:80/a/../b//"),
)
KEYS = (
    *("key", "with space", "a+b", "ü/ö", "a//b", "./dots/../x", "..", ".", "//", "/", "q?x=1&y", "~tilde'(*)!", "%2F"),
    *("%41", "😀", "#part", "tail/", "a\nb", "a\\b", "\x00", "\ud800", "", "?", "&", "=", "uploads", "?uploads"),
)
PARAMS = (
    ("get_object", {}),
    ("head_object", {}),
    ("put_object", {}),
    ("delete_object", {}),
    ("get_object", {"VersionId": "v 1/+", "ResponseContentType": "a/b", "PartNumber": 3}),
    ("get_object", {"ResponseContentDisposition": 'attachment; filename="ü.txt"', "ResponseExpires": datetime.min}),
    ("get_object", {"Range": "bytes=0-9", "IfMatch": '"x"', "ChecksumMode": "ENABLED"}),
    ("get_object", {"SSECustomerKey": "k" * 32, "SSECustomerAlgorithm": "AES256"}),
    ("get_object", {"RequestPayer": "requester", "ExpectedBucketOwner": "ü"}),
    ("put_object", {"ContentType": "text/plain", "ContentMD5": "1B2M2Y8AsgTpgAmY7PhCfg==", "ACL": "public-read"}),
    ("put_object", {"Metadata": {"a": "b c"}, "Tagging": "a=b&c=d", "BucketKeyEnabled": True, "Expires": "2030-01-01"}),
    ("put_object", {"Body": b"x", "ContentType": "application/x-www-form-urlencoded"}),
    ("put_object", {"Body": "a=b", "ContentType": "application/x-www-form-urlencoded"}),
    ("put_object", {"ContentLength": 7, "ContentType": "a\nb", "ContentEncoding": "  two  blanks "}),
    ("upload_part", {"PartNumber": 2, "UploadId": "u+/=", "ChecksumAlgorithm": "CRC32"}),
    ("create_multipart_upload", {"StorageClass": "GLACIER"}),
    ("complete_multipart_upload", {"UploadId": "u"}),
    ("complete_multipart_upload", {"UploadId": "u", "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": "e"}]}}),
    ("copy_object", {"CopySource": "other/a key"}),
    ("copy_object", {"CopySource": {"Bucket": "b", "Key": "ü", "VersionId": "v"}, "CopySourceSSECustomerKey": "k"}),
    ("list_parts", {"UploadId": "u", "MaxParts": 3, "PartNumberMarker": 0}),
    ("get_object_acl", {}),
    ("get_object_tagging", {"VersionId": ""}),
    ("get_object_attributes", {"ObjectAttributes": ["ETag"], "VersionId": "v"}),
    ("rename_object", {"RenameSource": "a", "ClientToken": "t"}),
    ("restore_object", {"VersionId": "null"}),
    ("select_object_content", {}),
    ("get_object", {"VersionId": None}),
    ("get_object", {"VersionId": 3}),
    ("get_object", {"PartNumber": True}),
    ("get_object", {"PartNumber": "3"}),
    ("get_object", {"Unknown": "x"}),
    ("list_objects_v2", {"Prefix": "a b"}),
    ("get_bucket_location", {}),
)


class Stopped(Clock):
    def time(self) -> float:
        return datetime(2026, 1, 2, 3, 4, 5, 600000, UTC).timestamp()


def session_in(region, token=None) -> Session:
    made = Session("AKID", canary.SECRET_KEY, token, region_name=region)
    made.register_component("clock", Stopped())
    return made


def listener(**_):
    """Makes all URLs go the way of a call."""


def pair(region="us-east-1", token=None, **options):
    """Return two clients alike, of which the second one's URLs go the way of a call."""
    session = session_in(region, token)
    two = session.client("s3", **options), session.client("s3", **options)
    for client in two:
        client.meta.events.register("before-send", answer)
    two[1].meta.events.register("before-sign.s3", listener)
    return two


def answer(request, **_):
    """Stand in for the service, which gives sessions of directory buckets; URLs do not emit this."""
    from sotalia.components.http import make_response

    names = "<AccessKeyId>SESSION</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t/+=</SessionToken>"
    expiry = "<Expiration>2099-03-04T05:11:07Z</Expiration>"
    return make_response(body=f"<R><Credentials>{names}{expiry}</Credentials></R>")


def outcome(client, method, params, *more):
    """Return a URL, or what is raised; a signature of version 4A is another one each time."""
    try:
        url = client.generate_presigned_url(method, params, *more)
    except Exception as error:
        return type(error), str(error)
    return re.sub("(ECDSA.*&X-Amz-Signature=).*", r"\1", url)


def check(clients, method, params, *more):
    straight, usual = [outcome(client, method, params, *more) for client in clients]
    assert straight == usual, (method, params, more)


@pytest.fixture
def taken(monkeypatch):
    """Counts the URLs that go the way of a call."""
    counted = []
    usual = object_urls.presigned_url
    monkeypatch.setattr(object_urls, "presigned_url", lambda *given: counted.append(given) or usual(*given))
    return counted


@pytest.mark.parametrize("region", REGIONS)
def test_clients_of_every_kind(region):
    for number, options in enumerate(OPTIONS):
        clients = pair(region, TOKEN if number % 2 else None, config=Config(**options))
        for bucket, key in itertools.product(BUCKETS, ("key", "ü /k")):
            check(clients, "get_object", {"Bucket": bucket, "Key": key})
        check(clients, "put_object", {"Bucket": "bucket", "Key": "k"}, 60, "POST")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_endpoints_of_ones_own(endpoint):
    for options in ({}, {"signature_version": "s3v4"}, {"s3": {"addressing_style": "virtual"}}):
        clients = pair("eu-west-1", endpoint_url=endpoint, config=Config(**options))
        for bucket, key in itertools.product(("bucket", "a.b", ACCESS_POINT, DIRECTORY), KEYS):
            check(clients, "get_object", {"Bucket": bucket, "Key": key})
            check(clients, "get_object_acl", {"Bucket": bucket, "Key": key, "VersionId": "a b"})
    for options in ({"use_ssl": False}, {"use_ssl": False, "config": Config(signature_version="s3v4")}):
        check(pair(**options), "get_object", {"Bucket": "bucket", "Key": "key"})


@pytest.mark.parametrize("version", [None, "s3v4", "s3"])
@pytest.mark.parametrize("validates", [True, False])
@pytest.mark.parametrize("token", [None, TOKEN])
def test_operations_and_keys(version, validates, token):
    clients = pair(token=token, config=Config(signature_version=version, parameter_validation=validates))
    for (method, more), key in itertools.product(PARAMS, KEYS):
        check(clients, method, {"Bucket": "bucket", "Key": key, **more})
        check(clients, method, {**more, "Key": key, "Bucket": "a.b"}, 7)
        check(clients, method, {"Bucket": "bucket", **more})


@pytest.mark.parametrize("life", [0, 1, 604800, 604801, -1, True, 60.0, 1.5, "60", None, 10**12, 10**30])
@pytest.mark.parametrize("version", [None, "s3v4"])
def test_lives_and_methods(life, version):
    clients = pair(config=Config(signature_version=version))
    for http_method in (None, "", "GET", "put", "a b", b"GET", 7):
        check(clients, "get_object", {"Bucket": "bucket", "Key": "key"}, life, http_method)


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize("version", [None, "s3v4"])
@pytest.mark.parametrize("validates", [True, False])
def test_parameters_of_odd_types(version, validates):
    clients = pair(config=Config(signature_version=version, parameter_validation=validates))
    odd = (None, 1, True, 1.0, b"bytes", Text("text"), Text(""), [], {}, object(), "key")
    for bucket, key in itertools.product(odd[:-1], odd):
        if not any(type(value) is object for value in (bucket, key)) or validates:
            check(clients, "get_object", {"Bucket": bucket, "Key": key})
    for params in ({}, None, {"Key": "k"}, {"Bucket": "b"}, {Text("Bucket"): "bucket", Text("Key"): "k"}, {1: 2}):
        check(clients, "get_object", params)
    check(clients, "get_object", type("Own", (dict,), {})(Bucket="bucket", Key="k"))


@cache
def kept_pair(token, version, style):
    return pair("eu-west-1", token, config=Config(signature_version=version, s3={"addressing_style": style}))


@settings(max_examples=200, deadline=None)
@given(
    st.builds(
        kept_pair,
        st.sampled_from([None, TOKEN]),
        st.sampled_from([None, "s3v4", "s3"]),
        st.sampled_from(["auto", "path"]),
    ),
    st.text(st.characters(codec=None), max_size=40) | st.text("/.%2Fü +?&=#~\\", max_size=12),
    st.sampled_from(["get_object", "get_object_tagging", "put_object", "upload_part"]),
    st.dictionaries(
        st.sampled_from(["VersionId", "ResponseContentType", "ContentType", "UploadId", "PartNumber", "ACL", "x"]),
        st.text(max_size=8) | st.integers(0, 9) | st.booleans() | st.none(),
        max_size=3,
    ),
    st.integers(-1, 604801),
)
def test_any_key(clients, key, method, more, life):
    check(clients, method, {"Bucket": "bucket", "Key": key, **more}, life)


def test_the_next_url_of_a_bucket_goes_straight(taken, monkeypatch):
    for version in (None, "s3v4", "s3"):
        client, _ = pair(token=TOKEN, config=Config(signature_version=version))
        client.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "first"})
        with monkeypatch.context() as context:
            context.setattr(object_urls, "unsent_request", None)
            for method, params in (
                ("get_object", {"VersionId": "v", "ResponseContentType": "a/b", "PartNumber": 3, "Range": "bytes=0-"}),
                ("get_object", {}),
            ):
                assert "/a%20key?" in client.generate_presigned_url(
                    method, {"Bucket": "bucket", "Key": "a key", **params}
                )
    assert not taken


class Sly(str):
    __slots__ = ("events",)

    def __str__(self) -> str:
        self.events.register("choose-signer", lambda **_: "s3v4")
        return "v"


@pytest.mark.parametrize("name", ["Key", "VersionId"])
def test_a_handler_that_a_value_registers_is_heard(name):
    client, _ = pair()
    client.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "key"})
    value = Sly("v")
    value.events = client.meta.events
    url = client.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "key", name: value})
    assert "X-Amz-Signature" in url


def test_handlers_of_a_url_are_heard_as_ever(taken):
    clients = pair()
    params = {"Bucket": "bucket", "Key": "key"}
    before = outcome(clients[0], "get_object", params)
    heard = ([], [])
    for client, told in zip(clients, heard, strict=True):
        client.meta.events.register("*", lambda event_name, told=told, **keywords: told.append((event_name, keywords)))
    check(clients, "get_object", params)
    first, second = heard
    assert [name for name, _ in first] == [
        "provide-client-params.s3.GetObject",
        "before-parameter-build.s3.GetObject",
        "before-endpoint-resolution.s3",
        "choose-signer.s3.GetObject",
        "before-sign.s3.GetObject",
    ]
    assert [(name, list(keywords)) for name, keywords in first] == [(name, list(keywords)) for name, keywords in second]
    assert len(taken) == 2
    assert outcome(pair()[0], "get_object", params) == before
    assert len(taken) == 2


@pytest.mark.parametrize(
    "params",
    [
        {"Bucket": "bucket", "Key": Text("key")},
        {"Bucket": Text("bucket"), "Key": "key"},
        {"Bucket": "bucket", "Key": "key", "VersionId": Text("v")},
        type("Own", (dict,), {})(Bucket="bucket", Key="key"),
        {"Bucket": "bucket", "Key": "key", "Body": "text"},
    ],
)
def test_values_that_may_run_code_go_the_way_of_a_call(params, taken):
    client, _ = pair()
    for _ in range(2):
        client.generate_presigned_url("put_object", {"Bucket": "bucket", "Key": "key"})
        client.generate_presigned_url("put_object" if "Body" in params else "get_object", params)
    assert len(taken) == 2


def test_a_token_of_its_own_for_each_url():
    client, _ = pair()
    params = {"Bucket": "bucket", "Key": "key", "RenameSource": "a"}
    urls = {client.generate_presigned_url("rename_object", params) for _ in range(3)}
    assert len(urls) == 3
    assert all("x-amz-client-token=" in url for url in urls)


@pytest.mark.parametrize("event", ["provide-client-params", "before-parameter-build", "before-endpoint-resolution.s3",
                                   "choose-signer.s3.GetObject", "before-sign", "*.s3"])  # fmt: skip
def test_a_handler_counts_while_it_is_registered(event, taken):
    def change(event_name, **keywords):
        if "request" in keywords:
            keywords["request"].headers["x-amz-meta-a"] = "b"
        elif "builtins" in keywords:
            keywords["builtins"]["AWS::Region"] = "eu-west-1"
        elif "params" in keywords:
            keywords["params"]["VersionId"] = "v"
        else:
            return "s3v4"

    client, _ = pair()
    params = {"Bucket": "bucket", "Key": "key"}
    plain = outcome(client, "get_object", params)
    client.meta.events.register(event, change)
    changed = outcome(client, "get_object", params)
    assert changed != plain
    assert len(taken) == 1
    fresh, _ = pair()
    fresh.meta.events.register(event, change)
    assert outcome(fresh, "get_object", params) == changed
    for one in (client, fresh):
        one.meta.events.unregister(event, change)
        assert outcome(one, "get_object", params) == plain
    assert len(taken) == 2


def test_steps_that_are_left_out():
    clients = pair()
    params = {"Bucket": "no/good", "Key": "key", "SSECustomerKey": "k"}
    check(clients, "get_object", params)
    for client in clients:
        client.meta.events.unregister("before-parameter-build.s3", unique_id="validate_bucket_name")
        client.meta.events.unregister("before-parameter-build.s3.GetObject", unique_id="sse_md5")
    check(clients, "get_object", params)
    check(clients, "get_object", {**params, "Bucket": "bucket"})


def test_a_bucket_that_moved():
    clients = pair("us-west-2", config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))
    params = {"Bucket": "bucket", "Key": "key"}
    check(clients, "get_object", params)
    for region in ("eu-west-1", "eu-central-1"):
        for client in clients:
            client._state.bucket_regions["bucket"] = region
        check(clients, "get_object", params)
        assert region in outcome(clients[0], "get_object", params)
    for client in clients:
        client._state.bucket_regions.clear()
    check(clients, "get_object", params)


class Stamp:
    def sign(self, request, identity, signing_name, region_name, now, context) -> None:
        request.url += f"&stamp={signing_name}" if "?" in request.url else f"?stamp={signing_name}"


def test_signers_that_are_registered_later():
    session = session_in("us-east-1")
    client = session.client("s3")
    params = {"Bucket": "bucket", "Key": "key"}
    assert "Signature=" in client.generate_presigned_url("get_object", params)
    session.get_component("signers").register("s3-query", Stamp())
    assert client.generate_presigned_url("get_object", params).endswith("/key?stamp=s3")


def test_components_of_ones_own(taken):
    from sotalia.components.signers.table import SignerTable

    session = session_in("us-east-1")
    session.register_component("signers", {**SignerTable(), "s3-query": Stamp()})
    client = session.client("s3")
    assert client.generate_presigned_url("get_object", {"Bucket": "b-b", "Key": "key"}).endswith("/key?stamp=s3")


class Rotating:
    """Credentials that are others each time, and register a handler when they are asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.at_asking = lambda: None

    def get_frozen_credentials(self):
        from sotalia.providers.credentials import ReadOnlyCredentials

        self.asked += 1
        self.at_asking()
        token = None if self.asked % 3 else TOKEN
        return ReadOnlyCredentials(f"KEY{self.asked}", canary.SECRET_KEY, token)


@pytest.mark.parametrize("version", [None, "s3v4"])
def test_every_url_is_signed_by_who_is_there_now(version):
    urls = []
    for heard in (False, True):
        session = Session(region_name="us-east-1")
        session.register_component("clock", Stopped())
        credentials = session._credentials = Rotating()
        client = session.client("s3", config=Config(signature_version=version))
        if heard:
            client.meta.events.register("before-sign", listener)
        urls.append([outcome(client, "get_object", {"Bucket": "bucket", "Key": f"key{n % 2}"}) for n in range(7)])
        assert credentials.asked == 7
        credentials.at_asking = lambda events=client.meta.events: events.register("before-sign", fail)
        client.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "key"})  # has been told already
        with pytest.raises(ZeroDivisionError):
            client.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "key"})
    assert urls[0] == urls[1]


def fail(**_):
    raise ZeroDivisionError


MODEL = {
    "version": "2.0",
    "metadata": {
        **{"apiVersion": "2006-03-01", "endpointPrefix": "s3", "protocol": "rest-xml", "serviceId": "S3"},
        **{"serviceFullName": "Buckets", "signatureVersion": "s3", "uid": "s3-2006-03-01", "auth": ["aws.auth#sigv4"]},
    },
    "operations": {
        name: {"name": name, "http": {"method": "GET", "requestUri": uri}, "input": {"shape": "Request"}}
        for name, uri in {"GetObject": "/{Bucket}/{Key+}", "GetObjectAcl": "/{Bucket}/{Key+}?acl"}.items()
    },
    "shapes": {
        "Text": {"type": "string", "min": 1},
        "Request": {
            "type": "structure",
            "required": ["Bucket", "Key"],
            "members": {
                name: {"shape": "Text", "location": "uri", "locationName": name, "contextParam": {"name": name}}
                for name in ("Bucket", "Key")
            },
        },
    },
}


def rules_of_ones_own(*extra, url="https://{Region}.example.com/{Bucket}", **more):
    """Return rules that do what the public ones never do."""
    text = {"type": "string"}
    scheme = {"name": "sigv4", "signingName": "s3", "signingRegion": "{Region}", "disableDoubleEncoding": True}
    return {
        "version": "1.0",
        "parameters": {"Region": {**text, "builtIn": "AWS::Region"}, "Bucket": text, "Key": text},
        "rules": [
            *extra,
            {
                "type": "endpoint",
                "conditions": [{"fn": "isSet", "argv": [{"ref": name}]} for name in ("Region", "Bucket")],
                "endpoint": {"url": url, "properties": {"authSchemes": [scheme]}, **more},
            },
            {"type": "error", "conditions": [], "error": "no bucket"},
        ],
    }


OF_A_KEY = {
    "type": "endpoint",
    "conditions": [
        {"fn": "isSet", "argv": [{"ref": "Key"}]},
        {"fn": "stringEquals", "argv": [{"ref": "Key"}, "special"]},
    ],
    "endpoint": {"url": "https://special.example.com"},
}


@pytest.mark.parametrize(
    ("rules", "goes_straight"),
    [
        (rules_of_ones_own(), True),
        (rules_of_ones_own(OF_A_KEY), False),
        (rules_of_ones_own(headers={"x-amz-kind": ["a", "b"]}), False),
        (rules_of_ones_own(url="https://{Region}.example.com/{Bucket}/?a=b"), False),
        (rules_of_ones_own(url="https://{Region}.example.com//{Bucket}//"), True),
    ],
)
@pytest.mark.parametrize("version", [None, "s3v4"])
def test_endpoint_rules_of_ones_own(rules, goes_straight, version, tmp_path, monkeypatch, taken):
    folder = tmp_path / "s3" / "2006-03-01"
    folder.mkdir(parents=True)
    (folder / "endpoint-rule-set-1.json").write_text(json.dumps(rules))
    (folder / "service-2.json").write_text(json.dumps(MODEL))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    clients = pair("us-west-2", config=Config(signature_version=version))
    keys = ("key", "special", "other", "special", "a//b")
    for key in keys:
        assert "example.com" in outcome(clients[0], "get_object", {"Bucket": "bucket", "Key": key})
        check(clients, "get_object", {"Bucket": "bucket", "Key": key})
        check(clients, "get_object_acl", {"Bucket": "bucket", "Key": key})
    assert len(taken) == len(keys) * (2 if goes_straight else 5)


def test_many_buckets_take_no_more_room(monkeypatch):
    monkeypatch.setattr(object_urls, "_KEPT", 3)
    clients = pair()
    for bucket, key in itertools.product([f"bucket{n}" for n in range(8)], "ab"):
        check(clients, "get_object", {"Bucket": bucket, "Key": key})
    operations = clients[0]._presign.__self__._operations
    assert len(operations["GetObject"].targets) <= 3
