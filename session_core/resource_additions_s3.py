"""S3: transfers by the methods of the client, and how the data of buckets and summaries are loaded."""

from collections.abc import Callable, Mapping
from typing import Any

from ..components.errors import ClientError
from .resource import loader_of

__all__ = ["BUCKET", "OBJECT", "OBJECT_SUMMARY"]

Callback = Callable[[int], Any]
"""Is told the number of bytes of each step."""


def _bucket_data(self: Any, *args: Any, **kwargs: Any) -> Mapping[str, Any]:
    """Return what the list of buckets says of this one: nothing for one of others, or where the list is denied."""
    try:
        answer = self.meta.client.list_buckets(*args, **kwargs)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "AccessDenied":
            raise
        return {}
    return next((bucket for bucket in answer.get("Buckets", ()) if bucket["Name"] == self.name), {})


def _summary_data(self: Any, *args: Any, **kwargs: Any) -> Mapping[str, Any]:
    """Return what ``HeadObject`` says, under the names of ``ListObjects``."""
    data = dict(self.meta.client.head_object(*args, Bucket=self.bucket_name, Key=self.key, **kwargs))
    if "ContentLength" in data:
        data["Size"] = data.pop("ContentLength")
    data.pop("ResponseMetadata", None)
    return data


def bucket_upload_file(
    self: Any,
    Filename: str,  # noqa: N803 - the names that users give
    Key: str,  # noqa: N803
    ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
    Callback: Callback | None = None,  # noqa: N803
    Config: Any = None,  # noqa: N803
) -> Any:
    """Upload a file to the key ``Key``; see ``client.upload_file``."""
    return self.meta.client.upload_file(
        Filename=Filename, Bucket=self.name, Key=Key, ExtraArgs=ExtraArgs, Callback=Callback, Config=Config
    )


def bucket_download_file(
    self: Any,
    Key: str,  # noqa: N803
    Filename: str,  # noqa: N803
    ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
    Callback: Callback | None = None,  # noqa: N803
    Config: Any = None,  # noqa: N803
) -> Any:
    """Download the object of ``Key`` to a file; see ``client.download_file``."""
    return self.meta.client.download_file(
        Bucket=self.name, Key=Key, Filename=Filename, ExtraArgs=ExtraArgs, Callback=Callback, Config=Config
    )


def bucket_copy(
    self: Any,
    CopySource: Mapping[str, str],  # noqa: N803
    Key: str,  # noqa: N803
    ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
    Callback: Callback | None = None,  # noqa: N803
    SourceClient: Any = None,  # noqa: N803
    Config: Any = None,  # noqa: N803
) -> Any:
    """Copy an object of S3 to the key ``Key``; see ``client.copy``."""
    return self.meta.client.copy(
        CopySource=CopySource,
        Bucket=self.name,
        Key=Key,
        ExtraArgs=ExtraArgs,
        Callback=Callback,
        SourceClient=SourceClient,
        Config=Config,
    )


def bucket_upload_fileobj(
    self: Any,
    Fileobj: Any,  # noqa: N803
    Key: str,  # noqa: N803
    ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
    Callback: Callback | None = None,  # noqa: N803
    Config: Any = None,  # noqa: N803
) -> Any:
    """Upload what a binary file-like object gives; see ``client.upload_fileobj``."""
    return self.meta.client.upload_fileobj(
        Fileobj=Fileobj, Bucket=self.name, Key=Key, ExtraArgs=ExtraArgs, Callback=Callback, Config=Config
    )


def bucket_download_fileobj(
    self: Any,
    Key: str,  # noqa: N803
    Fileobj: Any,  # noqa: N803
    ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
    Callback: Callback | None = None,  # noqa: N803
    Config: Any = None,  # noqa: N803
) -> Any:
    """Download the object of ``Key`` into a binary file-like object; see ``client.download_fileobj``."""
    return self.meta.client.download_fileobj(
        Bucket=self.name, Key=Key, Fileobj=Fileobj, ExtraArgs=ExtraArgs, Callback=Callback, Config=Config
    )


def object_upload_file(
    self: Any,
    Filename: str,  # noqa: N803
    ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
    Callback: Callback | None = None,  # noqa: N803
    Config: Any = None,  # noqa: N803
) -> Any:
    """Upload a file as this object; see ``client.upload_file``."""
    return bucket_upload_file(_bucket_of(self), Filename, self.key, ExtraArgs, Callback, Config)


def object_download_file(
    self: Any,
    Filename: str,  # noqa: N803
    ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
    Callback: Callback | None = None,  # noqa: N803
    Config: Any = None,  # noqa: N803
) -> Any:
    """Download this object to a file; see ``client.download_file``."""
    return bucket_download_file(_bucket_of(self), self.key, Filename, ExtraArgs, Callback, Config)


def object_copy(
    self: Any,
    CopySource: Mapping[str, str],  # noqa: N803
    ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
    Callback: Callback | None = None,  # noqa: N803
    SourceClient: Any = None,  # noqa: N803
    Config: Any = None,  # noqa: N803
) -> Any:
    """Copy an object of S3 to this one; see ``client.copy``."""
    return bucket_copy(_bucket_of(self), CopySource, self.key, ExtraArgs, Callback, SourceClient, Config)


def object_upload_fileobj(
    self: Any,
    Fileobj: Any,  # noqa: N803
    ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
    Callback: Callback | None = None,  # noqa: N803
    Config: Any = None,  # noqa: N803
) -> Any:
    """Upload what a binary file-like object gives as this object; see ``client.upload_fileobj``."""
    return bucket_upload_fileobj(_bucket_of(self), Fileobj, self.key, ExtraArgs, Callback, Config)


def object_download_fileobj(
    self: Any,
    Fileobj: Any,  # noqa: N803
    ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
    Callback: Callback | None = None,  # noqa: N803
    Config: Any = None,  # noqa: N803
) -> Any:
    """Download this object into a binary file-like object; see ``client.download_fileobj``."""
    return bucket_download_fileobj(_bucket_of(self), self.key, Fileobj, ExtraArgs, Callback, Config)


def _bucket_of(self: Any) -> Any:
    return self.Bucket()


BUCKET: Mapping[str, Any] = {
    "load": loader_of(_bucket_data),
    "upload_file": bucket_upload_file,
    "download_file": bucket_download_file,
    "copy": bucket_copy,
    "upload_fileobj": bucket_upload_fileobj,
    "download_fileobj": bucket_download_fileobj,
}
OBJECT: Mapping[str, Any] = {
    "upload_file": object_upload_file,
    "download_file": object_download_file,
    "copy": object_copy,
    "upload_fileobj": object_upload_fileobj,
    "download_fileobj": object_download_fileobj,
}
OBJECT_SUMMARY: Mapping[str, Any] = {"load": loader_of(_summary_data)}
"""Methods by name."""
