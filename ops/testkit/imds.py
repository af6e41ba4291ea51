"""A fake EC2 instance metadata service: version 2, and 1 if wanted.

``python -m sotalia.ops.testkit.imds --rate 20 --latency 0.02`` prints its URL
and serves; set ``AWS_EC2_METADATA_SERVICE_ENDPOINT`` to it. Source: EC2 user
guide, instance metadata.
"""

from typing import ClassVar, Unpack

from .alone import common_arguments, options_of, serve_until_stopped
from .rotating import RotatingOptions, RotatingServer
from .script import Reply

__all__ = ["FakeIMDS"]

_ROLES = "/latest/meta-data/iam/security-credentials/"
_EXTENDED = "/latest/meta-data/iam/security-credentials-extended/"


class FakeIMDS(RotatingServer):
    """IMDS with one role.

    ``token_status`` is what the token request is answered with; ``allow_v1``
    lets requests without a token through, ``extended`` answers on the extended
    path as well. ``role`` ``None`` means that none is attached.
    ``forget_tokens()`` refuses the tokens that were given out. Counts:
    ``token``, ``tokens_issued``, ``role``, ``credentials``, ``unauthorized``,
    ``sets`` issued.
    """

    VARIABLES: ClassVar[tuple[str, ...]] = ("AWS_EC2_METADATA_SERVICE_ENDPOINT",)

    def __init__(
        self,
        *,
        role: str | None = "fleet-role",
        token_status: int = 200,
        allow_v1: bool = False,
        extended: bool = True,
        **options: Unpack[RotatingOptions],
    ) -> None:
        super().__init__(**options)
        self.role = role
        self.token_status = token_status
        self.allow_v1 = allow_v1
        self.extended = extended
        self._tokens: set[str] = set()

    def environ(self) -> dict[str, str]:
        """Return the variable that leads here, and the one that allows the metadata service."""
        return {**super().environ(), "AWS_EC2_METADATA_DISABLED": "false"}

    def respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Answer a request."""
        if path == "/latest/api/token":
            return self._token(method, headers)
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
        return self.credentials("imds", Code="Success") if name == self.role else Reply(404)

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


def main(arguments: list[str] | None = None) -> None:
    """Serve until stopped."""
    parser = common_arguments("A fake EC2 instance metadata service.")
    parser.add_argument("--role", default="fleet-role")
    parser.add_argument("--rotate-every", type=float, default=None, help="seconds until a new set is given out")
    parser.add_argument("--allow-v1", action="store_true", help="answer requests without a token")
    given = parser.parse_args(arguments)
    server = FakeIMDS(
        role=given.role,
        allow_v1=given.allow_v1,
        lifetime=given.lifetime,
        rotate_every=given.rotate_every,
        **options_of(given),
    )
    serve_until_stopped(server, with_parent=given.with_parent)


if __name__ == "__main__":
    main()
