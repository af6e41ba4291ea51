"""Policies and signed URLs of CloudFront by botocore, as JSON: reads cases, writes results."""

import datetime
import json
import sys
from typing import Any


def answer(signer_class: Any, case: dict[str, Any]) -> list[str]:
    """Return the canned URL, the policy and the URL of that policy for one case."""

    def time(name: str) -> datetime.datetime | None:
        return None if case[name] is None else datetime.datetime.fromisoformat(case[name])

    signer = signer_class(case["key_id"], lambda message: bytes(255 - byte for byte in message))
    policy = signer.build_policy(case["resource"], time("until"), time("since"), case["address"])
    return [
        signer.generate_presigned_url(case["url"], date_less_than=time("until")),
        policy,
        signer.generate_presigned_url(case["url"], policy=policy),
    ]


if __name__ == "__main__":
    from botocore.signers import CloudFrontSigner

    json.dump([answer(CloudFrontSigner, case) for case in json.load(sys.stdin)], sys.stdout)
