"""Sign requests with botocore, in a process of its own: JSON cases in, JSON results out."""

import datetime
import email.utils
import json
import sys
import time

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

gmtime = time.gmtime


def freeze(moment: str) -> None:
    """Make botocore's signers see one moment."""
    fixed = datetime.datetime.fromisoformat(moment)
    assert hasattr(botocore.auth, "get_current_datetime"), "this botocore has another clock"
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: (
        fixed.replace(tzinfo=None) if remove_tzinfo else fixed
    )
    time.time = fixed.timestamp
    time.gmtime = lambda seconds=None: fixed.utctimetuple() if seconds is None else gmtime(seconds)
    botocore.auth.formatdate = lambda **options: email.utils.formatdate(fixed.timestamp(), **options)


def sign(case: dict) -> dict:
    """Sign one case."""
    freeze(case["now"])
    request = AWSRequest(
        method=case["method"],
        url=case["url"],
        headers=case["headers"],
        data=case["form"] if case["form"] is not None else case["body"].encode("latin-1"),
        params=case["params"],
    )
    request.context["payload_signing_enabled"] = case["payload"] == "signed"
    if case["payload"] == "unsigned" and case["signer"] == "s3v4":
        from botocore.config import Config

        request.context["client_config"] = Config(s3={"payload_signing_enabled": False})
    if case["payload"] == "streaming-unsigned-trailer":
        request.context["payload_signing_enabled"] = True
        request.context["checksum"] = {"request_algorithm": {"in": "trailer", "algorithm": "crc32"}}
    if case.get("auth_path"):
        request.auth_path = case["auth_path"]
    if case.get("fields") is not None:
        request.context["s3-presign-post-fields"] = case["fields"]
        request.context["s3-presign-post-policy"] = case["policy"]
    options = {"expires": case["expires"]} if case["signer"].endswith("-query") else {}
    if "s3express" in case["signer"]:
        options["identity_cache"] = None
    cls = botocore.auth.AUTH_TYPE_MAPS[case["signer"]]
    scoped = not case["signer"].startswith(("v2", "v3", "s3-")) and case["signer"] != "s3"
    signer = cls(Credentials(*case["identity"]), *((case["service"], case["region"]) if scoped else ()), **options)
    signer.add_auth(request)
    return {
        "url": request.url,
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "params": request.params,
        "data": request.data if isinstance(request.data, dict) else None,
        "fields": request.context.get("s3-presign-post-fields"),
    }


if __name__ == "__main__":
    json.dump([sign(case) for case in json.load(sys.stdin)], sys.stdout)
