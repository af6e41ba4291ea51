"""``sotalia.s3.transfer``: transfers of objects of S3, under the names that users of boto3 import."""

from ..components.errors import ClientError, RetriesExceededError, S3UploadFailedError
from ..session_core.transfer_config import KB, MB, TransferConfig
from ..session_core.transfer_manager import ProgressCallbackInvoker, S3Transfer

__all__ = [
    "KB",
    "MB",
    "ClientError",
    "ProgressCallbackInvoker",
    "RetriesExceededError",
    "S3Transfer",
    "S3UploadFailedError",
    "TransferConfig",
]
