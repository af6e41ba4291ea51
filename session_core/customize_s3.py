"""S3: what its model does not say."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .customization import Customization, ParamsStep, RequestStep, ResultStep

if TYPE_CHECKING:
    from ..components.errors import EndpointResolutionError
    from ..components.events import EventEmitter
    from ..models.shapes import OperationModel

__all__ = ["S3", "register"]

_PLAIN = "letters, digits, '.', '-' and '_', at most 255 of them"
_ACCESS_POINT = r"arn:aws[^:]*:(?:s3|s3-object-lambda):[a-z0-9-]*:[0-9]{12}:accesspoint[/:][A-Za-z0-9.-]{1,63}"
_OUTPOST = (
    r"arn:aws[^:]*:s3-outposts:[a-z0-9-]+:[0-9]{12}:outpost[/:][A-Za-z0-9-]{1,63}[/:]accesspoint[/:][A-Za-z0-9-]{1,63}"
)

_CONTRADICTIONS = ("Accelerate cannot be used with FIPS", "S3 Object Lambda does not support S3 Accelerate")
_ACCESS_POINT_REFUSALS = (
    *("Invalid configuration:", "Client was configured for partition"),
    *("Access Points do not support", "S3 MRAP does not support"),
    *("S3 Object Lambda does not support", "S3 Outposts does not support"),
)
"""How the texts of the rule set begin, by what they complain of."""


class S3(Customization):
    """Buckets are checked, and refusals of the rules told apart, as boto3's users know it."""

    checks = True
    changes_builtins = True

    def check(self, params: Any) -> None:
        """Raise ``ParamValidationError`` for a bucket that is neither a name nor the ARN of an access point."""
        bucket = params.get("Bucket") if isinstance(params, Mapping) else None
        if not isinstance(bucket, str) or _is_name(bucket):
            return
        if bucket.startswith("arn:"):
            import re  # for ARNs alone; it keeps what it compiled

            if re.fullmatch(f"{_ACCESS_POINT}|{_OUTPOST}", bucket):
                return
        from ..components.errors import ParamValidationError  # few calls meet an error

        raise ParamValidationError(
            report=f'Invalid bucket name "{bucket}": a name has {_PLAIN}; an ARN is that of an access point, '
            "arn:aws:s3:<region>:<account>:accesspoint/<name>, of an Object Lambda or of an outpost"
        )

    def builtins_for(self, operation_name: str, params: Any, builtins: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Paths are for buckets: no ARN and no accelerated endpoint has one.

        ``GetBucketLocation`` asks by path always: a bucket's own host may not answer in another region.
        """
        if operation_name == "GetBucketLocation":
            return {"AWS::S3::ForcePathStyle": True}
        if builtins.get("AWS::S3::ForcePathStyle"):
            bucket = params.get("Bucket") if isinstance(params, Mapping) else None
            if builtins.get("AWS::S3::Accelerate") or (isinstance(bucket, str) and bucket.startswith("arn:")):
                return {"AWS::S3::ForcePathStyle": False}
        return None

    def params_step(self, operation: "OperationModel") -> ParamsStep | None:
        """Customer keys, sources of copies, and names in listings; see ``customize_s3_params``."""
        from .customize_s3_params import params_step  # at the first call of an operation

        return params_step(operation)

    def request_step(self, operation: "OperationModel") -> RequestStep | None:
        """Line ends in keys."""
        from .customize_s3_params import request_step

        return request_step(operation)

    def result_step(self, operation: "OperationModel") -> ResultStep | None:
        """Names in listings."""
        from .customize_s3_params import result_step

        return result_step(operation)

    def endpoint_error(self, error: "EndpointResolutionError", params: Mapping[str, Any]) -> Exception:
        """Tell wrong ARNs, options that no access point has, and options that contradict each other apart."""
        from ..components.errors import (
            ParamValidationError,
            UnsupportedS3AccesspointConfigurationError,
            UnsupportedS3ConfigurationError,
        )

        text = str(error)
        if text.startswith("Invalid ARN:"):
            return ParamValidationError(report=text)
        if text in _CONTRADICTIONS:
            return UnsupportedS3ConfigurationError(msg=text)
        if text.startswith(_ACCESS_POINT_REFUSALS):
            return UnsupportedS3AccesspointConfigurationError(msg=text)
        return error


def _is_name(bucket: str) -> bool:
    letters = bucket.replace("-", "").replace(".", "").replace("_", "")
    return 0 < len(bucket) <= 255 and (not letters or (letters.isalnum() and letters.isascii()))


def register(emitter: "EventEmitter") -> None:
    """Register the handlers of this service."""
    emitter.register("before-parse.s3.GetBucketLocation", _bucket_location)
    for operation in ("GetObject", "HeadObject"):
        emitter.register(f"before-parse.s3.{operation}", _expires)


def _expires(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """What ``Expires`` says as text: it may be no time at all, for anyone can store any text there."""
    headers = response_dict["headers"]
    text = headers.get("expires")
    if text is None:
        return
    customized_response_dict["ExpiresString"] = text
    from ..components.timestamps import parse_timestamp

    try:
        parse_timestamp(text)
    except (ValueError, TypeError, OverflowError):
        del headers["expires"]


def _bucket_location(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """The region is the text of the root element, which the shape has no place for."""
    if response_dict["status_code"] >= 300 or not isinstance(response_dict["body"], bytes):
        return
    text = response_dict["body"].decode("utf-8", "replace")
    start = text.find("<LocationConstraint")
    content = ""
    if start >= 0:
        opening, closed, rest = text[start:].partition(">")
        if closed and not opening.endswith("/"):
            content = rest.partition("</")[0].strip()
    customized_response_dict["LocationConstraint"] = content or None
