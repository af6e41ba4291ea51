"""A fake SSO-OIDC: RegisterClient, StartDeviceAuthorization and CreateToken, with refresh tokens that rotate.

``python -m sotalia.ops.testkit.sso_oidc`` prints its URL and serves; set
``AWS_ENDPOINT_URL_SSO_OIDC`` to it. Source: IAM Identity Center OIDC API
reference, RFC 8628.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Final, Unpack

from .alone import common_arguments, options_of, serve_until_stopped
from .families import Grant, InvalidGrantError, TokenFamilies
from .script import Reply, json_reply
from .server import FakeServer, ServerOptions
from .token_files import sso_token_file, write_token_file

__all__ = ["FakeSSOOIDC"]

_DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"

_ERRORS: Final = {
    "access_denied": "AccessDeniedException",
    "authorization_pending": "AuthorizationPendingException",
    "expired_token": "ExpiredTokenException",
    "invalid_client": "InvalidClientException",
    "invalid_grant": "InvalidGrantException",
    "invalid_request": "InvalidRequestException",
    "slow_down": "SlowDownException",
    "unsupported_grant_type": "UnsupportedGrantTypeException",
}


class FakeSSOOIDC(FakeServer):
    """SSO-OIDC with sessions that live ``lifetime`` seconds per access token.

    A person approves a device after ``pending`` polls, with the error codes in
    ``device_errors`` (``slow_down``, ``access_denied``, ``expired_token``) given
    first, one per poll. ``families`` holds the sessions; ``begin()`` makes one
    without a person and returns what the AWS CLI would write to its cache,
    ``sign_in(home, name)`` writes it there.
    With ``reissue`` false the refresh grant returns no new refresh token.
    Counts: the operations, ``refreshes`` (exchanges that succeeded),
    ``invalid_grant`` and ``reused`` (a spent token came again).
    """

    VARIABLES: ClassVar[tuple[str, ...]] = ("AWS_ENDPOINT_URL_SSO_OIDC",)

    def __init__(
        self,
        *,
        lifetime: float = 3600.0,
        interval: int = 1,
        pending: int = 0,
        **options: Unpack[ServerOptions],
    ) -> None:
        super().__init__(**options)
        self.lifetime = lifetime
        self.interval = interval
        self.pending = pending
        self.reissue = True
        self.device_errors: list[str] = []
        self.families = TokenFamilies()
        self.refresh_tokens_seen: list[str] = []
        self.last_request: dict[str, Any] = {}
        self._polls: dict[str, int] = {}

    def begin(
        self, *, region: str = "us-east-1", start_url: str = "https://example.awsapps.com/start"
    ) -> dict[str, Any]:
        """Begin a session and return the document of its token file."""
        now, grant = self.clock(), self.families.begin()
        return {
            "startUrl": start_url,
            "region": region,
            "accessToken": grant.access_token,
            "expiresAt": _iso(now + self.lifetime),
            "clientId": "fake-client",
            "clientSecret": "fake-client-secret",
            "registrationExpiresAt": _iso(now + 90 * 86400),
            "refreshToken": grant.refresh_token,
        }

    def sign_in(self, home: str | Path, name: str) -> Path:
        """Sign somebody in: ``begin()`` in the token file of an ``sso-session``, or of a start URL."""
        start_url = {"start_url": name} if "://" in name else {}
        return write_token_file(sso_token_file(home, name), self.begin(**start_url))

    def respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Answer a call; ``/_begin`` and ``/_seen`` are for programs in other processes.

        They give what ``begin()`` does, and the refresh tokens that came so far.
        """
        if path == "/_begin":
            return json_reply(self.begin())
        if path == "/_seen":
            return json_reply({"refreshTokens": self.refresh_tokens_seen})
        try:
            given = json.loads(body)
        except ValueError:
            return _error("invalid_request")
        self.last_request = given
        if path == "/client/register":
            self.count("RegisterClient")
            ends = int(self.clock() + 90 * 86400)
            secret = "fake-client-secret"
            return json_reply(
                {
                    "clientId": "fake-client",
                    "clientSecret": secret,
                    "clientSecretExpiresAt": ends,
                    "clientIdIssuedAt": 1,
                }
            )
        if path == "/device_authorization":
            return self._start_device(given)
        if path == "/token":
            return self._create_token(given)
        return Reply(404)

    def _start_device(self, given: Mapping[str, Any]) -> Reply:
        number = self.count("StartDeviceAuthorization")
        if not given.get("startUrl"):
            return _error("invalid_request")
        self._polls[f"fake-device-{number}"] = 0
        return json_reply(
            {
                "deviceCode": f"fake-device-{number}",
                "userCode": "ABCD-EFGH",
                "verificationUri": f"{self.url}/device",
                "verificationUriComplete": f"{self.url}/device?user_code=ABCD-EFGH",
                "expiresIn": 600,
                "interval": self.interval,
            }
        )

    def _create_token(self, given: Mapping[str, Any]) -> Reply:
        self.count("CreateToken")
        if given.get("clientId") != "fake-client" or given.get("clientSecret") != "fake-client-secret":
            return _error("invalid_client", 401)
        if given.get("grantType") == "refresh_token":
            return self._refresh(str(given.get("refreshToken")))
        if given.get("grantType") != _DEVICE_GRANT:
            return _error("unsupported_grant_type")
        code = str(given.get("deviceCode"))
        if code not in self._polls:
            return _error("invalid_grant")
        if self.device_errors:
            return _error(self.device_errors.pop(0))
        self._polls[code] += 1
        if self._polls[code] <= self.pending:
            return _error("authorization_pending")
        del self._polls[code]
        return self._tokens(self.families.begin())

    def _refresh(self, token: str) -> Reply:
        self.refresh_tokens_seen.append(token)
        try:
            grant = self.families.rotate(token)
        except InvalidGrantError as error:
            self.count("invalid_grant")
            if error.reused:
                self.count("reused")
            return _error("invalid_grant")
        self.count("refreshes")
        return self._tokens(grant)

    def _tokens(self, grant: Grant) -> Reply:
        found: dict[str, Any] = {
            "accessToken": grant.access_token,
            "tokenType": "Bearer",
            "expiresIn": int(self.lifetime),
        }
        if self.reissue or grant.number == 1:
            found["refreshToken"] = grant.refresh_token
        return json_reply(found)


def _error(code: str, status: int = 400) -> Reply:
    return json_reply({"error": code, "error_description": "by order of the test"}, status, _ERRORS[code])


def _iso(epoch: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch))


def main(arguments: list[str] | None = None) -> None:
    """Serve until stopped."""
    parser = common_arguments("A fake SSO-OIDC.")
    parser.add_argument("--pending", type=int, default=0, help="polls before the device is approved")
    given = parser.parse_args(arguments)
    server = FakeSSOOIDC(
        lifetime=given.lifetime,
        pending=given.pending,
        **options_of(given),
    )
    serve_until_stopped(server, with_parent=given.with_parent)


if __name__ == "__main__":
    main()
