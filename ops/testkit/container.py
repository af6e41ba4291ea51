"""A fake endpoint of a container's credentials: an ECS task's (relative or full URI), or EKS Pod Identity's.

``python -m sotalia.ops.testkit.container`` prints its URL and serves; set
``AWS_CONTAINER_CREDENTIALS_FULL_URI`` to it, with ``--path`` at its end. Source:
AWS SDKs reference guide, container credential provider.
"""

from pathlib import Path
from typing import ClassVar, Final, Unpack

from .alone import common_arguments, options_of, serve_until_stopped
from .rotating import RotatingOptions, RotatingServer
from .script import Reply, json_reply

__all__ = ["FakeContainerEndpoint"]

_FULL_URI: Final = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
_RELATIVE_URI: Final = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
_TOKEN: Final = "AWS_CONTAINER_AUTHORIZATION_TOKEN"


class FakeContainerEndpoint(RotatingServer):
    """The credentials of one task or pod at ``path``, with or without a query.

    ``token`` must come as ``Authorization``; with ``token_file`` it is what
    that file holds now, so rotation is: write the file. ``role_arn`` is in the
    document, as ECS has it. ``last_authorization`` is that of the latest
    request. Counts: ``credentials``, ``unauthorized``, ``sets`` issued.
    """

    VARIABLES: ClassVar[tuple[str, ...]] = (_FULL_URI,)

    def __init__(
        self,
        *,
        path: str = "/credentials",
        token: str | None = None,
        token_file: str | Path | None = None,
        role_arn: str = "arn:aws:iam::123456789012:role/fleet-task",
        **options: Unpack[RotatingOptions],
    ) -> None:
        super().__init__(**options)
        self.path = path
        self.token = token
        self.token_file = None if token_file is None else Path(token_file)
        self.role_arn = role_arn
        self.last_authorization: str | None = None

    @property
    def uri(self) -> str:
        """The full URI of the credentials."""
        return self.url + self.path

    def environ(self, *, relative: bool = False) -> dict[str, str]:
        """Return the variables that ECS or EKS sets.

        ``relative`` gives the relative URI of ECS, which every SDK looks for at
        ``169.254.170.2``, port 80: for a fake with that ``host``, in a network
        namespace that has the address.
        """
        found = {_RELATIVE_URI: self.path} if relative else {_FULL_URI: self.uri}
        if self.token_file is not None:
            found[f"{_TOKEN}_FILE"] = str(self.token_file)
        elif self.token is not None:
            found[_TOKEN] = self.token
        return found

    def respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Answer a request."""
        if method != "GET" or path.partition("?")[0] != self.path:
            return json_reply({"message": "no such task"}, 404)
        self.count("credentials")
        self.last_authorization = given = headers.get("authorization")
        wanted = self.token if self.token_file is None else self.token_file.read_text("utf-8").strip()
        if wanted is not None and given != wanted:
            self.count("unauthorized")
            return json_reply({"message": "the token is not good"}, 401)
        return self.credentials("container", RoleArn=self.role_arn)


def main(arguments: list[str] | None = None) -> None:
    """Serve until stopped."""
    parser = common_arguments("A fake endpoint of a container's credentials.")
    parser.add_argument("--path", default="/credentials")
    parser.add_argument("--token-file", default=None, help="a file with the token that must come")
    parser.add_argument("--rotate-every", type=float, default=None, help="seconds until a new set is given out")
    given = parser.parse_args(arguments)
    server = FakeContainerEndpoint(
        path=given.path,
        token_file=given.token_file,
        lifetime=given.lifetime,
        rotate_every=given.rotate_every,
        **options_of(given),
    )
    serve_until_stopped(server, with_parent=given.with_parent)


if __name__ == "__main__":
    main()
