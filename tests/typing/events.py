"""The types of emitters and of what handlers meet."""

from collections.abc import Callable
from typing import Any, assert_type

from sotalia import make_response
from sotalia.components.events import EventEmitter
from sotalia.components.http import AWSPreparedRequest, AWSRequest, AWSResponse, Headers


def handler(params: dict[str, Any], **kwargs: Any) -> None:
    params.setdefault("Bucket", "mybucket")


def answer(request: AWSPreparedRequest, **kwargs: Any) -> AWSResponse:
    assert_type(request.method, str)
    assert_type(request.url, str)
    assert_type(request.headers, Headers)
    return make_response(200, "hello", {"Content-Type": "text/plain"})


def change(request: AWSRequest, **kwargs: Any) -> None:
    request.headers["x-mine"] = "1"
    assert_type(request.prepare(), AWSPreparedRequest)


def emitters(emitter: EventEmitter) -> None:
    emitter.register("provide-client-params.s3.ListObjects", handler)
    emitter.register_first("before-send.s3", answer, unique_id="mine")
    emitter.register_last("before-sign.*", change, unique_id=("a", 1), unique_id_uses_count=True)
    emitter.unregister("before-sign.*", unique_id=("a", 1), unique_id_uses_count=True)
    emitter.unregister("provide-client-params.s3.ListObjects", handler)
    assert_type(emitter.emit("a.b", params={}), list[tuple[Callable[..., Any], Any]])
    assert_type(emitter.emit_until_response("a.b"), tuple[Callable[..., Any] | None, Any])
    assert_type(emitter.has_handlers("a.b"), bool)
    assert_type(emitter.copy(), EventEmitter)


def answers(response: AWSResponse) -> None:
    assert_type(response.status_code, int)
    assert_type(response.content, bytes)
    assert_type(response.text, str)
    assert_type(response.headers, Headers)


def mistakes(emitter: EventEmitter) -> None:
    emitter.register("a.b")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    emitter.register("a.b", "handler")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    emitter.register("a.b", handler, [])  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    make_response("200")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
