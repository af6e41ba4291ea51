import pytest
from sotalia.components.http import AWSRequest, AWSResponse, BytesBody, Headers


def test_a_form_is_encoded_anew_when_it_changes():
    request = AWSRequest("POST", "https://sts.example/", data={"Action": "A", "Name": "a b&c"})
    assert request.body == b"Action=A&Name=a+b%26c"
    assert request.body is request.body
    request.data["Name"] = "é"
    assert request.body == b"Action=A&Name=%C3%A9"
    assert request.prepare().body == b"Action=A&Name=%C3%A9"
    request.data = {"Action": "B"}
    assert request.body == b"Action=B"


@pytest.mark.parametrize(("data", "body"), [(b"x", b"x"), ("é", "é".encode()), (None, b""), ({}, b"")])
def test_bodies_as_they_are_sent(data, body):
    assert AWSRequest(data=data).body == body


def test_headers_of_a_mapping_and_of_pairs_are_alike():
    fields = {"Content-Type": "a", "X-B": "b"}
    assert dict(Headers(fields)) == dict(Headers(fields.items())) == dict(Headers(Headers(fields))) == fields


def test_a_copy_is_independent():
    headers = Headers({"A": "1"})
    twin = headers.copy()
    twin["a"] = "2"
    assert headers["A"] == "1"
    assert twin["A"] == "2"


def test_an_answer_of_bytes_is_a_stream_when_it_is_asked_for():
    answer = AWSResponse("http://h/", 200, {}, b"hello")
    assert answer.raw.read(2) == b"he"
    assert answer.content == b"llo"  # what is left, as of any stream
    answer = AWSResponse("http://h/", 200, {}, b"hello")
    assert answer.content == answer.content == b"hello"
    assert answer.raw.read() == b""
    assert answer.raw is answer.raw
    answer = AWSResponse("http://h/", 200, {}, b"hello")
    answer.raw = BytesBody(b"other")
    assert answer.content == b"other"


def test_names_that_differ_in_case_are_one_field():
    assert Headers({"A": "1", "b": "2", "a": "3"}).items() == Headers([("A", "1"), ("b", "2"), ("a", "3")]).items()
    assert Headers({"A": "1", "a": "3"}).items() == [("a", "3")]
