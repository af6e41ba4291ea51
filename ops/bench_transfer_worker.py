"""One transfer in a fresh process, with sotalia or with boto3; prints one line of JSON.

It imports nothing of the package by a relative name, so that the Python of
another environment can run the file by its path.
"""

import importlib
import io
import json
import os
import resource
import sys
import time

__all__ = ["main"]

KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "k" * 40, "region_name": "us-east-1"}


def main() -> None:
    """Transfer ``BENCH_SIZE`` bytes, ``BENCH_FILE`` ``up`` or ``BENCH_OUT`` ``down``; print rates, seconds and MiB."""
    library, way = sys.argv[1:]
    sdk = importlib.import_module(library)
    config = importlib.import_module("botocore.config" if library == "boto3" else f"{library}.config").Config(
        # As towards AWS: sotalia's default towards a server that is not AWS's is to send what is required.
        request_checksum_calculation="when_supported",
        response_checksum_validation="when_supported",
    )
    path, out, size = os.environ["BENCH_FILE"], os.environ["BENCH_OUT"], int(os.environ["BENCH_SIZE"])
    client = sdk.client(
        "s3", endpoint_url=os.environ["BENCH_URL"], verify=os.environ.get("BENCH_CA") or None, config=config, **KEYS
    )
    client.upload_fileobj(io.BytesIO(b"hello"), "bucket", "key")  # what is made at a first call is measured elsewhere
    begin, cpu = time.monotonic(), time.process_time()
    if way == "up":
        client.upload_file(path, "bucket", "key")
    else:
        client.download_file("bucket", "key", out)
    cpu, wall = time.process_time() - cpu, time.monotonic() - begin
    if way == "down":
        assert os.path.getsize(out) == size
        os.unlink(out)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = size / 1e6
    print(json.dumps({"cpu": cpu, "wall": rate / wall, "efficiency": rate / cpu, "memory": memory}))


if __name__ == "__main__":
    main()
