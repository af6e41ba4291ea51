"""One measurement of header signing in a fresh process, by one of three signers; prints one line of JSON.

It imports nothing of the package by a relative name, so that the Python of
another environment can run the file by its path.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

__all__ = ["main"]

KEYS = ("AKIDEXAMPLE", "k" * 40)
URL = "https://dynamodb.us-east-1.amazonaws.com/"
HEADERS = {"X-Amz-Target": "DynamoDB_20120810.GetItem", "Content-Type": "application/x-amz-json-1.0"}
BODY = b'{"TableName": "table", "Key": {"id": {"S": "x"}}}'
ROUNDS, COUNT = 7, 1500


def _sotalia() -> Callable[[], Any]:
    from sotalia.components.http import AWSRequest
    from sotalia.components.signers.table import SignerTable
    from sotalia.providers.credentials import ReadOnlyCredentials

    signer, identity = SignerTable()["v4"], ReadOnlyCredentials(*KEYS)

    def one() -> str:
        request = AWSRequest("POST", URL, HEADERS, BODY)
        signer.sign(request, identity, "dynamodb", "us-east-1", datetime.now(UTC))
        return str(request.headers["Authorization"])

    return one


def _botocore() -> Callable[[], Any]:
    from botocore.auth import SigV4Auth  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from botocore.awsrequest import AWSRequest  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from botocore.credentials import Credentials  # type: ignore[import-not-found,import-untyped,unused-ignore]

    signer = SigV4Auth(Credentials(*KEYS), "dynamodb", "us-east-1")

    def one() -> str:
        request = AWSRequest("POST", URL, HEADERS, BODY)
        signer.add_auth(request)
        return str(request.headers["Authorization"])

    return one


def _awscrt() -> Callable[[], Any]:
    import awscrt.auth as crt  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from awscrt.http import HttpHeaders, HttpRequest  # type: ignore[import-not-found,import-untyped,unused-ignore]

    provider = crt.AwsCredentialsProvider.new_static(*KEYS)
    fields = [("Host", "dynamodb.us-east-1.amazonaws.com"), *HEADERS.items()]

    def one() -> str:
        from hashlib import sha256

        config = crt.AwsSigningConfig(
            algorithm=crt.AwsSigningAlgorithm.V4,
            signature_type=crt.AwsSignatureType.HTTP_REQUEST_HEADERS,
            credentials_provider=provider,
            region="us-east-1",
            service="dynamodb",
            date=datetime.now(UTC),
            signed_body_value=sha256(BODY).hexdigest(),
        )
        request = HttpRequest("POST", "/", HttpHeaders(fields))
        signed = crt.aws_sign_request(request, config).result(20)
        return str(signed.headers.get("Authorization"))

    return one


_SIGNERS = {"sotalia": _sotalia, "botocore": _botocore, "awscrt": _awscrt}


def main(name: str) -> None:
    """Print the least CPU time of a signature over several rounds, in seconds, and the length of its header."""
    try:
        one = _SIGNERS[name]()
    except ImportError:
        print(json.dumps(None))
        return
    text = one()
    found = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(COUNT):
            one()
        found.append((time.process_time() - start) / COUNT)
    print(json.dumps({"cpu": min(found), "header": len(text)}))


if __name__ == "__main__":
    main(sys.argv[1])
