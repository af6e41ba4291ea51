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

    fmt = "Parameter '{original}' and its alias '{alias}' were provided for operation {operation}. Only one of them may be used."


class PaginationError(BotoCoreError):
    """The pages cannot be followed."""

    fmt = "Error during pagination: {message}"


class OperationNotPageableError(BotoCoreError):
    """The operation has no pages."""

    fmt = "Operation cannot be paginated: {operation_name}"


class ChecksumError(BotoCoreError):
    """The bytes do not have the checksum that was promised."""

    fmt = "Checksum {checksum_type} failed, expected checksum {expected_checksum} did not match calculated checksum {actual_checksum}."


class FlexibleChecksumError(BotoCoreError):
    """The checksum options of the operation cannot be met."""

    fmt = "{error_msg}"


class AwsChunkedWrapperError(BotoCoreError):
    """A chunked body cannot be built from this stream."""

    fmt = "{error_msg}"


class MD5UnavailableError(BotoCoreError):
    """MD5 is needed and this Python refuses it."""

    fmt = "This system does not support MD5 generation."


class UnseekableStreamError(BotoCoreError):
    """A body must be sent again and cannot be rewound."""

    fmt = "Need to rewind the stream {stream_object}, but stream is not seekable."


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

    fmt = "Error processing waiter config: {error_msg}"


class InvalidExpressionError(BotoCoreError):
    """An expression cannot be parsed."""

    fmt = "Invalid expression {expression}: Only dotted lookups are supported."


class InvalidDNSNameError(BotoCoreError):
    """A bucket's name cannot be a host name."""

    fmt = "Bucket named {bucket_name} is not DNS compatible. Virtual hosted-style addressing cannot be used."


class UnsupportedS3ArnError(BotoCoreError):
    """S3 takes no such ARN as a bucket."""

    fmt = "S3 ARN {arn} provided to \"Bucket\" parameter is invalid. Only ARNs for S3 access-points are supported."


class UnsupportedS3ControlArnError(BotoCoreError):
    """S3 Control takes no such ARN."""

    fmt = 'S3 ARN "{arn}" provided is invalid for this operation. {msg}'


class UnsupportedOutpostResourceError(BotoCoreError):
    """S3 on Outposts has no such resource."""

    fmt = "S3 Outpost ARN resource \"{resource_name}\" is invalid. Only ARNs for S3 Outposts access-points are supported."


class UnsupportedS3ConfigurationError(BotoCoreError):
    """The S3 options contradict the request."""

    fmt = "Unsupported configuration when using S3: {msg}"


class UnsupportedS3AccesspointConfigurationError(BotoCoreError):
    """The S3 options contradict the access point."""

    fmt = "Unsupported configuration when using S3 access-points: {msg}"


class UnsupportedS3ControlConfigurationError(BotoCoreError):
    """The S3 options contradict the S3 Control request."""

    fmt = "Unsupported configuration when using S3 Control: {msg}"


class StubResponseError(BotoCoreError):
    """A stubbed answer cannot be given."""

    fmt = "Error getting response stub for operation {operation_name}: {reason}"


class StubAssertionError(StubResponseError, AssertionError):
    """A stubbed call does not match what was expected."""

    fmt = "Error getting response stub for operation {operation_name}: {reason}"


class UnStubbedResponseError(StubResponseError):
    """A call was made that nothing was stubbed for."""

    fmt = "Error getting response stub for operation {operation_name}: {reason}"
