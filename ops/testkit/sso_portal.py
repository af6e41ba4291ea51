"""A fake SSO portal: GetRoleCredentials and Logout.

``python -m sotalia.ops.testkit.sso_portal`` prints its URL and serves; set
``AWS_ENDPOINT_URL_SSO`` to it. Source: IAM Identity Center portal API reference.
"""

from typing import ClassVar, Unpack
from urllib.parse import parse_qs, urlsplit

from .alone import common_arguments, options_of, serve_until_stopped
from .families import TokenFamilies
from .script import Reply, json_reply
from .server import FakeServer, ServerOptions

__all__ = ["FakeSSOPortal"]


class FakeSSOPortal(FakeServer):
    """The portal: a new set of role credentials for every GetRoleCredentials, of ``lifetime`` seconds.

    ``families`` says which access tokens are good (those of a ``FakeSSOOIDC``);
    without it every token is. ``unknown_roles`` are answered with
    ``ForbiddenException``. ``last_query`` and ``last_headers`` are those
    of the latest call. Counts: ``GetRoleCredentials``, ``Logout``,
    ``unauthorized``.
    """

    VARIABLES: ClassVar[tuple[str, ...]] = ("AWS_ENDPOINT_URL_SSO",)

    def __init__(
        self,
        *,
        families: TokenFamilies | None = None,
        lifetime: float = 3600.0,
        **options: Unpack[ServerOptions],
    ) -> None:
        super().__init__(**options)
        self.lifetime = lifetime
        self.families = families
        self.unknown_roles: set[str] = set()
        self.last_query: dict[str, str] = {}
        self.last_headers: dict[str, str] = {}

    def respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Answer a call."""
        address = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        token = headers.get("x-amz-sso_bearer_token", "")
        self.last_query, self.last_headers = query, headers
        operation = {"/federation/credentials": "GetRoleCredentials", "/logout": "Logout"}.get(address.path)
        if operation is None:
            return Reply(404)
        number = self.count(operation)
        if not token or (self.families is not None and not self.families.is_good(token)):
            self.count("unauthorized")
            return json_reply({"message": "Session token not found or invalid"}, 401, "UnauthorizedException")
        if operation == "Logout":
            if self.families is not None:
                self.families.revoke_access(token)
            return Reply()
        if query.get("role_name") in self.unknown_roles:
            return json_reply({"message": "No access"}, 403, "ForbiddenException")
        if not query.get("role_name") or not query.get("account_id"):
            return json_reply({"message": "Missing parameter"}, 400, "InvalidRequestException")
        return json_reply(
            {
                "roleCredentials": {
                    "accessKeyId": f"ASIASSO{number:09}",
                    "secretAccessKey": f"fake-sso-secret-{number}",
                    "sessionToken": f"fake-sso-session-token-{number}",
                    "expiration": int((self.clock() + self.lifetime) * 1000),
                }
            }
        )


def main(arguments: list[str] | None = None) -> None:
    """Serve until stopped."""
    given = common_arguments("A fake SSO portal.").parse_args(arguments)
    server = FakeSSOPortal(
        lifetime=given.lifetime,
        **options_of(given),
    )
    serve_until_stopped(server, with_parent=given.with_parent)


if __name__ == "__main__":
    main()
