"""A fake EC2 instance metadata service (version 2, and 1 if wanted) that also plays a container's endpoint.

``python -m sotalia.ops.fake_imds --rate 20 --latency 0.02`` prints its URL and
serves until it is told to stop; ``/_stats`` counts what was asked for.
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from .fake_server import FakeServer, Reply, common_arguments, serve_until_stopped

__all__ = ["FakeIMDS"]

_ROLES = "/latest/meta-data/iam/security-credentials/"
_EXTENDED = "/latest/meta-data/iam/security-credentials-extended/"


class FakeIMDS(FakeServer):
    """IMDS with one role.

    A set lives ``lifetime`` seconds and is replaced by a new one when it is
    asked for after ``rotate_every`` seconds (a quarter of the lifetime unless
    given). ``token_status`` is what the token request is answered with;
    ``allow_v1`` lets requests without a token through, ``extended`` answers on
    the extended path as well. ``role`` ``None`` means
    that none is attached. ``container_token``, when set, must come as
    ``Authorization`` with a request of ``/container``. ``prefix`` begins all
    access key ids. Counts: ``token``, ``role``, ``credentials``, ``container``,
    ``unauthorized``, ``sets`` issued.
    """

    def __init__(
        self,
        *,
        role: str | None = "fleet-role",
        lifetime: float = 3600.0,
        rotate_every: float | None = None,
        token_status: int = 200,
        allow_v1: bool = False,
        extended: bool = True,
        container_token: str | None = None,
        account_id: str = "123456789012",
        prefix: str = "ASIAFAKE",
        port: int = 0,
        rate: float | None = None,
        latency: float = 0.0,
        throttle_status: int = 429,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(port=port, rate=rate, latency=latency, throttle_status=throttle_status, clock=clock)
        self.role = role
        self.lifetime = lifetime
        self.rotate_every = lifetime / 4 if rotate_every is None else rotate_every
        self.token_status = token_status
        self.allow_v1 = allow_v1
        self.extended = extended
        self.container_token = container_token
        self.account_id = account_id
        self.prefix = prefix
        self.credentials_body: bytes | None = None
        self._issued: tuple[int, float] = (0, float("-inf"))
        self._tokens: set[str] = set()

    def respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Answer as IMDS, or below ``/container`` as the endpoint of a container."""
        if path == "/latest/api/token":
            return self._token(method, headers)
        if path.startswith("/container"):
            self.count("container")
            if self.container_token is not None and headers.get("authorization") != self.container_token:
                self.count("unauthorized")
                return Reply(401)
            return self._credentials()
        token = headers.get("x-aws-ec2-metadata-token")
        if token not in self._tokens and (token is not None or not self.allow_v1):
            self.count("unauthorized")
            return Reply(401)
        prefix = _EXTENDED if self.extended and path.startswith(_EXTENDED) else _ROLES
        if not path.startswith(prefix) or self.role is None:
            return Reply(404)
        name = path[len(prefix) :]
        if not name:
            self.count("role")
            return Reply(body=self.role.encode())
        self.count("credentials")
        return self._credentials() if name == self.role else Reply(404)

    def forget_tokens(self) -> None:
        """Refuse every token that was given out so far."""
        self._tokens.clear()

    def _token(self, method: str, headers: dict[str, str]) -> Reply:
        self.count("token")
        if method != "PUT":
            return Reply(405)
        if self.token_status != 200:
            return Reply(self.token_status)
        seconds = headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
        if not seconds.isdigit() or not 1 <= int(seconds) <= 21600 or "x-forwarded-for" in headers:
            return Reply(400)
        token = f"fake-imds-token-{self.count('tokens_issued')}"
        self._tokens.add(token)
        return Reply(body=token.encode(), headers=(("x-aws-ec2-metadata-token-ttl-seconds", seconds),))

    def _credentials(self) -> Reply:
        if self.credentials_body is not None:
            return Reply(body=self.credentials_body, content_type="application/json")
        return Reply(body=json.dumps(self._document()).encode(), content_type="application/json")

    def _document(self) -> dict[str, Any]:
        with self._lock:
            number, since = self._issued
            now = self.clock()
            if now >= since + self.rotate_every:
                number, since = self._issued = (number + 1, now)
                self._counts["sets"] += 1
        text = {
            "Code": "Success",
            "LastUpdated": _iso(since),
            "Type": "AWS-HMAC",
            "AccessKeyId": f"{self.prefix}{number:08}",
            "SecretAccessKey": f"fake-imds-secret-{number}",
            "Token": f"fake-imds-session-token-{number}",
            "Expiration": _iso(since + self.lifetime),
        }
        return {**text, "AccountId": self.account_id}


def _iso(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def main(arguments: list[str] | None = None) -> None:
    """Serve until stopped."""
    parser = common_arguments("A fake EC2 instance metadata service.")
    parser.add_argument("--role", default="fleet-role")
    parser.add_argument("--rotate-every", type=float, default=None, help="seconds until a new set is given out")
    parser.add_argument("--allow-v1", action="store_true", help="answer requests without a token")
    given = parser.parse_args(arguments)
    serve_until_stopped(
        FakeIMDS(
            role=given.role,
            lifetime=given.lifetime,
            rotate_every=given.rotate_every,
            allow_v1=given.allow_v1,
            port=given.port,
            rate=given.rate,
            latency=given.latency,
            throttle_status=given.throttle_status,
        ),
        with_parent=given.with_parent,
    )


if __name__ == "__main__":
    main()
