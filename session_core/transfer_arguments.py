"""Which of the extra arguments of a transfer there may be, and which of its calls takes them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

__all__ = [
    "ALLOWED_COPY_ARGS",
    "ALLOWED_DELETE_ARGS",
    "ALLOWED_DOWNLOAD_ARGS",
    "ALLOWED_UPLOAD_ARGS",
    "FULL_OBJECT_CHECKSUMS",
    "check_extra",
    "chosen",
    "of_source",
    "without",
]

_OBJECT: Final = [
    *("ACL", "CacheControl", "ChecksumAlgorithm", "ContentDisposition", "ContentEncoding", "ContentLanguage"),
    *("ContentType", "ExpectedBucketOwner", "Expires", "GrantFullControl", "GrantRead", "GrantReadACP"),
    *("GrantWriteACP", "Metadata", "ObjectLockLegalHoldStatus", "ObjectLockMode", "ObjectLockRetainUntilDate"),
    *("RequestPayer", "ServerSideEncryption", "StorageClass", "SSECustomerAlgorithm", "SSECustomerKey"),
    *("SSECustomerKeyMD5", "SSEKMSKeyId", "SSEKMSEncryptionContext", "Tagging", "WebsiteRedirectLocation"),
]
FULL_OBJECT_CHECKSUMS: Final = [
    *("ChecksumCRC32", "ChecksumCRC32C", "ChecksumCRC64NVME", "ChecksumMD5", "ChecksumSHA1", "ChecksumSHA256"),
    *("ChecksumSHA512", "ChecksumXXHASH3", "ChecksumXXHASH64", "ChecksumXXHASH128"),
]
ALLOWED_UPLOAD_ARGS: Final = [*_OBJECT, "ChecksumType", "MpuObjectSize", *FULL_OBJECT_CHECKSUMS]
ALLOWED_DOWNLOAD_ARGS: Final = [
    *("ChecksumMode", "VersionId", "SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5", "RequestPayer"),
    "ExpectedBucketOwner",
]
ALLOWED_COPY_ARGS: Final = [
    *_OBJECT,
    *("CopySourceIfMatch", "CopySourceIfModifiedSince", "CopySourceIfNoneMatch", "CopySourceIfUnmodifiedSince"),
    *("CopySourceSSECustomerAlgorithm", "CopySourceSSECustomerKey", "CopySourceSSECustomerKeyMD5"),
    *("MetadataDirective", "TaggingDirective", "AnnotationDirective"),
]
ALLOWED_DELETE_ARGS: Final = ["MFA", "VersionId", "RequestPayer", "ExpectedBucketOwner"]

_OF_SOURCE: Final = {
    **{name: name.removeprefix("CopySource") for name in ALLOWED_COPY_ARGS if name.startswith("CopySource")},
    "RequestPayer": "RequestPayer",
    "ExpectedBucketOwner": "ExpectedBucketOwner",
}


def check_extra(extra: Mapping[str, Any] | None, allowed: Iterable[str]) -> dict[str, Any]:
    """Return extra arguments as a dictionary; ``ValueError`` for one that this transfer does not take."""
    given = dict(extra or {})
    for name in given:
        if name not in allowed:
            raise ValueError(f"Invalid extra_args key '{name}', must be one of: {', '.join(allowed)}")
    return given


def chosen(extra: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return those of the arguments that are named."""
    return {name: extra[name] for name in names if name in extra}


def without(extra: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return the arguments without those that are named."""
    return {name: value for name, value in extra.items() if name not in names}


def of_source(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the arguments of a copy mean for a look at its source."""
    return {_OF_SOURCE[name]: value for name, value in extra.items() if name in _OF_SOURCE}
