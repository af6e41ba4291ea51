"""The small HTTP client for metadata services: bounded, polite, without proxies, and it says why it failed."""

import time
from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple

from ..components.errors import MetadataRetrievalError

__all__ = [
    "MetadataAnswer",
    "MetadataClient",
    "MetadataUnavailableError",
    "NoConnectionError",
    "Send",
    "send_over_http",
]

_RETRIED_STATUS: Final = frozenset({429, 500, 502, 503, 504})
_LARGEST_BODY: Final = 1 << 20
_BASE_DELAY: Final = 0.2
_LONGEST_DELAY: Final = 2.0
_USER_AGENT: Final = "sotalia"
_ABSENT: Final = 20.0  # seconds, up to twice as many: what nobody is at is not looked for again by every process
_LONGEST_ASKED: Final = 60.0  # seconds that a service may ask us to stay away


class MetadataAnswer(NamedTuple):
    """An answer; ``repr`` shows the status alone, because bodies hold credentials and tokens."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"<MetadataAnswer {self.status}>"

    def said(self) -> str:
        """Return the clause of an error that tells of a status that is no good."""
        redirect = ", a redirect, which is not followed" if 300 <= self.status < 400 else ""
        return f"it answered with status {self.status}{redirect}"


Send = Callable[[str, str, Mapping[str, str], float], MetadataAnswer]
"""Send one request: method, URL, headers, timeout in seconds. Raises ``OSError``."""


class NoConnectionError(TimeoutError):
    """Nobody took the connection in time: unlike a service that takes it and says nothing."""


class MetadataUnavailableError(MetadataRetrievalError):
    """The metadata service did not give what was asked for.

    ``kind`` tells why: ``timeout`` (it took the connection), ``unreachable``,
    ``throttled`` (it answers, but not now) or ``refused`` (another status, kept
    in ``status``). ``retry_after``, if it has one, is how many seconds no
    process of the host should ask again.
    """

    def __init__(
        self,
        error_msg: str,
        kind: Literal["timeout", "unreachable", "throttled", "refused"] = "refused",
        status: int | None = None,
    ) -> None:
        super().__init__(error_msg=error_msg)
        self.kind = kind
        self.status = status
        self.retry_after: float | None = None

    def __reduce__(self) -> tuple[type["MetadataUnavailableError"], tuple[str, str, int | None]]:
        return type(self), (self.kwargs["error_msg"], self.kind, self.status)


class MetadataClient:
    """Ask a metadata service, again where that can help.

    ``timeout`` (seconds) holds for one request, ``attempts`` for requests that
    get no answer. A service that is there but throttles (429) or fails (5xx) is
    asked up to ``max(attempts, 3)`` times, with full-jitter delays of up to 2 s
    (its ``Retry-After`` where it gives one). No retry starts later than
    ``deadline`` seconds after the first request, of all those that belong
    together (``until()``). Redirects are not followed. Safe in threads: it
    holds no connection.
    """

    def __init__(
        self,
        *,
        timeout: float = 1.0,
        attempts: int = 1,
        deadline: float | None = None,
        user_agent: str | None = None,
        send: Send | None = None,
        sleep: Callable[[float], object] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        random: Callable[[], float] | None = None,
    ) -> None:
        self._timeout = timeout
        self._attempts = max(1, attempts)
        self._deadline = max(5.0, 3.0 * timeout * self._attempts) if deadline is None else deadline
        self._user_agent = user_agent or _USER_AGENT
        self._send = send or send_over_http
        self._sleep = sleep
        self._monotonic = monotonic
        self._random = random

    def until(self) -> float:
        """Return the moment after which requests that belong together, from now on, are not tried again."""
        return self._monotonic() + self._deadline

    def request(self, method: str, url: str, headers: Mapping[str, str], until: float | None = None) -> MetadataAnswer:
        """Return the answer, whatever its status unless that is worth a retry; raises ``MetadataUnavailableError``."""
        fields = {"User-Agent": self._user_agent, "Accept": "*/*", **headers}
        until = self.until() if until is None else until
        statuses: list[int] = []
        silent = 0
        while True:
            answer: MetadataAnswer | None = None
            try:
                answer = self._send(method, url, fields, self._timeout)
            except OSError as error:
                silent += 1
                if silent >= self._attempts or not self._wait(silent + len(statuses), until, None):
                    raise self._silence(error, silent) from error
                continue
            if answer.status not in _RETRIED_STATUS:
                return answer
            statuses.append(answer.status)
            if len(statuses) >= max(self._attempts, 3) or not self._wait(silent + len(statuses), until, answer):
                raise _throttled(statuses, answer)

    def _wait(self, tried: int, until: float, answer: MetadataAnswer | None) -> bool:
        """Sleep before the next try; ``False`` if that would be too late."""
        delay = min(_LONGEST_DELAY, _BASE_DELAY * 2.0 ** (tried - 1)) * self._draw()
        if answer is not None and (given := _retry_after(answer)) is not None:
            delay = given + _BASE_DELAY * self._draw()  # never all at the same second
        if self._monotonic() + delay >= until:
            return False
        self._sleep(delay)
        return True

    def _draw(self) -> float:
        if self._random is None:
            from random import random

            self._random = random
        return self._random()

    def _silence(self, error: OSError, times: int) -> MetadataUnavailableError:
        count = f" x{times}" if times > 1 else ""
        if isinstance(error, NoConnectionError):
            absent = MetadataUnavailableError(f"no connection within {self._timeout:g} s{count}", "unreachable")
            absent.retry_after = _ABSENT * (1.0 + self._draw())
            return absent
        if isinstance(error, TimeoutError):
            return MetadataUnavailableError(f"no answer within {self._timeout:g} s{count}", "timeout")
        reason = error.strerror or type(error).__name__
        return MetadataUnavailableError(f"unreachable ({reason}{count})", "unreachable")


def _throttled(statuses: list[int], last: MetadataAnswer) -> MetadataUnavailableError:
    counts: dict[int, int] = {}
    for status in statuses:
        counts[status] = counts.get(status, 0) + 1
    text = ", ".join(f"{status} x{count}" for status, count in counts.items())
    word = "throttled" if counts.keys() & {429, 503} else "failing"
    error = MetadataUnavailableError(f"{word} ({text})", "throttled", statuses[-1])
    if (given := _retry_after(last)) is not None:
        error.retry_after = min(max(given, 1.0), _LONGEST_ASKED)
    return error


def _retry_after(answer: MetadataAnswer) -> float | None:
    for name, value in answer.headers.items():
        if name.lower() == "retry-after" and value.strip().isdigit():
            return float(value)
    return None


def send_over_http(method: str, url: str, headers: Mapping[str, str], timeout: float) -> MetadataAnswer:
    """Send one request over a connection of its own, straight to the host: never through a proxy."""
    from http.client import HTTPConnection, HTTPException, HTTPSConnection
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    host = parts.hostname or ""
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = kind(host, parts.port, timeout=timeout)
    try:
        try:
            connection.connect()
        except TimeoutError as error:
            raise NoConnectionError(*error.args) from None
        connection.request(method, target, headers={**headers, "Connection": "close"})
        answer = connection.getresponse()
        body = answer.read(_LARGEST_BODY)
        return MetadataAnswer(answer.status, dict(answer.getheaders()), body)
    except HTTPException as error:
        raise ConnectionError(0, f"garbage instead of an answer ({type(error).__name__})") from None
    finally:
        connection.close()
