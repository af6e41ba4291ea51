"""A fleet of hosts in one process with a clock of its own: how often STS is asked, with and without sharing.

The workers are the real ``RefreshableCredentials`` over the real ``SharedFetch``
and ``RedisCache``; only the clock, the source and the server behind the store
are played. A fetch takes no time here: what happens while one is under way, the
tests in ``tests/fleet`` show with real processes.
"""

import heapq
import logging
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final, Literal, NamedTuple

from ..components.cache import EntryIdentity
from ..components.cache_keys import EnvironmentKeys
from ..components.cache_memory import MemoryCache
from ..components.cache_redis import RedisCache
from ..components.errors import ClientError, ConnectTimeoutError
from ..components.redis_location import RedisLocation
from ..components.redis_store import Claim
from ..components.single_flight import SharedFetch
from ..providers.credential_set import iso_of
from ..providers.refresh import RefreshableCredentials

__all__ = ["SHARING", "Fleet", "Outage", "Outcome", "Sharing", "simulate"]

Sharing = Literal["none", "host", "redis"]
SHARING: Final[tuple[Sharing, ...]] = ("none", "host", "redis")

_BEGIN: Final = 1_800_000_000.0
_METHOD: Final = "assume-role"
_IDENTITY: Final = EntryIdentity(_METHOD, (("role_arn", "arn:aws:iam::123456789012:role/fleet"),))


class Outage(NamedTuple):
    """From when to when (seconds after the start) STS is out of order: it ``throttles``, or is ``silent``."""

    begins: float
    ends: float
    kind: Literal["throttles", "silent"]


class Fleet(NamedTuple):
    """What is simulated; times are in seconds. ``redis_down`` is from when to when there is no Redis."""

    hosts: int = 1000
    workers: int = 64
    seconds: float = 8 * 3600.0
    lifetime: float = 3600.0
    start_within: float = 60.0
    between_requests: float = 5.0
    outages: tuple[Outage, ...] = ()
    redis_down: tuple[float, float] = (0.0, 0.0)
    seed: int = 1


class Outcome(NamedTuple):
    """What came of it: calls to STS by second, how many of them by host, and requests that had no credentials."""

    calls: Counter[int]
    calls_of_hosts: list[int]
    without_credentials: int

    def between(self, begins: float, ends: float) -> int:
        """Return the calls in these seconds."""
        return sum(count for second, count in self.calls.items() if begins <= second < ends)

    def peak(self, begins: float, ends: float) -> int:
        """Return the most calls in any of these seconds."""
        return max((count for second, count in self.calls.items() if begins <= second < ends), default=0)


class _Worker(RefreshableCredentials):
    """The credentials of one worker, which tell when they want to be looked at again."""

    def next_look(self) -> float:
        return self._view.check_at


class _Redis:
    """What a Redis does for the hosts."""

    def __init__(self, clock: Callable[[], float], is_down: Callable[[], bool]) -> None:
        self.location = RedisLocation("simulated")
        self._clock = clock
        self._is_down = is_down
        self._entries: dict[str, tuple[bytes, float]] = {}
        self._leases: dict[str, tuple[str, float]] = {}

    def claim(self, name: str, host: str, token: str, seconds: float) -> Claim:
        if self._is_down():
            return Claim(None, True)
        now = self._clock()
        holder, until = self._leases.get(name, ("", 0.0))
        granted = until <= now or holder.startswith(host)
        if granted:
            self._leases[name] = host + token, now + seconds
        sealed, ends = self._entries.get(name, (b"", 0.0))
        return Claim(sealed if now < ends else None, granted)

    def release(self, name: str, host: str, token: str) -> None:
        if self._leases.get(name, ("", 0.0))[0] == host + token:
            del self._leases[name]

    def put(self, name: str, sealed: bytes, seconds: float, *, only_new: bool = False) -> bool:
        if self._is_down():
            return False
        now = self._clock()
        if not only_new or self._entries.get(name, (b"", 0.0))[1] <= now:
            self._entries[name] = sealed, now + seconds
        return True

    def remove(self, name: str) -> None:
        self._entries.pop(name, None)

    def rest(self) -> None:
        return None


class _World:
    """The clock, the source and the hosts."""

    def __init__(self, fleet: Fleet, sharing: Sharing) -> None:
        self.fleet = fleet
        self.sharing = sharing
        self.now = _BEGIN
        self.random = Random(fleet.seed)
        self.calls: Counter[int] = Counter()
        self.calls_of_hosts = [0] * fleet.hosts
        self._redis = _Redis(self.clock, self._redis_is_down)
        self._keys = EnvironmentKeys(b64encode(bytes(32)).decode())

    def clock(self) -> float:
        return self.now

    def ask(self, host: int) -> Mapping[str, Any]:
        """Answer as STS does at this moment."""
        after = self.now - _BEGIN
        self.calls[int(after)] += 1
        self.calls_of_hosts[host] += 1
        for outage in self.fleet.outages:
            if outage.begins <= after < outage.ends:
                if outage.kind == "silent":
                    raise ConnectTimeoutError(endpoint_url="https://sts.amazonaws.com")
                answer = {"Error": {"Code": "Throttling"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
                raise ClientError(answer, "AssumeRole")
        number = self.calls.total()
        ends = iso_of(self.now + self.fleet.lifetime)
        return {"access_key": f"ASIA{number:012}", "secret_key": "s", "token": "t", "expiry_time": ends}

    def workers_of(self, host: int) -> list[_Worker]:
        """Return the workers of a host, with what they share."""
        flight = None
        if self.sharing != "none":
            local = MemoryCache()
            cache = local if self.sharing == "host" else self._with_redis(local)
            flight = SharedFetch(
                cache, clock=self.clock, monotonic=self.clock, random=self.random.random, log=lambda *_: None
            )
        return [
            _Worker(
                None,
                None,
                None,
                None,
                lambda: self.ask(host),
                _METHOD,
                clock=self.clock,
                random=self.random.random,
                sharing=flight,
                identity=_IDENTITY,
            )
            for _ in range(self.fleet.workers)
        ]

    def _with_redis(self, local: MemoryCache) -> RedisCache:
        return RedisCache(
            local, self._redis, self._keys, clock=self.clock, monotonic=self.clock, random=self.random.random
        )

    def _redis_is_down(self) -> bool:
        begins, ends = self.fleet.redis_down
        return begins <= self.now - _BEGIN < ends


def simulate(fleet: Fleet, sharing: Sharing) -> Outcome:
    """Let the fleet live for its time; the same ``seed`` gives the same outcome."""
    world = _World(fleet, sharing)
    workers = [worker for host in range(fleet.hosts) for worker in world.workers_of(host)]
    random, expected = world.random, 1.0 / fleet.between_requests
    # Each worker makes requests all the time; only those that look further than the set in use are played.
    looks = [(_BEGIN + fleet.start_within * random.random(), index) for index in range(len(workers))]
    heapq.heapify(looks)
    ends, without = _BEGIN + fleet.seconds, 0
    logger = logging.getLogger("sotalia.credentials")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # of 64,000 workers, each would tell of each outage
    try:
        while looks and looks[0][0] < ends:
            world.now, index = looks[0]
            try:
                workers[index].get_frozen_credentials()
            except (ClientError, ConnectTimeoutError):
                without += 1
            look = max(world.now, workers[index].next_look()) + random.expovariate(expected)
            heapq.heapreplace(looks, (look, index))
    finally:
        logger.setLevel(level)
    return Outcome(world.calls, world.calls_of_hosts, without)
