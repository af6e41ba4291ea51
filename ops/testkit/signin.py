"""A fake Sign-In service: CreateOAuth2Token with the refresh grant, bound to a DPoP key, with rotation.

``python -m sotalia.ops.testkit.signin`` prints its URL and serves; set
``AWS_ENDPOINT_URL_SIGNIN`` to it. Source: AWS Sign-In API reference, RFC 9449.
"""

import json
import threading
import time
from pathlib import Path
from typing import Any, ClassVar, Final, Unpack

from .alone import common_arguments, options_of, serve_until_stopped
from .dpop_check import ProofError, check_proof
from .families import Grant, InvalidGrantError, TokenFamilies
from .script import Reply, json_reply
from .server import FakeServer, ServerOptions
from .token_files import login_token_file, write_token_file

__all__ = ["FakeSignin"]

CLIENT_ID: Final = "arn:aws:signin:::devtools/same-device"


class FakeSignin(FakeServer):
    """Sign-In with sessions whose credentials live ``lifetime`` seconds (the service's own: 900).

    A session is bound to the key of its first proof. ``begin()`` makes a
    session and returns what the AWS CLI would write to its login cache,
    ``sign_in(home, login_session)`` writes it there.
    ``denied`` is the code of an ``AccessDeniedException`` that every call gets
    while it is set (``TOKEN_EXPIRED``, ``USER_CREDENTIALS_CHANGED``,
    ``INSUFFICIENT_PERMISSIONS``). Counts: ``CreateOAuth2Token``,
    ``refreshes``, ``invalid_grant``, ``reused``, ``bad_proof``, ``replayed``.
    """

    VARIABLES: ClassVar[tuple[str, ...]] = ("AWS_ENDPOINT_URL_SIGNIN",)

    def __init__(
        self,
        *,
        lifetime: float = 900.0,
        **options: Unpack[ServerOptions],
    ) -> None:
        super().__init__(**options)
        self.lifetime = lifetime
        self.families = TokenFamilies()
        self.denied: str | None = None
        self.refresh_tokens_seen: list[str] = []
        self.last_request: dict[str, Any] = {}
        self.last_headers: dict[str, str] = {}
        self._proofs: set[str] = set()
        self._bound: dict[int, str] = {}
        self._binding = threading.Lock()

    def begin(self, *, account_id: str = "123456789012") -> dict[str, Any]:
        """Begin a session with a new key and return the document of its login token file."""
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        grant = self.families.begin()
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.clock() + self.lifetime))
        return {
            "accessToken": {**_keys(grant), "accountId": account_id, "expiresAt": ends},
            "tokenType": "aws_sigv4",
            "clientId": CLIENT_ID,
            "refreshToken": grant.refresh_token,
            "idToken": "fake.id.token",
            "dpopKey": pem.decode(),
        }

    def sign_in(self, home: str | Path, login_session: str) -> Path:
        """Sign somebody in: ``begin()`` in the token file of a ``login_session``."""
        return write_token_file(login_token_file(home, login_session), self.begin())

    def respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Answer a call; ``/_begin`` and ``/_seen`` are for programs in other processes.

        They give what ``begin()`` does, and the refresh tokens that came so far.
        """
        if path == "/_begin":
            return json_reply(self.begin())
        if path == "/_seen":
            return json_reply({"refreshTokens": self.refresh_tokens_seen})
        if path != "/v1/token":
            return Reply(404)
        self.count("CreateOAuth2Token")
        self.last_headers = headers
        try:
            given = self.last_request = json.loads(body)
            proof = check_proof(headers.get("dpop", ""), method, f"{self.url}{path}", self.clock())
        except (ValueError, ProofError):
            self.count("bad_proof")
            return _error("ValidationException", "invalid_request", 400)
        with self._binding:
            replayed = proof.id in self._proofs
            self._proofs.add(proof.id)
        if replayed:
            self.count("replayed")
            return _error("ValidationException", "invalid_request", 400)
        if self.denied is not None:
            return _error("AccessDeniedException", self.denied, 401)
        if given.get("clientId") != CLIENT_ID or given.get("grantType") != "refresh_token":
            return _error("ValidationException", "unsupported_grant_type", 400)
        return self._refresh(str(given.get("refreshToken")), proof.thumbprint)

    def _refresh(self, token: str, thumbprint: str) -> Reply:
        self.refresh_tokens_seen.append(token)
        try:
            grant = self.families.rotate(token)
        except InvalidGrantError as error:
            self.count("invalid_grant")
            if error.reused:
                self.count("reused")
            return _error("AccessDeniedException", "TOKEN_EXPIRED", 401)
        with self._binding:
            bound = self._bound.setdefault(grant.family, thumbprint)
        if bound != thumbprint:
            self.count("bad_proof")
            return _error("AccessDeniedException", "TOKEN_EXPIRED", 401)
        self.count("refreshes")
        return json_reply(
            {
                "accessToken": _keys(grant),
                "tokenType": "aws_sigv4",
                "expiresIn": int(self.lifetime),
                "refreshToken": grant.refresh_token,
            }
        )


def _keys(grant: Grant) -> dict[str, str]:
    name = f"{grant.family}-{grant.number}"
    return {
        "accessKeyId": f"ASIALOGIN{grant.family:03}{grant.number:06}",
        "secretAccessKey": f"fake-login-secret-{name}",
        "sessionToken": f"fake-login-session-token-{name}",
    }


def _error(kind: str, code: str, status: int) -> Reply:
    return json_reply({"error": code, "message": "by order of the test"}, status, kind)


def main(arguments: list[str] | None = None) -> None:
    """Serve until stopped."""
    parser = common_arguments("A fake Sign-In service.")
    parser.set_defaults(lifetime=900.0)
    given = parser.parse_args(arguments)
    server = FakeSignin(
        lifetime=given.lifetime,
        **options_of(given),
    )
    serve_until_stopped(server, with_parent=given.with_parent)


if __name__ == "__main__":
    main()
