"""What the modules of cases of S3 share; see ``customization_player``."""

import io
from typing import Any

from customization_player import Answer, Case

QUIET = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
"""No checksums: they have tests of their own."""
OBJECT = {"Bucket": "bucket", "Key": "key"}
ACCOUNT = "123456789012"
ACCESS_POINT = f"arn:aws:s3:us-west-2:{ACCOUNT}:accesspoint/mine"
PART = {**OBJECT, "UploadId": "u", "PartNumber": 1}
COPIED = {**OBJECT, "CopySource": "a/b"}
OPTIONS: dict[str, dict[str, Any]] = {
    "usual": {},
    "path": {"s3": {"addressing_style": "path"}},
    "virtual": {"s3": {"addressing_style": "virtual"}},
    "auto": {"s3": {"addressing_style": "auto"}},
    "accelerate": {"s3": {"use_accelerate_endpoint": True}},
    "accelerate dual": {"s3": {"use_accelerate_endpoint": True, "use_dualstack_endpoint": True}},
    "dual": {"use_dualstack_endpoint": True},
    "dual path": {"use_dualstack_endpoint": True, "s3": {"addressing_style": "path"}},
    "s3 dual": {"s3": {"use_dualstack_endpoint": True}},
    "fips": {"use_fips_endpoint": True},
    "fips dual": {"use_fips_endpoint": True, "use_dualstack_endpoint": True},
    "regional": {"s3": {"us_east_1_regional_endpoint": "regional"}},
    "no arn region": {"s3": {"use_arn_region": False}},
    "payload signed": {"s3": {"payload_signing_enabled": True}},
    "payload unsigned": {"s3": {"payload_signing_enabled": False}},
}
XML = {"content-type": "application/xml"}


def error(code: str, status: int = 400, more: str = "", headers: dict[str, str] | None = None) -> Answer:
    """Return an error of S3."""
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>no</Message>{more}</Error>'
    return status, {**XML, **(headers or {})}, body.encode()


def body(text: str) -> Answer:
    """Return an answer of S3."""
    return 200, XML, text.encode()


def get(of: str, params: Any = OBJECT, method: str = "get_object", **more: Any) -> Case:
    """Return a case without checksums."""
    config = {**QUIET, **more.pop("config", {})}
    return Case(of, "s3", method, params, config=config, **more)


def stream() -> dict[str, Any]:
    """Return the parameters of a put that begins within its stream."""
    file = io.BytesIO(b"0123456789")
    return {**OBJECT, "Body": file}
