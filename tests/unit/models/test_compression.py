import gzip
import io

import pytest
from small_models import make_operation
from sotalia.models.compression import compress_request

GZIP = {"requestcompression": {"encodings": ["br", "gzip"]}}


def compressed(body, headers=None, least=10, operation=None):
    request = {"headers": dict(headers or {}), "body": body}
    compress_request(request, operation or make_operation("json", {}, operation=GZIP), least)
    return request


def streaming_operation(**traits):
    members = {"body": {"shape": "Blob", "streaming": True, **traits}}
    return make_operation("rest-json", members, operation=GZIP, traits={"payload": "body"})


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        (b"x" * 10, b"x" * 10),
        (bytearray(b"x" * 20), b"x" * 20),
        ("é" * 20, "é".encode() * 20),
        ({"a": "b c" * 9}, b"a=" + b"b+c" * 9),
    ],
)
def test_long_bodies_are_compressed(body, plain):
    request = compressed(body)
    assert gzip.decompress(request["body"]) == plain
    assert request["headers"] == {"Content-Encoding": "gzip"}


@pytest.mark.parametrize("body", [b"x" * 9, {"a": "b"}, io.BytesIO(b"x" * 9), None])
def test_short_bodies_are_left_alone(body):
    assert compressed(body) == {"headers": {}, "body": body}


def test_only_operations_that_ask_for_it_are_compressed():
    for operation in (
        make_operation("json", {}),
        make_operation("json", {}, operation={"requestcompression": {"encodings": ["br"]}}),
    ):
        assert compressed(b"x" * 20, operation=operation)["headers"] == {}


def test_an_encoding_that_is_there_comes_first():
    assert compressed(b"x" * 20, {"content-encoding": "custom"})["headers"] == {"content-encoding": "custom,gzip"}


def test_streams_are_compressed_from_where_they_stand():
    stream = io.BytesIO(b"head" + b"x" * 20)
    stream.seek(4)
    assert gzip.decompress(compressed(stream)["body"].read()) == b"x" * 20
    assert gzip.decompress(compressed(io.StringIO("é" * 20))["body"].read()) == "é".encode() * 20


def test_streaming_payloads_are_compressed_unless_their_length_must_be_known():
    short = io.BytesIO(b"x")
    assert gzip.decompress(compressed(short, operation=streaming_operation())["body"].read()) == b"x"
    assert compressed(short, operation=streaming_operation(requiresLength=True))["body"] is short


def test_a_stream_that_cannot_be_measured_is_left_alone():
    class Pipe(io.RawIOBase):
        def tell(self):
            raise OSError("a pipe")

    pipe = Pipe()
    assert compressed(pipe)["body"] is pipe


def test_equal_bodies_give_equal_bytes():
    assert compressed(b"x" * 20) == compressed(b"x" * 20)
