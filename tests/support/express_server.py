"""S3 Express on loopback: gives sessions out, answers who signed, and refuses the sessions that it is told to."""

import urllib.parse
from datetime import UTC, datetime
from typing import Any

from sotalia import Session
from sotalia.ops.testkit import FakeServer, Reply

BUCKET = "bucket--usw2-az1--x-s3"

_SESSION = (
    '<CreateSessionResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Credentials><AccessKeyId>{key}'
    "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>token-{key}</SessionToken>"
    "<Expiration>{end}</Expiration></Credentials></CreateSessionResult>"
)
_EXPIRED = "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>"


class ExpressServer(FakeServer):
    """Answers ``CreateSession`` with keys by number, and anything else with the key that signed it."""

    def __init__(self, lifetime: float = 300.0, **options: Any) -> None:
        super().__init__(**options)
        self.lifetime = lifetime
        self.refused: set[str] = set()
        self.gives_none = False

    def respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Answer a request."""
        credential = headers.get("authorization", "").partition("Credential=")[2]
        key = credential.partition("/")[0]
        parts = urllib.parse.urlsplit(path)
        if "session" in parts.query.split("&"):
            assert key == "AKID"
            if self.gives_none:
                self.count("without a session")
                return Reply(503)
            number = self.count("sessions")
            end = datetime.fromtimestamp(self.clock() + self.lifetime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            return Reply(body=_SESSION.format(key=f"SESSION{number}", end=end).encode(), content_type="application/xml")
        self.count("objects")
        if key in self.refused:
            return Reply(400, _EXPIRED.encode(), "application/xml")
        token = headers.get("x-amz-s3session-token", "")
        return Reply(body=f"{key} {token} {credential.split('/')[3]}".encode(), content_type="text/plain")


def read_once(url: str, folder: str, barrier: Any, results: Any) -> None:
    """Read an object in a process of a fleet, started with all the others, and put who signed."""
    try:
        session = Session("AKID", "secret", region_name="us-west-2")
        session.set_config_variable("credential_cache_location", folder)
        client = session.client("s3", endpoint_url=url)
        barrier.wait(60)
        results.put(client.get_object(Bucket=BUCKET, Key="key")["Body"].read().decode())
    except BaseException as error:
        results.put(f"{type(error).__name__}: {error}")
