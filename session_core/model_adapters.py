"""What is changed in a service's model before its operations are compiled, by service id."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from ..components.percent import percent_encode
from ..models.shapes import OperationModel

__all__ = ["ADAPTERS", "auth_path_of"]

_BUCKET = "/{Bucket}"


def _bucket_out_of_path(model: OperationModel) -> None:
    """S3: take the bucket out of the path, because the endpoint rules put it into the URL."""
    uri: str = model.http.get("requestUri", "")
    if uri.startswith(_BUCKET):
        rest = uri[len(_BUCKET) :]
        model.http = {**model.http, "requestUri": rest if rest.startswith("/") else "/" + rest}


ADAPTERS: Mapping[str, Callable[[OperationModel], None]] = {"S3": _bucket_out_of_path}
"""Functions that adapt an operation once; asked again they change nothing."""


def auth_path_of(model: OperationModel) -> Callable[[Any, str], str] | None:
    """Return what makes the ``auth_path`` of a request from its parameters and path, ``None`` for most operations.

    It is the path with the bucket in it, wherever the bucket is in the URL; the
    older S3 signatures are made of it, and handlers read it.
    """
    shape = model.input_shape
    if model.service_model.service_id != "S3" or shape is None or "Bucket" not in shape.members:
        return None
    if shape.members["Bucket"].serialization.get("location") != "uri":
        return None
    return _path_with_bucket


def _path_with_bucket(params: Any, path: str) -> str:
    bucket = params.get("Bucket", "")
    if isinstance(bucket, str) and bucket.startswith("arn:"):
        return path.partition("?")[0] or "/"  # what stands behind an ARN is in the host
    if "?" in path:
        path = path.partition("?")[0]
    encoded = _encoded(bucket) if bucket.__class__ is str else percent_encode(bucket)
    return f"/{encoded}{path or '/'}"


_encoded = lru_cache(256)(percent_encode)
