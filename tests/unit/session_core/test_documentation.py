"""help() and its like on clients: what is shown, that it is made late, and that little of it is kept."""

import copy
import inspect
import pickle
import pydoc
import unittest.mock as mock

import pytest
from sotalia import Session
from sotalia.session_core.documentation import LazySignature, LazyText


@pytest.fixture
def session():
    return Session(region_name="us-east-1")


@pytest.fixture
def s3(session):
    return session.client("s3")


def help_on(thing):
    return pydoc.plain(pydoc.render_doc(thing))


def test_a_method_has_its_own_documentation_and_names(s3):
    method = s3.get_object
    assert method.__doc__.startswith("Retrieves an object from Amazon S3.")
    assert (method.__name__, method.__qualname__) == ("get_object", "S3.get_object")
    assert method.__module__ == "sotalia.session_core.client"
    assert repr(method) == f"<bound method S3.get_object of {s3!r}>"
    assert "https://docs.aws.amazon.com/goto/WebAPI/s3-2006-03-01/GetObject" in method.__doc__
    assert "client.exceptions.NoSuchKey" in method.__doc__
    assert "Example 1:" in method.__doc__


def flat(text):
    """Python 3.13 breaks long signatures into lines."""
    return "".join(text.split())


def test_help_shows_a_method(s3):
    text = help_on(s3.get_object)
    assert "get_object(*,Bucket:str,Key:str,IfMatch:str=...," in flat(text)
    assert "\n    Retrieves an object from Amazon S3.\n" in text


def test_a_signature_takes_what_the_operation_takes(s3):
    signature = inspect.signature(s3.get_object)
    assert list(signature.parameters)[:3] == ["Bucket", "Key", "IfMatch"]
    assert signature.bind(Bucket="b", Key="k").arguments == {"Bucket": "b", "Key": "k"}
    for wrong in ({"Bucket": "b"}, {"Bucket": "b", "Key": "k", "Kye": "k"}):
        with pytest.raises(TypeError):
            signature.bind(**wrong)
    assert signature.return_annotation is dict
    assert s3.get_object.__signature__ == inspect.signature(s3.get_object.__func__)
    assert next(iter(s3.get_object.__signature__.parameters)) == "self"


def test_a_specified_mock_refuses_what_the_operation_does_not_take(s3):
    fake = mock.create_autospec(s3.get_object)
    fake(Bucket="b", Key="k")
    with pytest.raises(TypeError):
        fake(Bucket="b", Kye="k")


def test_parameters_that_are_words_of_python_are_taken_too(session):
    signature = inspect.signature(session.client("logs").create_export_task)
    assert "from" not in signature.parameters
    signature.bind(logGroupName="g", to=1, destination="d", **{"from": 0})


def test_a_client_tells_of_its_service(s3):
    assert s3.__doc__ == type(s3).__doc__
    text = help_on(s3)
    assert "class S3(BaseClient)" in text
    assert "A client of Amazon Simple Storage Service (api version 2006-03-01)." in text
    assert "get_object\n |          Retrieves an object from Amazon S3." in text
    assert {"get_object", "get_paginator", "exceptions"} <= set(dir(s3))


def test_paginators_and_waiters_tell_of_themselves(s3):
    pages = s3.get_paginator("list_objects_v2")
    assert "`client.list_objects_v2`" in pages.__doc__
    assert pages.paginate.__doc__ == pages.__doc__
    assert next(iter(inspect.signature(pages.paginate).parameters)) == "Bucket"
    assert "PaginationConfig" in inspect.signature(pages.paginate).parameters
    assert "ContinuationToken" not in inspect.signature(pages.paginate).parameters
    assert type(pages).__qualname__ == "S3.Paginator.ListObjectsV2"
    assert type(s3.get_paginator("list_objects_v2")) is type(pages)
    waiter = s3.get_waiter("bucket_exists")
    assert "every 5 seconds" in waiter.wait.__doc__
    assert list(inspect.signature(waiter.wait).parameters) == ["Bucket", "ExpectedBucketOwner", "WaiterConfig"]
    assert "paginate(*,Bucket:str" in flat(help_on(pages.paginate))
    assert "BucketExists" in help_on(waiter)


def test_errors_tell_of_themselves(s3):
    assert s3.exceptions.NoSuchKey.__doc__.startswith("The specified key does not exist.")
    assert "Error code 'NoSuchKey', HTTP status 404." in help_on(s3.exceptions.NoSuchKey)
    assert s3.exceptions.NoSuchKey({"Error": {}}, "GetObject").__doc__ == s3.exceptions.NoSuchKey.__doc__


def test_a_handler_of_the_class_sees_documented_methods_and_may_replace_the_documentation(session):
    def enlarge(class_attributes, **kwargs):
        class_attributes["__doc__"] = "Mine."
        class_attributes["put_object"].__doc__ = "Also mine."

    session.events.register("creating-client-class.s3", enlarge)
    client = session.client("s3")
    assert (client.__doc__, client.put_object.__doc__) == ("Mine.", "Also mine.")
    assert client.get_object.__doc__.startswith("Retrieves")
    assert session.client("sqs").__doc__.startswith("A client of Amazon Simple Queue Service")


def test_a_lazy_text_is_like_the_string_that_it_stands_for(s3):
    text = s3.get_object.__doc__
    plain = str(text)
    assert type(text) is LazyText
    assert type(plain) is str
    assert isinstance(text, str)
    assert text == plain
    assert (text != plain) is False
    assert hash(text) == hash(plain)
    assert len(text) == len(plain)
    assert list(text) == list(plain)
    assert (text[:9], text[-1], "object" in text) == (plain[:9], plain[-1], True)
    assert (text + "x", "x" + text, text * 2, f"{text:.3}", f"{text}") == (
        *(plain + "x", "x" + plain, plain * 2, plain[:3], plain),
    )
    assert (text.upper(), text.split("\n", 1), text.expandtabs()) == (
        *(plain.upper(), plain.split("\n", 1), plain.expandtabs()),
    )
    assert (text < "z", text <= plain, text > "A", text >= plain) == (True, True, True, True)
    assert repr(text) == repr(plain)
    assert {plain: 1}[text] == 1
    assert type(pickle.loads(pickle.dumps(text))) is str
    assert copy.deepcopy(text) == plain
    assert inspect.getdoc(s3.get_object) == plain.rstrip("\n") or inspect.getdoc(s3.get_object).startswith("Retrieves")


def test_a_lazy_signature_is_like_the_one_that_it_stands_for(s3):
    lazy = s3.get_object.__signature__
    plain = lazy.replace()
    assert type(lazy) is LazySignature
    assert isinstance(lazy, inspect.Signature)
    assert (str(lazy), repr(lazy), lazy) == (str(plain), repr(plain), plain)
    assert hash(lazy) == hash(plain)
    assert lazy == copy.copy(lazy)
    assert str(pickle.loads(pickle.dumps(s3.get_waiter("bucket_exists").wait.__signature__))).startswith("(self, *")


def test_documentation_of_one_service_is_kept_and_no_more(session):
    store = session.client("s3").meta.service_model.source._store
    assert session.client("sqs").send_message.__doc__
    (first, texts) = store._texts
    assert first[0] == "sqs"
    assert session.client("sqs").delete_message.__doc__
    assert store._texts[1] is texts
    assert session.client("sns").publish.__doc__
    assert store._texts[0][0] == "sns"
