"""What users see of a client: its methods, names, errors, and how it is replaced in tests."""

import copy
import pickle
import unittest.mock as mock

import pytest
from sotalia import Config, Session, make_response
from sotalia.exceptions import ClientError, InvalidEndpointUrlError, UnknownClientMethodError
from sotalia.session_core.client import BaseClient


@pytest.fixture
def session():
    return Session(region_name="us-east-1")


@pytest.fixture
def s3(session):
    return session.client("s3")


def test_meta_tells_what_the_client_is(session):
    client = session.client("dynamodb", config=Config(read_timeout=7))
    meta = client.meta
    assert (meta.region_name, meta.partition) == ("us-east-1", "aws")
    assert meta.endpoint_url == "https://dynamodb.us-east-1.amazonaws.com"
    assert meta.service_model.service_name == "dynamodb"
    assert meta.config.read_timeout == 7
    assert meta.method_to_api_mapping["get_item"] == "GetItem"
    assert meta.events.emit("nobody.hears.this") == []


def test_operations_are_methods_with_names(s3):
    assert hasattr(s3, "get_object")
    assert s3.get_object.__name__ == "get_object"
    assert s3.get_object.__self__ is s3
    assert not hasattr(s3, "get_objekt")
    assert not hasattr(s3, "_anything")
    assert {"get_object", "list_buckets", "meta", "exceptions", "close"} <= set(dir(s3))
    assert isinstance(s3, BaseClient)
    assert type(s3).__name__ == "S3"


def test_a_wrong_name_is_refused_with_near_matches(s3):
    with pytest.raises(AttributeError, match=r"'S3' object has no attribute 'get_objct'\. Did you mean get_object"):
        _ = s3.get_objct


def test_positional_arguments_are_refused_as_boto3_does(s3):
    with pytest.raises(TypeError, match=r"get_object\(\) only accepts keyword arguments\."):
        s3.get_object("bucket")


def test_a_method_can_be_replaced_on_one_client(session, s3):
    with mock.patch.object(s3, "get_object", return_value={"Body": 1}) as replaced:
        assert s3.get_object(Bucket="b", Key="k") == {"Body": 1}
        assert s3.get_object.call_args == mock.call(Bucket="b", Key="k")
        assert session.client("s3").get_object is not replaced
    assert s3.get_object.__name__ == "get_object"


def test_every_call_can_be_replaced_at_once(s3):
    def answered(self, operation_name, parameters):
        return {"called": (operation_name, parameters)}

    with mock.patch.object(BaseClient, "_make_api_call", answered):
        assert s3.list_objects_v2(Bucket="b") == {"called": ("ListObjectsV2", {"Bucket": "b"})}


def test_a_client_is_a_specification_for_mocks(s3):
    fake = mock.MagicMock(spec=s3)
    fake.get_object.return_value = 1
    assert fake.get_object(Bucket="b") == 1
    with pytest.raises(AttributeError):
        _ = fake.no_such_method


def test_a_handler_may_give_an_attribute(s3):
    s3.meta.events.register("getattr.s3.shelf", lambda client, **kwargs: f"of {client.meta.region_name}")
    assert s3.shelf == "of us-east-1"


def test_a_class_handler_adds_methods_and_mixins_whose_constructors_call_on(session):
    class Counting:
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.counted = 0

        def count(self):
            self.counted += 1
            return self.counted

    def enlarge(class_attributes, base_classes, **kwargs):
        class_attributes["shout"] = lambda self, text: text.upper()
        base_classes.insert(0, Counting)
        assert class_attributes["list_buckets"].__name__ == "list_buckets"

    session.events.register("creating-client-class.s3", enlarge)
    client = session.client("s3")
    assert (client.shout("a"), client.count(), client.count()) == ("A", 1, 2)
    assert isinstance(client, Counting)
    assert client.get_object.__name__ == "get_object"
    assert not hasattr(Session(region_name="us-east-1").client("s3"), "count")


def test_errors_of_a_service_are_classes_to_catch(session, s3):
    exceptions = s3.exceptions
    assert issubclass(exceptions.NoSuchBucket, ClientError)
    assert exceptions.ClientError is ClientError
    assert exceptions.from_code("NoSuchBucket") is exceptions.NoSuchBucket
    assert exceptions.from_code("Unheard") is ClientError
    assert session.client("s3").exceptions.NoSuchBucket is exceptions.NoSuchBucket
    assert "NoSuchBucket" in dir(exceptions)
    with pytest.raises(AttributeError, match=r"NoSuchBuket.*Valid exceptions are: .*NoSuchBucket"):
        _ = exceptions.NoSuchBuket


def refused(code):
    body = f"<Error><Code>{code}</Code><Message>no</Message><BucketName>b</BucketName></Error>"
    return lambda **kwargs: make_response(404, body, {"content-type": "application/xml"})


def raised_by(client, code):
    client.meta.events.register("choose-signer.s3.*", lambda **kwargs: "none")
    client.meta.events.register("before-send.s3", refused(code))
    with pytest.raises(ClientError) as caught:
        client.get_object(Bucket="bucket", Key="k")
    return caught.value


def test_a_modelled_error_is_caught_as_its_class_and_comes_back_so_from_a_pickle(s3):
    error = raised_by(s3, "NoSuchKey")
    assert type(error) is s3.exceptions.NoSuchKey
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is type(error)
        assert (str(again), again.response, again.operation_name) == (str(error), error.response, "GetObject")


def test_an_unmodelled_error_is_a_client_error(s3):
    error = raised_by(s3, "SomethingNew")
    assert type(error) is ClientError
    assert type(pickle.loads(pickle.dumps(error))) is ClientError


def test_a_modelled_error_that_this_process_does_not_know_comes_back_as_a_client_error(s3):
    made = s3.exceptions.NoSuchKey
    pickled = pickle.dumps(made({"Error": {"Code": "NoSuchKey"}}, "GetObject")).replace(b"2006-03-01", b"1999-01-01")
    assert type(pickle.loads(pickled)) is ClientError


def test_closing_twice_does_no_harm(s3):
    s3.close()
    s3.close()


def test_presigning_an_unknown_method_is_refused(s3):
    with pytest.raises(UnknownClientMethodError, match="nope"):
        s3.generate_presigned_url("nope")


def test_what_programs_look_up_inside_is_there(s3):
    assert s3._endpoint.host == s3.meta.endpoint_url
    assert s3._client_config is s3.meta.config
    assert s3._service_model is s3.meta.service_model
    assert s3._request_signer.signing_name == "s3"


def test_the_credentials_of_a_client_are_found_where_programs_look_for_them(session):
    client = session.client("s3", aws_access_key_id="AKID", aws_secret_access_key="x")
    assert client._get_credentials().access_key == "AKID"
    assert client._request_signer._credentials.get_frozen_credentials().access_key == "AKID"


@pytest.mark.parametrize(
    "url", ["localhost:4566", "not a url", "http://", "http://host:99999", "ftp://host", "http://a b", "http://[::1"]
)
def test_an_endpoint_that_is_no_url_is_refused(session, url):
    with pytest.raises(InvalidEndpointUrlError, match=r"Invalid endpoint: .*in full"):
        session.client("s3", endpoint_url=url)


@pytest.mark.parametrize("url", ["http://minio:9000", "https://host/path/", "http://[::1]:9000", "http://my_host:1"])
def test_an_endpoint_is_shown_as_it_was_given(session, url):
    assert session.client("sqs", endpoint_url=url).meta.endpoint_url == url


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"service_name": None}, "service_name must be a str, not a NoneType"),
        ({"service_name": "s3", "region_name": 5}, "region_name must be a str, not a int"),
        ({"service_name": "s3", "config": {"region_name": "x"}}, "config must be a .*Config, not a dict"),
    ],
)
def test_arguments_of_the_wrong_type_are_named(session, arguments, said):
    with pytest.raises(TypeError, match=said):
        session.client(**arguments)
