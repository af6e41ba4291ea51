"""A fake STS: AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity over the query protocol, counted.

``python -m sotalia.ops.testkit.sts`` prints its URL and serves; set
``AWS_ENDPOINT_URL_STS`` to it. Signatures are not checked, but access keys can
be refused as expired, and a wrong clock is. Source: STS API reference.
"""

from collections.abc import Container, Iterable
from datetime import UTC, datetime
from typing import ClassVar, Unpack
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from .alone import common_arguments, options_of, serve_until_stopped
from .script import Reply
from .server import FakeServer, ServerOptions

__all__ = ["FakeSTS"]

_ASSUME = ("AssumeRole", "AssumeRoleWithWebIdentity")
_TOLERANCE = 300.0
_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


class FakeSTS(FakeServer):
    """STS that gives a new set to every AssumeRole and AssumeRoleWithWebIdentity.

    ``failure`` is a pair of an error code and an HTTP status that every call is
    answered with while it is set. ``last_parameters`` are those of the latest
    call. ``refused`` are the access key ids that are answered with
    ``ExpiredToken``; a request that was signed more than ``tolerance`` seconds
    (five minutes) off by ``clock`` is answered with ``RequestTimeTooSkewed``. A web identity token
    must come without a signature. ``body``, when set, is what every successful
    call is answered with. Counts: ``AssumeRole``, ``AssumeRoleWithWebIdentity``,
    ``GetCallerIdentity``, ``other``, ``refused``, ``skewed``.
    """

    VARIABLES: ClassVar[tuple[str, ...]] = ("AWS_ENDPOINT_URL_STS",)
    THROTTLE_STATUS: ClassVar[int] = 503

    def __init__(
        self,
        *,
        lifetime: float = 3600.0,
        refused: Iterable[str] = (),
        tolerance: float = _TOLERANCE,
        **options: Unpack[ServerOptions],
    ) -> None:
        super().__init__(**options)
        self.lifetime = lifetime
        self.refused: Container[str] = frozenset(refused)
        self.tolerance = tolerance
        self.failure: tuple[str, int] | None = None
        self.body: bytes | None = None
        self.last_parameters: dict[str, str] = {}
        self.last_authorization: str = ""

    def respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Answer a call."""
        parameters = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        self.last_parameters = parameters
        self.last_authorization = authorization = headers.get("authorization", "")
        action = parameters.get("Action", "")
        number = self.count(action if action in (*_ASSUME, "GetCallerIdentity") else "other")
        if self.failure is not None:
            return _error(*self.failure)
        if authorization.partition("Credential=")[2].partition("/")[0] in self.refused:
            self.count("refused")
            return _error("ExpiredToken", 403)
        if self._is_skewed(headers.get("x-amz-date", "")):
            self.count("skewed")
            return _error("RequestTimeTooSkewed", 403)
        if self.body is not None:
            return Reply(body=self.body, content_type="text/xml")
        if action in _ASSUME:
            if action != "AssumeRole" and (authorization or not parameters.get("WebIdentityToken")):
                return _error("ValidationError", 400)
            return self._assume_role(action, parameters, number)
        if action == "GetCallerIdentity":
            arn = "arn:aws:sts::123456789012:assumed-role/fake/session"
            return _answer(action, f"<Arn>{arn}</Arn><UserId>AROAFAKE</UserId><Account>123456789012</Account>")
        return _error("InvalidAction", 400)

    def _is_skewed(self, date: str) -> bool:
        """Whether a request was signed more than five minutes off, by the clock of this service."""
        if not date:
            return False
        signed = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
        return abs(signed - self.clock()) > self.tolerance

    def _assume_role(self, action: str, parameters: dict[str, str], number: int) -> Reply:
        arn, session = parameters.get("RoleArn", ""), parameters.get("RoleSessionName", "")
        parts = arn.split(":")
        if len(parts) < 6 or not session:
            return _error("ValidationError", 400)
        lifetime = float(parameters.get("DurationSeconds") or self.lifetime)
        expires = datetime.fromtimestamp(self.clock() + lifetime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        name = escape(f"{parts[5].rpartition('/')[2]}/{session}")
        return _answer(
            action,
            f"<AssumedRoleUser><AssumedRoleId>AROAFAKE:{escape(session)}</AssumedRoleId>"
            f"<Arn>arn:aws:sts::{escape(parts[4])}:assumed-role/{name}</Arn></AssumedRoleUser>"
            f"<Credentials><AccessKeyId>ASIASTS{number:09}</AccessKeyId>"
            f"<SecretAccessKey>fake-sts-secret-{number}</SecretAccessKey>"
            f"<SessionToken>fake-sts-session-token-{number}</SessionToken>"
            f"<Expiration>{expires}</Expiration></Credentials>",
        )


def _answer(action: str, result: str) -> Reply:
    text = (
        f'<{action}Response xmlns="{_NAMESPACE}"><{action}Result>{result}</{action}Result>'
        f"<ResponseMetadata><RequestId>fake</RequestId></ResponseMetadata></{action}Response>"
    )
    return Reply(body=text.encode(), content_type="text/xml")


def _error(code: str, status: int) -> Reply:
    text = (
        f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>Sender</Type><Code>{escape(code)}</Code>'
        f"<Message>by order of the test</Message></Error><RequestId>fake</RequestId></ErrorResponse>"
    )
    return Reply(status, text.encode(), "text/xml")


def main(arguments: list[str] | None = None) -> None:
    """Serve until stopped."""
    parser = common_arguments("A fake STS.")
    parser.add_argument("--refuse", action="append", default=[], help="an access key id that has expired")
    given = parser.parse_args(arguments)
    server = FakeSTS(lifetime=given.lifetime, refused=given.refuse, **options_of(given))
    serve_until_stopped(server, with_parent=given.with_parent)


if __name__ == "__main__":
    main()
