"""Errors of parameters, pagination, waiting and stubs."""

from typing import Any

from .base import BotoCoreError

__all__ = [
    "AliasConflictParameterError",
    "AwsChunkedWrapperError",
    "ChecksumError",
    "FlexibleChecksumError",
    "InvalidDNSNameError",
    "InvalidExpressionError",
    "MD5UnavailableError",
    "MissingParametersError",
    "OperationNotPageableError",
    "PaginationError",
    "ParamValidationError",
    "RangeError",
    "StartingTokenError",
    "StubAssertionError",
    "StubResponseError",
    "UnStubbedResponseError",
    "UnknownKeyError",
    "UnknownParameterError",
    "UnseekableStreamError",
    "UnsupportedOutpostResourceError",
    "UnsupportedS3AccesspointConfigurationError",
    "UnsupportedS3ArnError",
    "UnsupportedS3ConfigurationError",
    "UnsupportedS3ControlArnError",
    "UnsupportedS3ControlConfigurationError",
    "ValidationError",
    "WaiterConfigError",
    "WaiterError",
]


class ParamValidationError(BotoCoreError):
    """The parameters do not fit the operation; ``report`` has a line per fault, with its path."""

    fmt = "Parameter validation failed:\n{report}"


class ValidationError(BotoCoreError):
    """A value does not fit its parameter."""

    fmt = "Invalid value ('{value}') for param {param} of type {type_name} "


class MissingParametersError(BotoCoreError):
    """Required parameters are missing."""

    fmt = "The following required parameters are missing for {object_name}: {missing}"


class UnknownKeyError(ValidationError):
    """A value is not one of the choices."""

    fmt = "Unknown key '{value}' for param '{param}'. Must be one of: {choices}"


class RangeError(ValidationError):
    """A value is out of its range."""

    fmt = "Value out of range for param {param}: {min_value} <= {value} <= {max_value}"


class UnknownParameterError(ValidationError):
    """The operation has no such parameter."""

    fmt = "Unknown parameter '{name}' for operation {operation}. Must be one of: {choices}"


class AliasConflictParameterError(ValidationError):
    """A parameter and its alias are both given."""

    fmt = "{operation} was given both '{original}' and its alias '{alias}': leave one of them out"


class PaginationError(BotoCoreError):
    """The pages cannot be followed."""

    fmt = "The pages cannot be followed: {message}"


class StartingTokenError(PaginationError, ValueError):
    """A ``StartingToken`` does not fit the operation; a ``ValueError`` for programs that expect boto3's."""


class OperationNotPageableError(BotoCoreError):
    """The operation has no pages."""

    fmt = "{operation_name} has no pages"


class ChecksumError(BotoCoreError):
    """The bytes do not have the checksum that was promised."""

    fmt = "The {checksum_type} checksum should be {expected_checksum} and is {actual_checksum}"


class FlexibleChecksumError(BotoCoreError):
    """The checksum options of the operation cannot be met."""

    fmt = "{error_msg}"


class AwsChunkedWrapperError(BotoCoreError):
    """A chunked body cannot be built from this stream."""

    fmt = "{error_msg}"


class MD5UnavailableError(BotoCoreError):
    """MD5 is needed and this Python refuses it."""

    fmt = "MD5 is needed, and this Python refuses it (FIPS mode?)"


class UnseekableStreamError(BotoCoreError):
    """A body must be read again (to be signed or sent) and cannot be rewound; ``stream_object`` is that body."""

    fmt = (
        "The body, a {stream_object}, must be read a second time, to be signed or to be sent again after a failure, "
        "and cannot be rewound: pass bytes or a file that can seek"
    )

    def __init__(self, stream_object: Any) -> None:
        kind = type(stream_object)
        super().__init__(
            stream_object=stream_object if kind is str else f"{kind.__module__}.{kind.__qualname__}"
        )  # not the stream itself: an error may be logged and pickled
        self.stream_object = stream_object


class WaiterError(BotoCoreError):
    """A waiter gave up; ``last_response`` is the last answer that it saw."""

    fmt = "Waiter {name} failed: {reason}"

    def __init__(self, name: str, reason: str, last_response: Any) -> None:
        super().__init__(name=name, reason=reason)
        self.last_response = last_response

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.kwargs["name"], self.kwargs["reason"], self.last_response)


class WaiterConfigError(BotoCoreError):
    """A waiter's model is broken."""

    fmt = "The waiter is described wrongly: {error_msg}"


class InvalidExpressionError(BotoCoreError):
    """An expression cannot be parsed."""

    fmt = "Invalid expression {expression!r}: names joined by dots are expected"


class InvalidDNSNameError(BotoCoreError):
    """A bucket's name cannot be a host name."""

    fmt = "The bucket {bucket_name!r} cannot be a host name: use addressing_style path"


class UnsupportedS3ArnError(BotoCoreError):
    """S3 takes no such ARN as a bucket."""

    fmt = "Bucket cannot be the ARN {arn}: S3 takes the ARNs of access points"


class UnsupportedS3ControlArnError(BotoCoreError):
    """S3 Control takes no such ARN."""

    fmt = "The ARN {arn} does not fit this operation: {msg}"


class UnsupportedOutpostResourceError(BotoCoreError):
    """S3 on Outposts has no such resource."""

    fmt = "The outpost resource {resource_name!r} is no access point"


class UnsupportedS3ConfigurationError(BotoCoreError):
    """The S3 options contradict the request."""

    fmt = "These S3 options do not go together: {msg}"


class UnsupportedS3AccesspointConfigurationError(BotoCoreError):
    """The S3 options contradict the access point."""

    fmt = "These options do not fit an S3 access point: {msg}"


class UnsupportedS3ControlConfigurationError(BotoCoreError):
    """The S3 options contradict the S3 Control request."""

    fmt = "These options do not fit S3 Control: {msg}"


class StubResponseError(BotoCoreError):
    """A stubbed answer cannot be given."""

    fmt = "The stub of {operation_name} cannot answer: {reason}"


class StubAssertionError(StubResponseError, AssertionError):
    """A stubbed call does not match what was expected."""

    fmt = "The stub of {operation_name} cannot answer: {reason}"


class UnStubbedResponseError(StubResponseError):
    """A call was made that nothing was stubbed for."""

    fmt = "The stub of {operation_name} cannot answer: {reason}"
