"""What a prompt or a notebook shows and completes: short, without secrets, and without a call."""

import rlcompleter

import canary
import pytest
import sotalia
from sotalia import Session
from sotalia.stub import Stubber

_ASKED_BY_NOTEBOOKS = (
    *("_ipython_canary_method_should_not_exist_", "_ipython_display_", "_ipython_key_completions_", "_repr_html_"),
    *("_repr_mimebundle_", "_repr_pretty_", "__wrapped__", "__custom_documentations__"),
)


@pytest.fixture
def session():
    return Session(region_name="eu-central-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key=canary.SECRET_KEY)


def _completed(text, **names):
    completer = rlcompleter.Completer(names)
    found = []
    while (match := completer.complete(text, len(found))) is not None:
        found.append(match)
    return found


def _objects(session):
    s3 = session.client("s3")
    resource = session.resource("s3")
    pages = s3.get_paginator("list_objects_v2")
    return {
        "Session(region_name='eu-central-1')": session,
        "<sotalia client s3 in eu-central-1>": s3,
        "<meta of s3 in eu-central-1>": s3.meta,
        "<exceptions of s3>": s3.exceptions,
        "<Paginator ListObjectsV2>": pages,
        "<PageIterator of list_objects_v2 with Bucket, SSECustomerKey>": pages.paginate(Bucket="b", SSECustomerKey="s"),
        "<PageIterator of list_buckets with no parameters>": s3.get_paginator("list_buckets").paginate(),
        "<Waiter BucketExists>": s3.get_waiter("bucket_exists"),
        "s3.ServiceResource()": resource,
        "s3.Bucket(name='b')": resource.Bucket("b"),
        "ServiceModel(s3)": s3.meta.service_model,
    }


def test_what_is_shown_is_short_and_says_what_it_is(session):
    for text, shown in _objects(session).items():
        assert repr(shown) == text


def test_errors_show_what_the_service_said(session):
    s3 = session.client("s3")
    with Stubber(s3) as stubber:
        stubber.add_client_error("get_object", "NoSuchKey", "Not there.")
        with pytest.raises(s3.exceptions.NoSuchKey) as caught:
            s3.get_object(Bucket="b", Key="k")
    said = "An error occurred (NoSuchKey) when calling the GetObject operation: Not there."
    assert repr(caught.value) == f"NoSuchKey({said!r})"


def test_what_notebooks_ask_for_is_not_there_and_calls_nothing(session):
    heard = []
    session.events.register("*", lambda **kwargs: heard.append(kwargs["event_name"]))
    session.events.register("getattr", lambda **kwargs: heard.append(kwargs["event_name"]))
    for shown in _objects(session).values():
        heard.clear()
        assert [name for name in _ASKED_BY_NOTEBOOKS if hasattr(shown, name)] == []
        assert heard == []


def test_methods_of_a_client_are_completed(session):
    s3 = session.client("s3")
    assert _completed("s3.get_object_to", s3=s3) == ["s3.get_object_torrent("]
    assert _completed("s3.upload_filen", s3=s3) == []
    assert {"s3.upload_file(", "s3.upload_fileobj("} <= set(_completed("s3.upload_", s3=s3))
    assert "s3.exceptions.NoSuchBucket(" in _completed("s3.exceptions.NoSuch", s3=s3)


def test_members_of_resources_are_completed_without_a_call(session):
    resource = session.resource("s3")
    with Stubber(resource.meta.client):  # which has no answer for anybody
        bucket = resource.Bucket("b")
        assert "bucket.creation_date" in _completed("bucket.cr", bucket=bucket)
        assert "objects.filter(" in _completed("objects.f", objects=bucket.objects)
        assert _completed("resource.create_b", resource=resource) == ["resource.create_bucket("]


def test_results_are_plain_dictionaries_with_their_metadata(session):
    s3 = session.client("s3")
    with Stubber(s3) as stubber:
        stubber.add_response("list_buckets", {"Buckets": [], "ResponseMetadata": {"HTTPStatusCode": 200}})
        answer = s3.list_buckets()
    assert type(answer) is dict
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_the_root_completes_its_modules_before_they_are_imported():
    assert {"client", "Session", "exceptions", "dynamodb", "stub"} <= set(dir(sotalia))
