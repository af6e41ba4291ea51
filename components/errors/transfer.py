"""What goes wrong with the transfers of S3, under the names that users of boto3 catch."""

from .resources import Boto3Error

__all__ = [
    "RetriesExceededError",
    "S3CopyFailedError",
    "S3DownloadFailedError",
    "S3TransferFailedError",
    "S3UploadFailedError",
    "S3ValidationError",
]


class S3TransferFailedError(Boto3Error):
    """An object was not transferred."""


class S3UploadFailedError(S3TransferFailedError):
    """A file was not uploaded; the cause says why."""


class S3DownloadFailedError(S3TransferFailedError):
    """An object was not downloaded: it is not the one any more that it was when the download began."""


class S3CopyFailedError(S3TransferFailedError):
    """An object was not copied: it is not the one any more that it was when the copy began."""


class S3ValidationError(S3TransferFailedError):
    """The service answered with other bytes than those that were asked for."""


class RetriesExceededError(S3TransferFailedError):
    """A part of a download broke off as often as ``num_download_attempts`` allows; ``last_exception`` says how."""

    def __init__(self, last_exception: BaseException | None, msg: str = "Max Retries Exceeded") -> None:
        super().__init__(msg)
        self.last_exception = last_exception

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (None, self.args[0])
