"""One process of ``sotalia bench --integrity``, for ``sotalia`` or ``boto3``: writes its figures as JSON.

``python bench_integrity_worker.py LIBRARY URL CA`` puts 64 MiB to a server that
throws them away, and computes every checksum that the library has.
"""

import importlib
import io
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

SIZE = 64 << 20
_BLOCK = 1 << 20
_ALGORITHMS = ("crc32", "crc32c", "crc64nvme", "sha1", "sha256", "sha512", "md5")
_SECONDS = 0.3


def _makers(library: str) -> dict[str, Callable[[], Any]]:
    if library == "boto3":
        classes = importlib.import_module("botocore.httpchecksum")._CHECKSUM_CLS
        return {name: classes[name] for name in _ALGORITHMS if name in classes}
    algorithms = importlib.import_module("sotalia.components.checksums.algorithms")
    return {name: partial(algorithms.new_checksum, name) for name in _ALGORITHMS}


def _checksum(make: Callable[[], Any]) -> float:
    """Return MB per second of CPU time."""
    block = bytes(range(256)) * (_BLOCK // 256)
    checksum = make()
    checksum.update(block)
    done, began = 0, time.process_time()
    while (spent := time.process_time() - began) < _SECONDS:
        checksum.update(block)
        done += len(block)
    checksum.digest()
    return done / spent / 1e6


def _put(library: str, url: str, ca: str, **params: Any) -> dict[str, float]:
    """Return the CPU and the wall time of the second of two puts."""
    config = importlib.import_module("botocore.config" if library == "boto3" else "sotalia.config").Config
    client = importlib.import_module(library).client(
        "s3",
        endpoint_url=url,
        verify=ca or None,
        region_name="us-east-1",
        aws_access_key_id="AKID",
        aws_secret_access_key="secret",
        config=config(s3={"addressing_style": "path"}, request_checksum_calculation="when_supported"),
    )
    body = io.BytesIO(bytes(SIZE))
    client.put_object(Bucket="b", Key="k", Body=io.BytesIO(b"first"), **params)
    cpu, wall = time.process_time(), time.perf_counter()
    client.put_object(Bucket="b", Key="k", Body=body, **params)
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}


def main(library: str, plain: str, tls: str, ca: str) -> dict[str, Any]:
    """Return all figures of a library."""
    return {
        "checksums": {name: _checksum(make) for name, make in _makers(library).items()},
        "signed, http": _put(library, plain, ""),
        "CRC32 in a trailer, https": _put(library, tls, ca),
        "SHA256 in a trailer, https": _put(library, tls, ca, ChecksumAlgorithm="SHA256"),
    }


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:]), sys.stdout)
