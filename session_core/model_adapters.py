"""What is changed in a service's model before its operations are compiled, by service id."""

from collections.abc import Callable, Mapping

from ..models.shapes import OperationModel

__all__ = ["ADAPTERS"]

_BUCKET = "/{Bucket}"


def _bucket_out_of_path(model: OperationModel) -> None:
    """S3: take the bucket out of the path, because the endpoint rules put it into the URL."""
    uri: str = model.http.get("requestUri", "")
    if uri.startswith(_BUCKET):
        rest = uri[len(_BUCKET) :]
        model.http = {**model.http, "requestUri": rest if rest.startswith("/") else "/" + rest}


ADAPTERS: Mapping[str, Callable[[OperationModel], None]] = {"S3": _bucket_out_of_path}
"""Functions that adapt an operation once; asked again they change nothing."""
