"""Sign requests with botocore, in a process of its own: JSON cases in, JSON results out."""

import datetime
import json
import sys

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def freeze(moment: str) -> None:
    """Make botocore's signers see one moment."""
    fixed = datetime.datetime.fromisoformat(moment)
    assert hasattr(botocore.auth, "get_current_datetime"), "this botocore has another clock"
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: (
        fixed.replace(tzinfo=None) if remove_tzinfo else fixed
    )


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
    options = {"expires": case["expires"]} if case["signer"].endswith("-query") else {}
    signer = botocore.auth.AUTH_TYPE_MAPS[case["signer"]](
        Credentials(*case["identity"]), case["service"], case["region"], **options
    )
    signer.add_auth(request)
    return {"url": request.url, "headers": {name.lower(): value for name, value in request.headers.items()}}


if __name__ == "__main__":
    json.dump([sign(case) for case in json.load(sys.stdin)], sys.stdout)
