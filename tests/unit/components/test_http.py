import pytest
from sotalia.components.http import AWSRequest, Headers


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
