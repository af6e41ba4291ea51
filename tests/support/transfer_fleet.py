"""Transfers in processes of their own."""

import hashlib
import io
import os
from pathlib import Path
from typing import Any

import sotalia
from sotalia.s3.transfer import S3Transfer, TransferConfig

CONFIG = TransferConfig(multipart_threshold=1000, multipart_chunksize=1000, max_concurrency=4)


def client(url: str) -> Any:
    session = sotalia.Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="k" * 40)
    config = sotalia.Config(s3={"addressing_style": "path"})
    return session.client("s3", region_name="us-east-1", endpoint_url=url, config=config)


def there_and_back(url: str, number: int, folder: str) -> str:
    """Upload 11 MiB of this process's own and download them, and what all share; return the digest of both."""
    made = client(url)
    data = os.urandom(1024) * (11 * 1024)
    made.upload_fileobj(io.BytesIO(data), "bucket", f"own-{number}")
    to = Path(folder, f"own-{number}")
    made.download_file("bucket", f"own-{number}", to)
    made.download_file("bucket", "shared", Path(folder, "shared"), Config=CONFIG)  # all to one file
    assert to.read_bytes() == data
    return hashlib.sha256(Path(folder, "shared").read_bytes()).hexdigest()


def in_a_child(manager: S3Transfer, to: str) -> int:
    """Fork, download in the child with what it was given, and return the child's status."""
    child = os.fork()
    if child == 0:
        try:
            manager.download_file("bucket", "shared", to)
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
