"""Sealed bytes and leases in a Redis that may be slow, wrong or gone: no call raises, and none takes long.

After trouble Redis is left alone for some seconds, longer each time, so that a
dead one costs a process half a second now and then and not at every call.
Whatever Redis does not do, the host does by itself.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from .after_fork import import_whole, renew_in_child
from .cache_format import SUFFIX
from .forksafe import ForkSafeLock
from .redis_location import RedisLocation
from .secret import Secret

if TYPE_CHECKING:
    from redis import Redis

__all__ = ["Claim", "HostsStore", "RedisStore"]

_FIRST_REST: Final = 2.0
_LONGEST_REST: Final = 30.0

# The entry, and the lease for who has none to respect: nobody holds it, or a process of the same host does, which has
# then lost the lock of the host, and with it all claims.
_CLAIM: Final = """
local lease, granted = redis.call('GET', KEYS[2]), 0
if not lease or string.sub(lease, 1, #ARGV[1]) == ARGV[1] then
  redis.call('SET', KEYS[2], ARGV[1] .. ARGV[2], 'PX', ARGV[3])
  granted = 1
end
return {redis.call('GET', KEYS[1]), granted}
"""
_RELEASE: Final = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class Claim(NamedTuple):
    """What there is for a name, and whether the caller may go to the source."""

    sealed: bytes | None
    granted: bool


class HostsStore(Protocol):
    """What hosts share entries through; ``RedisStore`` says what each method does. No method raises."""

    location: RedisLocation

    def claim(self, name: str, host: str, token: str, seconds: float) -> Claim:
        """Return the entry, and whether the lease was given."""
        ...

    def release(self, name: str, host: str, token: str) -> None:
        """Give the lease back."""
        ...

    def put(self, name: str, sealed: bytes, seconds: float, *, only_new: bool = False) -> bool:
        """Store an entry."""
        ...

    def remove(self, name: str) -> None:
        """Forget an entry."""
        ...

    def rest(self) -> None:
        """Be ready for a long time without a call."""
        ...


_ALONE: Final = Claim(None, True)


class RedisStore:
    """A Redis, as far as it can be had. Safe in threads; a forked child makes connections of its own.

    ``warn`` is told what is wrong, in words without a secret. The package redis
    is imported at the first call. A connection lives from one call to the next
    ``rest()``: a process asks some times an hour, and hosts are many.
    """

    def __init__(
        self,
        location: RedisLocation,
        *,
        password: Secret | None = None,
        warn: Callable[[str], object],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.location = location
        self._password = password
        self._warn = warn
        self._monotonic = monotonic
        self._lock = ForkSafeLock()
        self._client: Redis | None = None
        self._rest_until = 0.0
        self._rest = _FIRST_REST
        self._told = False
        renew_in_child(self)

    def renew(self) -> None:
        """Let go of the parent's connections (a forked child calls this): they are closed here, not ended."""
        client, self._client = self._client, None
        if client is not None:
            # Closing the pool would wait for its locks, which threads of the parent may have had; dropping it does not.
            client.auto_close_connection_pool = False

    def rest(self) -> None:
        """Close the connections that no thread is using."""
        client = self._client
        if client is not None:
            client.connection_pool.disconnect(inuse_connections=False)

    def claim(self, name: str, host: str, token: str, seconds: float) -> Claim:
        """Return the entry, and the lease for so many seconds if no other host holds it.

        ``host`` begins the value of every lease of this host. Without Redis, or
        with one that does not take writes, the claim is granted.
        """
        entry, lease = self._keys(name)
        given, answer = self._ask(
            lambda client: client.eval(_CLAIM, 2, entry, lease, host, token, str(int(seconds * 1000)))
        )
        if given:
            return Claim(answer[0], bool(answer[1]))
        # One that is full or a replica can still be read; one that does not answer is not asked again.
        given, sealed = self._ask(lambda client: client.get(entry))
        return Claim(sealed, True) if given else _ALONE

    def release(self, name: str, host: str, token: str) -> None:
        """Give the lease back if it is still this one."""
        self._ask(lambda client: client.eval(_RELEASE, 1, self._keys(name)[1], host + token))

    def put(self, name: str, sealed: bytes, seconds: float, *, only_new: bool = False) -> bool:
        """Store the bytes for so many seconds; ``only_new`` leaves what is there."""
        milliseconds = max(1, int(seconds * 1000))
        given, _ = self._ask(lambda client: client.set(self._keys(name)[0], sealed, px=milliseconds, nx=only_new))
        return given

    def remove(self, name: str) -> None:
        """Forget the bytes."""
        self._ask(lambda client: client.delete(self._keys(name)[0]))

    def is_reachable(self) -> bool:
        """Return whether Redis answers now."""
        given, _ = self._ask(lambda client: client.get(self._keys("reachable")[0]))
        self.rest()
        return given

    def _keys(self, name: str) -> tuple[str, str]:
        # With the format, so that two releases have entries of their own; braces: both keys in one slot of a cluster.
        key = f"{self.location.prefix}:{SUFFIX[1:]}:{{{name}}}"
        return key, f"{key}:lease"

    def _ask(self, question: "Callable[[Redis], Any]") -> tuple[bool, Any]:
        """Return whether Redis did it, and its answer."""
        if self._monotonic() < self._rest_until:
            return False, None
        import_whole("redis")
        from redis import exceptions

        try:
            answer = question(self._connected())
        except (exceptions.AuthenticationError, exceptions.ConnectionError, exceptions.TimeoutError) as error:
            self._leave_alone(_reason_of(error))
        except exceptions.ResponseError as error:
            self.rest()  # a replica since a failover? Its name may lead to another server now
            self._tell(_reason_of(error))
        except (exceptions.RedisError, OSError, ValueError) as error:
            self._leave_alone(_reason_of(error))
        else:
            self._rest, self._told = _FIRST_REST, False
            return True, answer
        return False, None

    def _leave_alone(self, reason: str) -> None:
        self.rest()
        self._rest_until = self._monotonic() + self._rest
        self._rest = min(self._rest * 2, _LONGEST_REST)
        self._tell(reason)

    def _tell(self, reason: str) -> None:
        """Warn once until Redis answers again: one outage has many faces."""
        if not self._told:
            self._told = True
            self._warn(reason)

    def _connected(self) -> "Redis":
        client = self._client
        if client is not None:
            return client
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> "Redis":
        import_whole("redis.backoff", "redis.retry")
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        place, password = self.location, self._password
        options: dict[str, Any] = {}
        if place.tls:
            options = {"ssl": True, "ssl_ca_certs": place.ca}
        return Redis(
            host=place.host,
            port=place.port,
            unix_socket_path=place.path,
            db=place.database,
            username=place.username,
            password=None if password is None else password.reveal(),
            socket_connect_timeout=place.timeout / 2,
            socket_timeout=place.timeout,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
            **options,
        )


def _reason_of(error: Exception) -> str:
    """Say what happened in words of our own: a server may put anything into its text."""
    from redis import exceptions

    if isinstance(error, exceptions.AuthenticationError):
        return "Redis refuses the user or the password"
    if isinstance(error, exceptions.TimeoutError):
        return "Redis does not answer in time"
    if isinstance(error, exceptions.ResponseError):
        for code, kind in (("OOM", "OutOfMemoryError"), ("READONLY", "ReadOnlyError"), ("NOPERM", "NoPermissionError")):
            if type(error).__name__ == kind or code in str(error):  # of a script, the code is in the middle of a text
                return f"Redis refuses: {code}"
        return f"Redis refuses: {type(error).__name__}"
    if isinstance(error, exceptions.ConnectionError):
        cause = error.__cause__ or error.__context__
        said = getattr(cause, "strerror", None)
        return f"no connection to Redis: {said}" if said else "no connection to Redis"
    return f"Redis cannot be used: {type(error).__name__}"
