"""Directory buckets of S3: the short-lived keys of CreateSession that their requests are signed with.

Sessions are credentials like others: one fetch for all threads and, through the
session's component ``lock``, for all processes of the host. Source: "Authenticating and
authorizing requests", S3 Express One Zone, Amazon S3 user guide.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..components.cache import EntryIdentity
from ..components.errors import CredentialRetrievalError
from ..providers.assume_role_fetcher import source_identity
from ..providers.credential_set import epoch_of, iso_of
from ..providers.refresh import DeferredRefreshableCredentials
from .state import Identity

__all__ = ["ExpressSessions"]

METHOD: Final = "s3express"
ADVISORY_WINDOW: Final = 120.0
"""Seconds before the end of a session at which one thread gets the next; a session lives for five minutes."""

_MOST_BUCKETS: Final = 100
_MOST_KEYS: Final = 1000


class ExpressSessions:
    """The sessions of one client, by bucket.

    ``create_session`` calls the operation and returns its result,
    ``credentials`` gives those it is signed with, ``scope`` says what else
    makes a session another one (region, endpoint). Safe in threads.
    """

    def __init__(
        self,
        create_session: Callable[[str], Mapping[str, Any]],
        credentials: Callable[[], Any],
        scope: Mapping[str, str | None],
        *,
        sharing: Any,
        clock: Callable[[], float],
    ) -> None:
        self._create_session = create_session
        self._credentials = credentials
        self._scope = dict(scope)
        self._sharing = sharing
        self._clock = clock
        self._by_bucket: dict[str, DeferredRefreshableCredentials] = {}
        self._by_key: dict[str, DeferredRefreshableCredentials] = {}

    def __repr__(self) -> str:
        return f"<sessions of {len(self._by_bucket)} directory buckets>"

    def identity(self, bucket: str) -> Identity:
        """Return the keys of a bucket's session, made or renewed if need be; errors are those of CreateSession."""
        found = self._by_bucket.get(bucket)
        if found is None:
            made = self._of(bucket)
            if len(self._by_bucket) >= _MOST_BUCKETS:
                self._by_bucket = {}  # a new dictionary: other threads read the one before it
            found = self._by_bucket.setdefault(bucket, made)
        frozen = found.get_frozen_credentials()
        if frozen.access_key not in self._by_key:
            if len(self._by_key) >= _MOST_KEYS:
                self._by_key = {}
            self._by_key[frozen.access_key] = found
        return frozen

    def rejected(self, access_key: str) -> bool:
        """Drop the session with this key, which the service refused; ``False`` if it is of no session."""
        credentials = self._by_key.get(access_key)
        return credentials is not None and credentials.invalidate(access_key)

    def _of(self, bucket: str) -> DeferredRefreshableCredentials:
        source = self._credentials()
        identity = None
        if source is not None and self._sharing is not None:
            identity = EntryIdentity.of(METHOD, bucket=bucket, source=source_identity(source), **self._scope)
        return DeferredRefreshableCredentials(
            lambda: self._fetch(bucket),
            METHOD,
            advisory_timeout=ADVISORY_WINDOW,
            static_stability=False,
            clock=self._clock,
            sharing=self._sharing,
            identity=identity,
        )

    def _fetch(self, bucket: str) -> dict[str, Any]:
        answer = self._create_session(bucket)
        try:
            found = answer["Credentials"]
            return {
                "access_key": found["AccessKeyId"],
                "secret_key": found["SecretAccessKey"],
                "token": found["SessionToken"],
                "expiry_time": iso_of(epoch_of(found["Expiration"])),
            }
        except (KeyError, TypeError, ValueError):
            raise CredentialRetrievalError(
                provider=METHOD, error_msg="S3 answered CreateSession without a proper set of credentials"
            ) from None
