"""How a request is signed, by rules, settings, handlers and signers of one's own; nothing is sent."""

from urllib.parse import parse_qs, urlsplit

import canary
import pytest
from sotalia import UNSIGNED, Config, Session, make_response
from sotalia.exceptions import ResponseParserError, UnknownSignatureVersionError, UnsupportedSignatureVersionError

MRAP = "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap"
KVS = {"KvsARN": "arn:aws:cloudfront::123456789012:key-value-store/x"}


@pytest.fixture
def session() -> Session:
    return Session("AKID", canary.SECRET_KEY, region_name="us-west-2")


def sent_by(client, method, **params):
    """Call a method and return the headers that were to be sent, by lower-case name."""
    found = {}

    def answer(request, **_):
        found.update(request.headers.lower_items())
        return make_response(200, b"")

    client.meta.events.register("before-send", answer)
    try:
        getattr(client, method)(**params)
    except ResponseParserError:
        pass  # the answer is nothing that anyone reads
    finally:
        client.meta.events.unregister("before-send", answer)
    return found


def test_the_rules_say_for_which_regions_version_4a_signs(session) -> None:
    kvs = sent_by(session.client("cloudfront-keyvaluestore"), "describe_key_value_store", **KVS)
    assert kvs["x-amz-region-set"] == "*"
    assert kvs["authorization"].startswith("AWS4-ECDSA-P256-SHA256 Credential=AKID/")
    mrap = sent_by(session.client("s3"), "head_object", Bucket=MRAP, Key="k")
    assert mrap["x-amz-region-set"] == "*"
    assert mrap["x-amz-content-sha256"].startswith("e3b0c4")  # as S3 wants it


def test_urls_of_version_4a_have_the_regions_of_the_rules_or_of_the_setting(session) -> None:
    def regions(service, method, params, **options):
        client = session.client(service, config=Config(**options))
        return parse_qs(urlsplit(client.generate_presigned_url(method, params)).query)["X-Amz-Region-Set"]

    assert regions("cloudfront-keyvaluestore", "describe_key_value_store", KVS) == ["*"]
    assert regions("s3", "get_object", {"Bucket": MRAP, "Key": "k"}) == ["*"]
    set_ = {"sigv4a_signing_region_set": "eu-west-1,eu-west-2"}
    assert regions("s3", "get_object", {"Bucket": MRAP, "Key": "k"}, **set_) == ["eu-west-1,eu-west-2"]


@pytest.mark.parametrize("given", ["us-east-1, eu-west-1", ["us-east-1", "eu-west-1"]])
def test_a_region_set_in_code_takes_the_place_of_the_rules(session, given) -> None:
    client = session.client("s3", config=Config(sigv4a_signing_region_set=given))
    assert sent_by(client, "head_object", Bucket=MRAP, Key="k")["x-amz-region-set"] == "us-east-1,eu-west-1"
    assert "/us-west-2/s3/" in sent_by(client, "head_object", Bucket="bucket", Key="k")["authorization"]


def test_a_region_set_of_a_variable_or_a_profile(session, monkeypatch, tmp_path) -> None:
    (tmp_path / "config").write_text("[default]\nsigv4a_signing_region_set = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    read = sent_by(session.client("cloudfront-keyvaluestore"), "describe_key_value_store", **KVS)
    assert read["x-amz-region-set"] == "eu-west-1"
    monkeypatch.setenv("AWS_SIGV4A_SIGNING_REGION_SET", "eu-west-2")
    read = sent_by(session.client("cloudfront-keyvaluestore"), "describe_key_value_store", **KVS)
    assert read["x-amz-region-set"] == "eu-west-2"


def test_a_region_set_is_the_region_of_the_client_where_nothing_says_another(session) -> None:
    client = session.client("dynamodb", config=Config(signature_version="v4a"))
    assert sent_by(client, "list_tables")["x-amz-region-set"] == "us-west-2"


def test_version_4_signs_for_one_region_where_the_rules_say_a_set(session) -> None:
    client = session.client("s3", config=Config(signature_version="s3v4"))
    assert "/us-west-2/s3/aws4_request" in sent_by(client, "head_object", Bucket=MRAP, Key="k")["authorization"]


def test_a_preference_chooses_version_4a_where_the_service_takes_both(session, monkeypatch) -> None:
    def algorithm(service, method, **options):
        client = session.client(service, config=Config(**options) if options else None)
        return sent_by(client, method)["authorization"].partition(" ")[0]

    assert algorithm("sts", "get_caller_identity") == "AWS4-HMAC-SHA256"
    preferred = algorithm("sts", "get_caller_identity", auth_scheme_preference="sigv4a,sigv4")
    assert preferred == "AWS4-ECDSA-P256-SHA256"
    assert algorithm("dynamodb", "list_tables", auth_scheme_preference="sigv4a") == "AWS4-HMAC-SHA256"
    monkeypatch.setenv("AWS_AUTH_SCHEME_PREFERENCE", "sigv4a")
    assert algorithm("sts", "get_caller_identity") == "AWS4-ECDSA-P256-SHA256"


class Stamp:
    """A signer of one's own: says who would have signed, and for what."""

    def sign(self, request, identity, signing_name, region_name, now, context) -> None:
        request.headers["Authorization"] = f"Stamp {identity.access_key} {signing_name} {region_name}"


def test_a_signer_of_ones_own_is_chosen_by_an_event(session) -> None:
    session.get_component("signers").register("stamp", Stamp())
    client = session.client("dynamodb")
    told = []

    def choose(signature_version, signing_name, region_name, **_):
        told.append((signature_version, signing_name, region_name))
        return "stamp"

    client.meta.events.register("choose-signer.dynamodb.ListTables", choose)
    assert sent_by(client, "list_tables")["authorization"] == "Stamp AKID dynamodb us-west-2"
    assert sent_by(client, "describe_limits")["authorization"].startswith("AWS4-HMAC-SHA256 ")
    assert told == [("v4", "dynamodb", "us-west-2")]


@pytest.mark.parametrize(
    ("service", "method", "params", "config"),
    [
        (
            "s3",
            "get_object",
            {"Bucket": MRAP, "Key": "k"},
            {},
        ),  # the rules: v4a
        (
            "sts",
            "assume_role_with_web_identity",
            {"RoleArn": "r" * 20, "RoleSessionName": "nn", "WebIdentityToken": "tttt"},
            {},
        ),
        ("bedrock", "list_foundation_models", {}, {"auth_scheme_preference": "httpBearerAuth"}),
        ("dynamodb", "list_tables", {}, {"signature_version": "v4"}),
        ("dynamodb", "list_tables", {}, {"signature_version": UNSIGNED}),
    ],
)
def test_choose_signer_goes_before_rules_model_preference_and_configuration(
    session, monkeypatch, service, method, params, config
) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "token")
    session.get_component("signers").register("stamp", Stamp())
    client = session.client(service, config=Config(**config))
    client.meta.events.register("choose-signer", lambda **_: "stamp")
    assert sent_by(client, method, **params)["authorization"].startswith("Stamp AKID ")
    none = session.client(service, config=Config(**config))
    none.meta.events.register("choose-signer", lambda **_: UNSIGNED)
    assert "authorization" not in sent_by(none, method, **params)


def test_before_sign_has_the_last_word_on_url_body_and_headers(session) -> None:
    """What it leaves is what is signed: the same request, made so from the start, has the same signature."""
    client = session.client("dynamodb")
    sent = []

    def change(request, **_) -> None:
        request.url = "https://elsewhere.example/path"
        request.headers["x-amz-mine"] = "1"
        request.data = b"{}"

    client.meta.events.register("before-sign", change)
    client.meta.events.register("before-send", lambda request, **_: sent.append((request.url, request.body)))
    found = sent_by(client, "list_tables")
    assert sent == [("https://elsewhere.example/path", b"{}")]
    assert "SignedHeaders=content-type;host;x-amz-date;x-amz-mine;x-amz-target" in found["authorization"]


def test_a_signer_of_ones_own_is_asked_for_by_name(session) -> None:
    session.get_component("signers").register("stamp", Stamp())
    client = session.client("sqs", config=Config(signature_version="stamp"))
    assert sent_by(client, "list_queues")["authorization"] == "Stamp AKID sqs us-west-2"


def test_before_sign_changes_what_is_signed_and_tells_how(session) -> None:
    client = session.client("dynamodb")
    told = []

    def change(request, signature_version, **_):
        told.append(signature_version)
        request.headers["x-amz-mine"] = "1"

    client.meta.events.register("before-sign", change)
    found = sent_by(client, "list_tables")
    assert "x-amz-mine" in found["authorization"]
    assert told == ["v4"]


@pytest.mark.parametrize(
    ("version", "start"),
    [("s3", "AWS AKID:"), ("s3v4", "AWS4-HMAC-SHA256 "), ("v4a", "AWS4-ECDSA-P256-SHA256 ")],
)
def test_versions_of_s3_by_their_names(session, version, start) -> None:
    client = session.client("s3", config=Config(signature_version=version))
    assert sent_by(client, "head_object", Bucket="bucket", Key="k")["authorization"].startswith(start)


def test_older_versions_by_their_names(session) -> None:
    three = sent_by(session.client("route53", config=Config(signature_version="v3https")), "list_hosted_zones")
    assert three["x-amzn-authorization"].startswith("AWS3-HTTPS AWSAccessKeyId=AKID,Algorithm=HmacSHA256,")
    two = session.client("iam", config=Config(signature_version="v2"))
    bodies = []
    two.meta.events.register("before-send", lambda request, **_: bodies.append(request.body))
    sent_by(two, "list_users")
    assert b"SignatureVersion=2" in bodies[0]
    assert b"&Signature=" in bodies[0]


def test_a_version_that_there_is_not(session) -> None:
    with pytest.raises(UnknownSignatureVersionError, match="v9"):
        sent_by(session.client("sqs", config=Config(signature_version="v9")), "list_queues")
    with pytest.raises(UnsupportedSignatureVersionError, match="v2-query"):
        session.client("sqs", config=Config(signature_version="v2")).generate_presigned_url("list_queues")
