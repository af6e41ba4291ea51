"""S3: what its model does not say."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .customization import Customization, NamedStep

if TYPE_CHECKING:
    from ..components.errors import EndpointResolutionError
    from ..models.shapes import OperationModel

__all__ = ["S3"]

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

    changes_builtins = True
    follows_buckets = True

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

    def params_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Buckets, customer keys, sources of copies, and names in listings; see ``customize_s3_params``."""
        from .customize_s3_params import params_steps  # at the first call of an operation

        yield NamedStep("validate_bucket_name", _check_bucket)
        yield from params_steps(operation)

    def request_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Line ends in keys, and bodies that are held back until they are wanted."""
        from .customize_s3_params import request_steps

        return request_steps(operation)

    def answer_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Errors behind a good status, and what no model can say; see ``customize_s3_answers``."""
        from .customize_s3_answers import answer_steps

        return answer_steps(operation)

    def result_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Names in listings."""
        from .customize_s3_params import result_steps

        return result_steps(operation)

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


@lru_cache(256)
def _is_name(bucket: str) -> bool:
    letters = bucket.replace("-", "").replace(".", "").replace("_", "")
    return 0 < len(bucket) <= 255 and (not letters or (letters.isalnum() and letters.isascii()))


def _check_bucket(params: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Raise ``ParamValidationError`` for a bucket that is neither a name nor the ARN of an access point."""
    bucket = params.get("Bucket")
    if not isinstance(bucket, str) or _is_name(bucket):
        return params
    if bucket.startswith("arn:"):
        import re  # for ARNs alone; it keeps what it compiled

        if re.fullmatch(f"{_ACCESS_POINT}|{_OUTPOST}", bucket):
            return params
    from ..components.errors import ParamValidationError  # few calls meet an error

    raise ParamValidationError(
        report=f'Invalid bucket name "{bucket}": a name has {_PLAIN}; an ARN is that of an access point, '
        "arn:aws:s3:<region>:<account>:accesspoint/<name>, of an Object Lambda or of an outpost"
    )
