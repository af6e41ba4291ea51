"""The token file of ``aws login``: credentials, the refresh token that renews them, and the key that it is bound to."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..components.after_fork import import_whole
from ..components.errors import (
    BotoCoreError,
    ClientError,
    LoginError,
    LoginInsufficientPermissions,
    LoginRefreshRequired,
    LoginTokenLoadError,
)
from .cli_token_file import Document, TokenFile, TokenFileError, TokenRefusedError, cli_folder
from .credential_set import epoch_of, iso_of
from .dpop import DPoPKey
from .refresh_policy import advisory_window

__all__ = ["LoginToken", "login_token_file"]

FOLDER: Final = "~/.aws/login/cache"
_WAIT: Final = 30.0
_NEEDED: Final = ("accessToken", "clientId", "refreshToken", "dpopKey")
_KEYS: Final = ("accessKeyId", "secretAccessKey", "sessionToken", "expiresAt")
_REFUSALS: Final[Mapping[str, type[LoginError]]] = {
    "TOKEN_EXPIRED": LoginRefreshRequired,
    "USER_CREDENTIALS_CHANGED": LoginRefreshRequired,
    "INSUFFICIENT_PERMISSIONS": LoginInsufficientPermissions,
}

CreateClient = Callable[..., Any]
"""``create_client("signin", region_name=...)`` returns a client with ``create_oauth2_token`` and events."""


def login_token_file(environ: Mapping[str, str], session: str) -> TokenFile:
    """Return the file of a login session, where the AWS CLI has it."""
    import_whole("hashlib")
    from hashlib import sha256

    folder = environ.get("AWS_LOGIN_CACHE_DIRECTORY") or FOLDER
    return TokenFile(cli_folder(environ, folder), f"{sha256(session.strip().encode()).hexdigest()}.json")


class LoginToken:
    """The credentials in a login token file, renewed when they are about to end. Safe in threads and processes.

    ``fetch_credentials`` suits ``refresh_using``. ``reject`` names an access
    key that a service refused: it is not handed out again.
    """

    def __init__(
        self,
        session: str,
        file: TokenFile,
        create_client: CreateClient,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._session = session
        self._file = file
        self._create_client = create_client
        self._clock = clock
        self._rejected: tuple[str, ...] = ()
        self._given: str | None = None

    @property
    def path(self) -> str:
        """The path of the file."""
        return self._file.path

    def reject(self, access_key: str) -> None:
        """Hear that a service refused this key."""
        self._rejected = (*self._rejected, access_key)[-16:]

    def check(self) -> None:
        """Raise ``LoginTokenLoadError`` if the file is missing or broken; its credentials may be over."""
        self._load()

    def fetch_credentials(self) -> dict[str, Any]:
        """Return the set in the file, or the next one if that is about to end.

        Raises ``LoginRefreshRequired`` when somebody has to sign in again,
        ``LoginInsufficientPermissions``, ``LoginTokenLoadError``, ``LoginError``,
        and what the transport raises.
        """
        document = self._load()
        if not self._is_fresh(document):
            try:
                renewed = self._file.renew(self._is_fresh, self._exchange, wait=_WAIT)
            except (TokenFileError, TokenRefusedError, BotoCoreError, ClientError) as error:
                if not self._still_serves(document):
                    if isinstance(error, TokenRefusedError):
                        raise _REFUSALS.get(str(error), LoginError)() from None
                    if isinstance(error, TokenFileError):
                        raise LoginTokenLoadError(error_msg=str(error)) from None
                    raise
            else:
                assert renewed is not None  # with a wait it is there, or an error
                document = renewed
        found = document["accessToken"]
        self._given = str(found["accessKeyId"])
        return {
            "access_key": found["accessKeyId"],
            "secret_key": found["secretAccessKey"],
            "token": found["sessionToken"],
            "expiry_time": iso_of(_end_of(document)),
            "account_id": found.get("accountId"),
        }

    def _still_serves(self, document: Document) -> bool:
        """Whether the set in the file, not yet handed out here, is good for the time that its source is down."""
        key = document["accessToken"]["accessKeyId"]
        return self._clock() < _end_of(document) and key not in self._rejected and key != self._given

    def _is_fresh(self, document: Document) -> bool:
        if _fault_of(document) is not None or document["accessToken"]["accessKeyId"] in self._rejected:
            return False
        left = _end_of(document) - self._clock()
        return left > advisory_window(left)

    def _load(self) -> Document:
        try:
            document = self._file.read()
        except TokenFileError as error:
            raise LoginTokenLoadError(error_msg=str(error)) from None
        if document is None:
            raise LoginTokenLoadError(error_msg=f"there is no {self.path}; to sign in, run: aws login")
        fault = _fault_of(document)
        if fault is not None:
            raise LoginTokenLoadError(error_msg=f"{self.path} {fault}; to sign in again, run: aws login")
        return document

    def _exchange(self, document: Document) -> Document:
        fault = _fault_of(document)
        if fault is not None:
            raise LoginTokenLoadError(error_msg=f"{self.path} {fault}; to sign in again, run: aws login")
        try:
            key = DPoPKey(document["dpopKey"])
        except ValueError as error:
            raise LoginTokenLoadError(error_msg=f"dpopKey in {self.path}: {error}") from None
        given = {
            "clientId": document["clientId"],
            "refreshToken": document["refreshToken"],
            "grantType": "refresh_token",
        }
        client = self._create_client("signin", region_name=document.get("signInRegion") or None)
        client.meta.events.register("before-sign.signin.CreateOAuth2Token", self._prover(key))
        try:
            answer = client.create_oauth2_token(tokenInput=given)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "AccessDeniedException":
                raise TokenRefusedError(str(error.response.get("error"))) from None
            raise
        finally:
            client.close()
        return _next(document, answer, self._clock())

    def _prover(self, key: DPoPKey) -> Callable[..., None]:
        import_whole("uuid")
        from uuid import uuid4

        def prove(request: Any, **_: Any) -> None:
            del request.headers["DPoP"]
            request.headers["DPoP"] = key.proof(
                request.method, request.url, now=self._clock(), number=lambda: str(uuid4())
            )

        return prove


def _next(document: Document, answer: Mapping[str, Any], now: float) -> Document:
    """Return what the file holds after an exchange; keys that are not of it stay."""
    try:
        output = answer["tokenOutput"]
        keys = {name: str(output["accessToken"][name]) for name in ("accessKeyId", "secretAccessKey", "sessionToken")}
        ends = iso_of(int(now) + int(output["expiresIn"]))
        changed = {"refreshToken": str(output["refreshToken"])}
    except (KeyError, TypeError, ValueError):
        raise LoginTokenLoadError(error_msg="the sign-in service answered without a proper token") from None
    if output.get("tokenType") and "tokenType" in document:
        changed["tokenType"] = output["tokenType"]
    if output.get("idToken"):
        changed["idToken"] = output["idToken"]
    return {**document, **changed, "accessToken": {**document["accessToken"], **keys, "expiresAt": ends}}


def _fault_of(document: Document) -> str | None:
    """Return what is wrong with a document, without its values."""
    missing = [name for name in _NEEDED if not document.get(name)]
    token = document.get("accessToken")
    if isinstance(token, Mapping):
        missing += [f"accessToken.{name}" for name in _KEYS if not token.get(name)]
    elif token:
        return "has an accessToken that is no object"
    if missing:
        return f"lacks {', '.join(missing)}"
    try:
        epoch_of(token["expiresAt"])  # type: ignore[index] # it is there, by _KEYS
    except (ValueError, TypeError):
        return "has an accessToken.expiresAt that is no time"
    return None


def _end_of(document: Document) -> float:
    found = epoch_of(document["accessToken"]["expiresAt"])
    assert found is not None  # by _fault_of
    return found
