"""An HTTP server on loopback that plays recorded exchanges, and notes what was not recorded."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, NamedTuple

from .script import Reply
from .server import FakeServer

__all__ = ["Exchange", "RecordedServer"]

_NOT_RECORDED: Final = 501


class Exchange(NamedTuple):
    """One request that is expected, and its answer.

    ``request`` is the method and path (``GET /latest/api/token``, the path with
    its query). ``headers`` must be sent with these values, ``body_has`` must
    occur in the body. ``times`` is how often it may be asked for.
    """

    request: str
    answer: str = ""
    status: int = 200
    answer_headers: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    body_has: tuple[str, ...] = ()
    times: int = 1

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Exchange":
        """Make an exchange of what a file has; an ``answer`` that is a table is sent as JSON.

        Raises ``ValueError`` for names that there are none of.
        """
        unknown = sorted(set(written) - set(cls._fields))
        if unknown or "request" not in written:
            known = ", ".join(cls._fields)
            raise ValueError(f"an exchange has {', '.join(unknown) or 'no request'}; there are: {known}")
        answer = written.get("answer", "")
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return cls(**{**written, "answer": text, "body_has": tuple(written.get("body_has", ()))})

    def fits(self, request: str, headers: Mapping[str, str], body: str) -> bool:
        """Return whether this is the exchange of a request."""
        return (
            self.request == request
            and all(headers.get(name.lower()) == value for name, value in self.headers.items())
            and all(part in body for part in self.body_has)
        )


class _Played:
    """An exchange, and how often it was asked for."""

    __slots__ = ("count", "exchange")

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.count = 0


class RecordedServer(FakeServer):
    """Plays exchanges: each request takes the first one that fits and is not used up.

    ``unexpected`` lists the requests that fitted none; they are answered with
    501. ``unused()`` lists the exchanges that nobody asked for. Safe in threads.
    """

    VARIABLES: ClassVar[tuple[str, ...]] = ("AWS_ENDPOINT_URL", "AWS_EC2_METADATA_SERVICE_ENDPOINT")

    def __init__(self, exchanges: Iterable[Exchange] = (), *, port: int = 0) -> None:
        super().__init__(port=port)
        self.unexpected: list[str] = []
        self._played: list[_Played] = []
        self.play(exchanges)

    def play(self, exchanges: Iterable[Exchange]) -> None:
        """Add exchanges (their text may need to know the port)."""
        with self._lock:
            self._played += [_Played(exchange) for exchange in exchanges]

    def unused(self) -> list[str]:
        """Return the requests that nobody made."""
        with self._lock:
            return [played.exchange.request for played in self._played if not played.count]

    def respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Play the exchange of a request."""
        request, text = f"{method} {path}", body.decode("utf-8", "replace")
        with self._lock:
            for played in self._played:
                exchange = played.exchange
                if played.count < exchange.times and exchange.fits(request, headers, text):
                    played.count += 1
                    fields = {name.lower(): value for name, value in exchange.answer_headers.items()}
                    kind = fields.pop("content-type", "application/json")
                    return Reply(exchange.status, exchange.answer.encode(), kind, tuple(fields.items()))
            self.unexpected.append(request)
        return Reply(_NOT_RECORDED)
