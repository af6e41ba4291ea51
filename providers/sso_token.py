"""The access token of a single sign-on session: cached by the AWS CLI, renewed here when it is about to end."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from ..components.after_fork import import_whole, renew_in_child
from ..components.errors import BotoCoreError, ClientError, SSOTokenLoadError, TokenExpiredError, TokenRetrievalError
from ..components.log_events import TOKEN_REFRESH_FAILED, TOKEN_REFRESHED
from ..components.logging import get_logger
from ..components.private_folder import FileVersion
from ..components.timestamps import parse_timestamp
from .auth_token import FrozenAuthToken
from .cli_token_file import Document, TokenFile, TokenFileError, TokenRefusedError, cli_folder
from .credential_set import iso_of
from .resolver import describe_error
from .sso_config import SSOSession

__all__ = ["SSOToken", "sso_token_file"]

FOLDER: Final = "~/.aws/sso/cache"
ADVISORY_WINDOW: Final = 15 * 60.0  # of a token, whatever its lifetime, as boto3 1.44.5 was seen to do
MANDATORY_WINDOW: Final = 60.0
_WAIT: Final = 30.0
_LOOK_AGAIN: Final = 1.0
_SHORTEST_BACKOFF: Final = 30.0
_LONGEST_BACKOFF: Final = 60.0
_NEEDED: Final = ("refreshToken", "clientId", "clientSecret", "registrationExpiresAt")

#: What the service says of a session that a person has to begin anew.
_OVER: Final = frozenset(
    {
        "AccessDeniedException",
        "ExpiredTokenException",
        "InvalidClientException",
        "InvalidGrantException",
        "InvalidRequestException",
        "UnauthorizedClientException",
    }
)

_log = get_logger("credentials")

CreateClient = Callable[..., Any]
"""``create_client("sso-oidc", region_name=...)`` returns something with ``create_token(**parameters)``."""


def sso_token_file(environ: Mapping[str, str], session: SSOSession) -> TokenFile:
    """Return the file of a session's token, where the AWS CLI has it."""
    import_whole("hashlib")
    from hashlib import sha1

    name = sha1(session.cache_name.encode(), usedforsecurity=False).hexdigest()
    return TokenFile(cli_folder(environ, FOLDER), f"{name}.json")


class _View(NamedTuple):
    """The token in use, the file that it came from, and when to look again; replaced as a whole."""

    token: FrozenAuthToken
    expires: float
    version: FileVersion | None
    check_at: float

    def __repr__(self) -> str:
        return f"<token until {iso_of(self.expires)}>"


class SSOToken:
    """A token that is read from its file, and renewed 15 minutes before its end if its session allows that.

    In the last 15 minutes one thread of one process tries, and the others go on
    with the token as it is; in the last minute all wait. A failed try is not
    repeated for 30 to 60 s while the token is good. The legacy form
    (``session.name`` is ``None``) is never renewed. Safe in threads, among
    processes and across ``fork``. ``login`` is the command that errors name.
    """

    def __init__(
        self,
        session: SSOSession,
        file: TokenFile,
        create_client: CreateClient,
        *,
        login: str,
        clock: Callable[[], float] = time.time,
        random: Callable[[], float] | None = None,
    ) -> None:
        self._session = session
        self._file = file
        self._create_client = create_client
        self._login = login
        self._clock = clock
        self._random_source = random
        self._view: _View | None = None
        self._try_again_at = 0.0
        self._error: tuple[float, TokenRetrievalError] | None = None
        self.renew()
        renew_in_child(self)

    def renew(self) -> None:
        """Take a new lock (a forked child calls this)."""
        self._gate = threading.Lock()

    @property
    def path(self) -> str:
        """The path of the token's file."""
        return self._file.path

    def check(self) -> None:
        """Raise ``SSOTokenLoadError`` if the file is missing or broken; whether the token is good is not asked."""
        self._end_of(self._load())

    def get_frozen_token(self) -> FrozenAuthToken:
        """Return the token to use now.

        Raises ``SSOTokenLoadError`` for a file that is missing or broken,
        ``TokenExpiredError`` when somebody has to sign in again,
        ``TokenRetrievalError`` when the token is over and cannot be renewed
        at the moment.
        """
        view = self._view
        if view is not None and self._clock() < view.check_at and self._file.version() == view.version:
            return view.token
        return self._current()

    def _current(self) -> FrozenAuthToken:
        version = self._file.version()
        document = self._load()
        expires, now = self._end_of(document), self._clock()
        if now < expires - ADVISORY_WINDOW:
            return self._adopt(document, version, expires - ADVISORY_WINDOW)
        if now < expires and (not self._can_renew(document, now) or now < self._try_again_at):
            return self._adopt(document, version, min(expires, max(now + _LOOK_AGAIN, self._try_again_at)))
        if not self._can_renew(document, now):
            raise self._over(f"it ended at {iso_of(expires)}")
        if self._error is not None and now < self._error[0]:
            raise self._error[1]
        return self._renewed(document, version, expires)

    def _renewed(self, document: Document, version: FileVersion | None, expires: float) -> FrozenAuthToken:
        pressing = self._clock() >= expires - MANDATORY_WINDOW
        gate = self._gate
        if not gate.acquire(pressing, _WAIT if pressing else -1):
            if self._clock() < expires:
                return self._adopt(document, version, self._clock() + _LOOK_AGAIN)
            raise TokenRetrievalError(provider="sso", error_msg=f"another thread has been renewing it for {_WAIT:g} s")
        try:
            found = self._file.renew(self._is_fresh, self._exchange, wait=_WAIT if pressing else None)
        except (TokenFileError, TokenRefusedError, BotoCoreError, ClientError) as error:
            return self._failed(document, version, expires, error)
        finally:
            gate.release()
        if found is None:  # another process is at it
            return self._adopt(document, version, self._clock() + _LOOK_AGAIN)
        self._error, self._try_again_at = None, 0.0
        ends = self._end_of(found)
        _log.debug(TOKEN_REFRESHED, method="sso", session=self._session.cache_name, expires=iso_of(ends))
        return self._adopt(found, self._file.version(), max(ends - ADVISORY_WINDOW, self._clock() + _LOOK_AGAIN))

    def _failed(
        self, document: Document, version: FileVersion | None, expires: float, error: Exception
    ) -> FrozenAuthToken:
        """Go on with a token that is still good, else raise; nobody asks again for a while."""
        now = self._clock()
        reason = str(error) if isinstance(error, TokenFileError | TokenRefusedError) else describe_error(error)
        if now < expires:
            first = self._try_again_at == 0.0
            self._try_again_at = now + _SHORTEST_BACKOFF + (_LONGEST_BACKOFF - _SHORTEST_BACKOFF) * self._random()
            (_log.warning if first else _log.debug)(
                TOKEN_REFRESH_FAILED,
                method="sso",
                session=self._session.cache_name,
                expires=iso_of(expires),
                next_try=iso_of(self._try_again_at),
                reason=reason,
            )
            return self._adopt(document, version, min(expires, self._try_again_at))
        if isinstance(error, TokenRefusedError):
            raised: TokenRetrievalError = self._over(f"it ended at {iso_of(expires)}, and {reason}")
        else:
            raised = TokenRetrievalError(
                provider="sso", error_msg=f"it ended at {iso_of(expires)} and could not be renewed: {reason}"
            )
        self._error = now + 1.0 + 4.0 * self._random(), raised
        raise raised from None

    def _exchange(self, document: Document) -> Document:
        client = self._create_client("sso-oidc", region_name=self._session.region)
        try:
            answer = client.create_token(
                grantType="refresh_token",
                clientId=document["clientId"],
                clientSecret=document["clientSecret"],
                refreshToken=document["refreshToken"],
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _OVER:
                raise TokenRefusedError(describe_error(error)) from None
            raise
        finally:
            close = getattr(client, "close", None)
            if close is not None:
                close()
        if not answer.get("accessToken") or not isinstance(answer.get("expiresIn"), int):
            raise TokenRetrievalError(provider="sso", error_msg="the service answered without a proper token")
        found = {**document, "accessToken": answer["accessToken"], "expiresAt": iso_of(self._ends_in(answer))}
        found.pop("refreshToken", None)
        if answer.get("refreshToken"):
            found["refreshToken"] = answer["refreshToken"]
        return found

    def _ends_in(self, answer: Mapping[str, Any]) -> float:
        return int(self._clock()) + int(answer["expiresIn"])

    def _load(self) -> Document:
        try:
            found = self._file.read()
        except TokenFileError as error:
            raise SSOTokenLoadError(error_msg=f"{error}. {self._advice()}") from None
        if found is None:
            raise SSOTokenLoadError(error_msg=f"there is no {self._file.path}. {self._advice()}")
        if not isinstance(found.get("accessToken"), str) or not found["accessToken"]:
            raise SSOTokenLoadError(error_msg=f"{self._file.path} has no accessToken. {self._advice()}")
        return found

    def _end_of(self, document: Document) -> float:
        found = _time_of(document.get("expiresAt"))
        if found is None:
            raise SSOTokenLoadError(error_msg=f"{self._file.path} has no proper expiresAt. {self._advice()}")
        return found

    def _is_fresh(self, document: Document) -> bool:
        """Whether what others wrote makes an exchange needless."""
        expires = _time_of(document.get("expiresAt"))
        return bool(document.get("accessToken")) and expires is not None and (
            self._clock() < expires - ADVISORY_WINDOW or not self._can_renew(document, self._clock())
        )  # fmt: skip

    def _can_renew(self, document: Document, now: float) -> bool:
        if self._session.name is None or not all(document.get(key) for key in _NEEDED):
            return False
        ends = _time_of(document["registrationExpiresAt"])
        return ends is not None and now < ends

    def _adopt(self, document: Document, version: FileVersion | None, check_at: float) -> FrozenAuthToken:
        expires = self._end_of(document)
        token = FrozenAuthToken(str(document["accessToken"]), datetime.fromtimestamp(expires, UTC))
        self._view = _View(token, expires, version, min(check_at, expires))
        return token

    def _over(self, reason: str) -> TokenExpiredError:
        return TokenExpiredError(provider="sso", error_msg=f"the token is over: {reason}. {self._advice()}")

    def _advice(self) -> str:
        return f"To sign in, run: {self._login}"

    def _random(self) -> float:
        if self._random_source is None:
            import_whole("random")
            from random import random

            self._random_source = random
        return self._random_source()

    def __repr__(self) -> str:
        return f"<SSOToken of {self._session.cache_name} {self._view}>"


def _time_of(value: Any) -> float | None:
    """Return a time of a token file in epoch seconds; older writers end it with ``UTC``."""
    if not isinstance(value, str):
        return None
    try:
        return parse_timestamp(value.removesuffix("UTC") + "Z" if value.endswith("UTC") else value).timestamp()
    except ValueError:
        return None
