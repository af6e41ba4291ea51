"""An answer while it is parsed, and what a family of protocols must know to read it."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from .parse_error import request_metadata
from .shapes import Shape, StructureShape

__all__ = ["Answer", "Codec", "EventCodec", "ReadOutput", "Response"]

Response = Mapping[str, Any]
"""An answer: ``status_code``, ``headers`` (a mapping) and ``body`` (bytes, or the stream of a streaming output)."""


class Answer:
    """An answer while it is parsed: its parts, the header fields by lower-case name, the metadata so far."""

    __slots__ = ("body", "headers", "lower", "metadata", "status")

    def __init__(self, response: Response) -> None:
        self.status: int = response["status_code"]
        self.headers = headers = response["headers"]
        self.body = response["body"]
        by_lower_name = getattr(headers, "by_lower_name", None)
        self.lower: dict[str, Any] = (
            {name.lower(): value for name, value in headers.items()} if by_lower_name is None else by_lower_name()
        )
        self.metadata = request_metadata(self.lower)

    def content(self) -> bytes:
        """Return the whole body."""
        body = self.body
        if isinstance(body, bytes):
            return body
        if body is None:
            return b""
        if isinstance(body, str):
            return body.encode()
        return bytes(body.read() if hasattr(body, "read") else body)

    def finish(self, result: dict[str, Any]) -> dict[str, Any]:
        """Add the metadata to a result."""
        self.metadata["HTTPStatusCode"] = self.status
        self.metadata["HTTPHeaders"] = self.lower
        result["ResponseMetadata"] = self.metadata
        return result


ReadOutput = Callable[[Answer], dict[str, Any]]
"""Reads the result of an operation out of an answer."""


class Codec(Protocol):
    """What a family of protocols knows to read; one per service, safe in threads."""

    def output(self, shape: StructureShape) -> ReadOutput:
        """Return what reads the result of an operation."""
        ...

    def no_output(self, answer: Answer) -> dict[str, Any]:
        """Read the answer of an operation without a result."""
        ...

    def error(self, answer: Answer, known: Mapping[str, StructureShape]) -> dict[str, Any]:
        """Read ``Error`` and what stands beside it; ``known`` are the operation's own errors by code."""
        ...

    def error_members(self, answer: Answer, shape: StructureShape) -> dict[str, Any]:
        """Read the members of a modelled error."""
        ...


class EventCodec(Codec, Protocol):
    """What a family of protocols with event streams knows besides."""

    def read_body(self, shape: StructureShape) -> Callable[[bytes], dict[str, Any]]:
        """Return what reads a document that is a structure."""
        ...

    def read_payload(self, member: Shape) -> Callable[[bytes], Any]:
        """Return what reads a document that is one member."""
        ...

    def untyped(self, body: bytes) -> Any:
        """Read a document without its model: an empty dictionary if it cannot be read."""
        ...
