from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import canary
import pytest
from sotalia import Config, Session
from sotalia.components.clock import Clock
from sotalia.exceptions import NoCredentialsError, ParamValidationError, UnknownClientMethodError

V4 = Config(signature_version="s3v4")
OBJECT = {"Bucket": "bucket", "Key": "key"}


class Stopped(Clock):
    def time(self) -> float:
        return datetime(2026, 1, 2, 3, 4, 5, 600000, UTC).timestamp()


@pytest.fixture
def session() -> Session:
    made = Session("AKID", canary.SECRET_KEY, region_name="us-west-2")
    made.register_component("clock", Stopped())
    return made


def fields_of(url):
    return parse_qs(urlsplit(url).query)


def test_a_life_of_more_than_a_week_is_refused_where_no_server_takes_it(session) -> None:
    s3 = session.client("s3", config=V4)
    assert fields_of(s3.generate_presigned_url("get_object", OBJECT, 604800))["X-Amz-Expires"] == ["604800"]
    for life in (604801, -1):
        with pytest.raises(ParamValidationError, match="604800"):
            s3.generate_presigned_url("get_object", OBJECT, life)
    assert fields_of(session.client("s3").generate_presigned_url("get_object", OBJECT, 10**8))["Expires"]


@pytest.mark.parametrize("life", ["60", None, True, 1.5, float("nan"), float("inf"), object()])
def test_a_life_is_a_number_of_seconds(session, life) -> None:
    s3 = session.client("s3", config=V4)
    with pytest.raises(ParamValidationError, match="ExpiresIn"):
        s3.generate_presigned_url("get_object", OBJECT, life)
    with pytest.raises(ParamValidationError, match="ExpiresIn"):
        s3.generate_presigned_post("bucket", "key", ExpiresIn=life)
    assert fields_of(s3.generate_presigned_url("get_object", OBJECT, 60.0))["X-Amz-Expires"] == ["60"]
    assert fields_of(s3.generate_presigned_url("get_object", OBJECT, Decimal(60)))["X-Amz-Expires"] == ["60"]


def test_a_method_that_there_is_not(session) -> None:
    with pytest.raises(UnknownClientMethodError):
        session.client("s3").generate_presigned_url("get_thing")


def test_choose_signer_decides_over_the_rules_of_regions(session) -> None:
    s3 = session.client("s3")
    told = []

    def choose(signature_version, **_):
        told.append(signature_version)
        return "s3v4"

    s3.meta.events.register("choose-signer.s3.GetObject", choose)
    assert "X-Amz-Signature" in fields_of(s3.generate_presigned_url("get_object", OBJECT))
    assert "Signature" in fields_of(s3.generate_presigned_url("head_object", OBJECT))
    assert told == ["v4-query"]


def test_before_sign_changes_what_is_presigned(session) -> None:
    s3 = session.client("s3", config=V4)
    s3.meta.events.register("before-sign.s3", lambda request, **_: request.headers.update({"x-amz-meta-a": "b"}))
    signed = fields_of(s3.generate_presigned_url("put_object", OBJECT))
    assert signed["X-Amz-SignedHeaders"] == ["host;x-amz-meta-a"]


def test_a_url_of_a_signer_of_ones_own(session) -> None:
    class Stamp:
        def sign(self, request, identity, signing_name, region_name, now, context) -> None:
            request.url += f"?stamp={identity.access_key}&life={context.expires}"

    session.get_component("signers").register("stamp-query", Stamp())
    s3 = session.client("s3", config=Config(signature_version="stamp"))
    assert s3.generate_presigned_url("get_object", OBJECT, 7).endswith("/key?stamp=AKID&life=7")


def test_what_is_given_for_a_form_stays_as_it_is(session) -> None:
    fields, conditions = {"acl": "private"}, [{"acl": "private"}]
    first = session.client("s3").generate_presigned_post("bucket", "key", fields, conditions)
    assert (fields, conditions) == ({"acl": "private"}, [{"acl": "private"}])
    assert first == session.client("s3").generate_presigned_post("bucket", "key", fields, conditions)


def test_nothing_is_presigned_without_credentials() -> None:
    s3 = Session(region_name="us-east-1").client("s3")
    for make in (lambda: s3.generate_presigned_url("get_object", OBJECT), lambda: s3.generate_presigned_post("b", "k")):
        with pytest.raises(NoCredentialsError):
            make()


def test_methods_beyond_operations_are_seen_when_the_class_is_made(session) -> None:
    seen = {}

    def wrap(class_attributes, **_):
        seen.update(class_attributes)
        class_attributes["generate_presigned_url"] = lambda self, *args, **options: "mine"

    session.events.register("creating-client-class.s3", wrap)
    s3 = session.client("s3")
    assert {"generate_presigned_url", "generate_presigned_post", "get_object"} <= set(seen)
    assert s3.generate_presigned_url("get_object", OBJECT) == "mine"
    assert s3.generate_presigned_post("bucket", "key")["url"] == "https://bucket.s3.amazonaws.com/"
