"""Make a bucket hold what a folder holds: upload what is new or changed, delete what is gone.

``python s3_sync.py FOLDER BUCKET [--prefix backup/] [--delete] [--threads 8]``
"""

import argparse
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sotalia as boto3
from sotalia.s3.transfer import TransferConfig

PART = 8 * 1024 * 1024
CONFIG = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)


def etag_of(path: Path) -> str:
    """Return the ETag that S3 gives a file that is uploaded with CONFIG."""
    content = path.read_bytes()
    if len(content) < PART:
        return hashlib.md5(content, usedforsecurity=False).hexdigest()
    parts = [content[at : at + PART] for at in range(0, len(content), PART)]
    digests = b"".join(hashlib.md5(part, usedforsecurity=False).digest() for part in parts)
    return f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(parts)}"


def main() -> None:
    """Synchronize, and print what was done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("bucket")
    parser.add_argument("--prefix", default="")
    parser.add_argument("--delete", action="store_true", help="delete objects that are no files")
    parser.add_argument("--threads", type=int, default=8)
    given = parser.parse_args()

    s3 = boto3.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=given.bucket, Prefix=given.prefix)
    there = {item["Key"]: item["ETag"].strip('"') for page in pages for item in page.get("Contents", [])}
    files = {
        given.prefix + path.relative_to(given.folder).as_posix(): path
        for path in given.folder.rglob("*")
        if path.is_file()
    }
    changed = sorted(key for key, path in files.items() if there.get(key) != etag_of(path))
    gone = sorted(there.keys() - files.keys()) if given.delete else []

    with ThreadPoolExecutor(given.threads) as pool:
        list(pool.map(lambda key: s3.upload_file(str(files[key]), given.bucket, key, Config=CONFIG), changed))
    for start in range(0, len(gone), 1000):
        keys = [{"Key": key} for key in gone[start : start + 1000]]
        s3.delete_objects(Bucket=given.bucket, Delete={"Objects": keys, "Quiet": True})
    done = {"uploaded": changed, "deleted": gone, "unchanged": len(files) - len(changed)}
    print(json.dumps(done, indent=2))


if __name__ == "__main__":
    main()
