"""``S3Transfer``, and the transfers that clients of S3 have as methods."""

import os
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from ..components.after_fork import renew_in_child
from ..components.errors import ClientError, S3UploadFailedError
from . import transfer_arguments as arguments
from .transfer_config import TransferConfig
from .transfer_copy import copy
from .transfer_crew import Crew, Slots
from .transfer_download import download
from .transfer_pace import Bandwidth, Progress
from .transfer_sources import Source, file_source, object_source
from .transfer_targets import Target, file_target, object_target
from .transfer_upload import upload

__all__ = ["ProgressCallbackInvoker", "S3Transfer"]

Callback = Callable[[int], object]


class S3Transfer:
    """Transfers of one client; a context manager, for the sake of programs that use it as one.

    Safe in threads and across fork. All transfers of one object share its
    ``max_concurrency`` and ``max_bandwidth``; those of the client's methods have
    them each for itself. ``osutil`` and ``manager`` are places of boto3's own
    parts: giving them is refused.

    A ``callback`` is called with the number of bytes that have gone since the
    last time, one call at a time, from any thread; fewer than none where a part
    has to go again. ``with call_options(cancel=token)`` around a transfer lets
    ``token.cancel()`` end it.
    """

    ALLOWED_DOWNLOAD_ARGS: ClassVar[list[str]] = arguments.ALLOWED_DOWNLOAD_ARGS
    ALLOWED_UPLOAD_ARGS: ClassVar[list[str]] = arguments.ALLOWED_UPLOAD_ARGS
    ALLOWED_COPY_ARGS: ClassVar[list[str]] = arguments.ALLOWED_COPY_ARGS

    def __init__(
        self, client: Any = None, config: TransferConfig | None = None, osutil: None = None, manager: None = None
    ) -> None:
        if client is None:
            raise ValueError("Either a boto3.Client or s3transfer.manager.TransferManager must be provided")
        if osutil is not None or manager is not None:
            raise ValueError("osutil and manager are of boto3: sotalia's transfers take a client and a config")
        self._client = client
        self._config = TransferConfig() if config is None else config
        self._slots = Slots(self._config.max_concurrency if self._config.use_threads else 1)
        self._bandwidth = None if self._config.max_bandwidth is None else Bandwidth(self._config.max_bandwidth)
        if self._bandwidth is not None:
            renew_in_child(self._bandwidth)

    def __repr__(self) -> str:
        return f"<S3Transfer {self._config!r}>"

    def __enter__(self) -> "S3Transfer":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def upload_file(
        self,
        filename: str | os.PathLike[str],
        bucket: str,
        key: str,
        callback: Callback | None = None,
        extra_args: Mapping[str, Any] | None = None,
    ) -> None:
        """Upload a file; raises ``S3UploadFailedError`` for what the service refuses, ``OSError`` for the file."""
        path = _path(filename)
        extra = self._checked(bucket, extra_args, arguments.ALLOWED_UPLOAD_ARGS)
        try:
            self._upload(file_source(path), bucket, key, extra, callback)
        except ClientError as refused:
            raise S3UploadFailedError(f"Failed to upload {path} to {bucket}/{key}: {refused}") from refused

    def upload_fileobj(
        self,
        fileobj: Any,
        bucket: str,
        key: str,
        callback: Callback | None = None,
        extra_args: Mapping[str, Any] | None = None,
    ) -> None:
        """Upload what a file-like object has from where it stands; it need not be seekable."""
        extra = self._checked(bucket, extra_args, arguments.ALLOWED_UPLOAD_ARGS)
        self._upload(object_source(fileobj), bucket, key, extra, callback)

    def download_file(
        self,
        bucket: str,
        key: str,
        filename: str | os.PathLike[str],
        extra_args: Mapping[str, Any] | None = None,
        callback: Callback | None = None,
    ) -> None:
        """Download to a file, which is there when it is whole and not before."""
        path = _path(filename)
        extra = self._checked(bucket, extra_args, arguments.ALLOWED_DOWNLOAD_ARGS)
        self._download(file_target(path), bucket, key, extra, callback)

    def download_fileobj(
        self,
        bucket: str,
        key: str,
        fileobj: Any,
        extra_args: Mapping[str, Any] | None = None,
        callback: Callback | None = None,
    ) -> None:
        """Download into a file-like object that takes bytes; it need not be seekable."""
        extra = self._checked(bucket, extra_args, arguments.ALLOWED_DOWNLOAD_ARGS)
        self._download(object_target(fileobj), bucket, key, extra, callback)

    def copy(
        self,
        copy_source: Mapping[str, str],
        bucket: str,
        key: str,
        extra_args: Mapping[str, Any] | None = None,
        callback: Callback | None = None,
        source_client: Any = None,
    ) -> None:
        """Copy an object; the service does it. ``source_client`` looks at the source, which may be elsewhere."""
        if not isinstance(copy_source, Mapping):
            raise TypeError(
                f'Expecting dictionary formatted: {{"Bucket": bucket_name, "Key": key}} but got {copy_source} '
                f"or type {type(copy_source)}."
            )
        extra = self._checked(bucket, extra_args, arguments.ALLOWED_COPY_ARGS)
        _check_bucket(copy_source.get("Bucket", ""))
        with self._crew() as crew:
            copy(
                self._client,
                source_client or self._client,
                crew,
                copy_source,
                bucket,
                key,
                extra,
                self._config,
                _heard(callback),
            )

    def _crew(self) -> Crew:
        return Crew(self._slots, bool(self._config.use_threads))

    def _checked(self, bucket: str, extra: Mapping[str, Any] | None, allowed: list[str]) -> dict[str, Any]:
        found = arguments.check_extra(extra, allowed)
        _check_bucket(bucket)
        return found

    def _upload(self, source: Source, bucket: str, key: str, extra: dict[str, Any], callback: Callback | None) -> None:
        with self._crew() as crew:
            made: dict[str, Any] = {"heard": _heard(callback), "digests": _digests(self._client)}
            bandwidth = self._bandwidth
            if bandwidth is not None:
                made["pace"] = lambda count: crew.pause(bandwidth.take(count))
                made["block"] = bandwidth.block
            upload(self._client, crew, source, bucket, key, extra, self._config, made)

    def _download(
        self, target: Target, bucket: str, key: str, extra: dict[str, Any], callback: Callback | None
    ) -> None:
        with self._crew() as crew:
            heard = _heard(callback)
            download(self._client, crew, target, bucket, key, extra, self._config, heard, self._bandwidth)


class ProgressCallbackInvoker:
    """Calls a callback with the bytes that have gone; for programs that give boto3's transfers one."""

    def __init__(self, callback: Callback) -> None:
        self._callback = callback

    def on_progress(self, bytes_transferred: int, **_: Any) -> None:
        """Tell of bytes that have gone."""
        self._callback(bytes_transferred)


def _heard(callback: Callback | None) -> Callable[[int], object]:
    return _nobody if callback is None else Progress(callback)


def _nobody(count: int) -> None:
    pass


def _digests(client: Any) -> tuple[str, ...]:
    """Return the digests that the bodies need beside each other: without TLS, the signature wants one of its own."""
    return ("crc32", "sha256") if client.meta.endpoint_url.startswith("http://") else ()


def _path(filename: Any) -> str:
    if not isinstance(filename, str | os.PathLike):
        raise ValueError("Filename must be a string or a path-like object")
    return os.fsdecode(filename)


def _check_bucket(bucket: Any) -> None:
    """Refuse what has no objects to transfer."""
    if isinstance(bucket, str) and ":s3-object-lambda:" in bucket:
        raise ValueError(
            "TransferManager methods do not support S3 Object Lambda resource. Use direct client calls instead."
        )
