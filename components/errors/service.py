"""Errors that a service answered with."""

from collections.abc import Mapping
from typing import Any

from .base import BotoCoreError, SotaliaError

__all__ = [
    "ChecksumMismatch",
    "ClientError",
    "DuplicateHeader",
    "EventStreamError",
    "ImminentRemovalWarning",
    "InvalidHeadersLength",
    "InvalidPayloadLength",
    "NoInitialResponseError",
    "ParserError",
    "ResponseParserError",
    "UnsupportedTLSVersionWarning",
]


def _rebuild(cls: type["ClientError"], response: Mapping[str, Any], operation_name: str) -> "ClientError":
    return cls(response, operation_name)


class ClientError(SotaliaError):
    """A service refused a call.

    ``response`` is the parsed answer (``Error``, ``ResponseMetadata`` and the
    members of a modelled error), ``operation_name`` the operation. Every
    modelled exception of a client is a subclass, and all of them pickle: a
    class that was made at run time comes back as its nearest importable base.
    """

    MSG_TEMPLATE = (
        "An error occurred ({error_code}) when calling the {operation_name} operation{retry_info}: {error_message}"
    )

    def __init__(self, error_response: Mapping[str, Any], operation_name: str) -> None:
        error = error_response.get("Error", {})
        super().__init__(
            self.MSG_TEMPLATE.format(
                error_code=error.get("Code", "Unknown"),
                error_message=error.get("Message", "Unknown"),
                operation_name=operation_name,
                retry_info=_retry_info(error_response),
            )
        )
        self.response = error_response
        self.operation_name = operation_name

    def __reduce__(self) -> tuple[Any, ...]:
        importable = next(base for base in type(self).__mro__ if base.__module__ == __name__)
        return _rebuild, (importable, self.response, self.operation_name)


def _retry_info(response: Mapping[str, Any]) -> str:
    metadata = response.get("ResponseMetadata", {})
    if metadata.get("MaxAttemptsReached", False):
        return f" (reached max retries: {metadata['RetryAttempts']})"
    return ""


class EventStreamError(ClientError):
    """A service ended an event stream with an error."""


class ResponseParserError(BotoCoreError):
    """An answer is not what its protocol says; ``reason`` tells where it went wrong."""

    fmt = "Unable to parse response: {reason}"


class ParserError(ResponseParserError):
    """A message of an event stream is broken; ``reason`` tells which, and where."""


class ChecksumMismatch(ParserError):
    """A message of an event stream, or its prelude, does not have its checksum."""


class DuplicateHeader(ParserError):
    """A message of an event stream has a header twice."""


class InvalidHeadersLength(ParserError):
    """A message of an event stream says that its headers are longer than they can be."""


class InvalidPayloadLength(ParserError):
    """A message of an event stream says that its payload is longer than it can be."""


class NoInitialResponseError(ParserError):
    """An event stream has no initial response, or something else comes first."""


class UnsupportedTLSVersionWarning(Warning):
    """The TLS library is too old for the AWS endpoints."""


class ImminentRemovalWarning(Warning):
    """A feature that will be removed soon was used."""
