"""HTTP requests and responses as values: what the call pipeline hands to a transport and back."""

import io
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from .percent import form_encode

if TYPE_CHECKING:
    from .call_limit import CallLimit

__all__ = [
    "AWSPreparedRequest",
    "AWSRequest",
    "AWSResponse",
    "BytesBody",
    "Headers",
    "RawBody",
    "Transport",
    "make_response",
]


@lru_cache(512)
def _lowers(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names in lower case; an operation's names are always the same."""
    return tuple([name.lower() for name in names])


class Headers(MutableMapping[str, str]):
    """An ordered mapping of header fields whose names are compared without regard to case.

    ``headers[name] = value`` replaces; ``add_header(name, value)`` adds to what
    is there, joined with a comma (RFC 9110, section 5.3). Not for writing from
    two threads at once.
    """

    __slots__ = ("fields",)

    fields: dict[str, tuple[str, Any]]
    """The fields as (name, value) by lower-case name, in order; who writes into it keeps to that."""

    def __init__(self, fields: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        if type(fields) is dict:  # asked first: the test against an abstract class costs 0.3 µs
            self.fields = dict(zip(_lowers(tuple(fields)), fields.items()))  # noqa: B905 - they are as many
        else:
            items: Any = fields.items() if isinstance(fields, Mapping) else fields
            self.fields = {name.lower(): (name, value) for name, value in items}

    @classmethod
    def of_lower(cls, fields: dict[str, tuple[str, Any]]) -> "Headers":
        """Make headers of pairs of name and value by their lower-case names; the dictionary is kept."""
        made = cls.__new__(cls)
        made.fields = fields
        return made

    def __getitem__(self, name: str) -> Any:
        return self.fields[name.lower()][1]

    def __setitem__(self, name: str, value: Any) -> None:
        self.fields[name.lower()] = (name, value)

    def __delitem__(self, name: str) -> None:
        # As users of email.message know it: deleting what is not there is no error.
        self.fields.pop(name.lower(), None)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self.fields

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self.fields.values()])

    def __len__(self) -> int:
        return len(self.fields)

    def __repr__(self) -> str:
        # Values may be secrets (Authorization, tokens): the names alone are shown.
        return f"Headers({list(self)})"

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a field, ``default`` where there is none."""
        found = self.fields.get(key.lower())
        return default if found is None else found[1]

    def items(self) -> Any:
        """Return the fields as pairs of name and value."""
        return list(self.fields.values())

    def lower_items(self) -> Iterable[tuple[str, Any]]:
        """Pairs of lower-case name and value, in order."""
        return self.by_lower_name().items()

    def by_lower_name(self) -> dict[str, Any]:
        """Return the values by lower-case name, in order; a new dictionary every time."""
        return {lower: pair[1] for lower, pair in self.fields.items()}

    def add_header(self, name: str, value: str) -> None:
        """Add a value to a field, behind those that it has."""
        lower = name.lower()
        found = self.fields.get(lower)
        self.fields[lower] = (name, value) if found is None else (found[0], f"{found[1]},{value}")

    def copy(self) -> "Headers":
        """Return an independent copy."""
        twin = Headers.__new__(Headers)
        twin.fields = self.fields.copy()
        return twin


def _urlencode(pairs: Any) -> str:
    from urllib.parse import urlencode  # at first use: requests of the library come encoded

    return urlencode(pairs, doseq=True)


class RawBody(Protocol):
    """What a transport hands over as the body of an answer."""

    def read(self, amt: int | None = None, /) -> bytes:
        """Read up to ``amt`` bytes, all that is left for ``None``; ``b""`` at the end."""
        ...

    def stream(self, amt: int = 65536, /) -> Iterator[bytes]:
        """Yield the body in pieces of up to ``amt`` bytes."""
        ...

    def close(self) -> None:
        """Give the connection back, or drop it if the body was not read to its end."""


class BytesBody(io.BytesIO):
    """A body that is already here."""

    def stream(self, amt: int = 65536) -> Iterator[bytes]:
        """Yield the body in pieces of up to ``amt`` bytes."""
        while piece := self.read(amt):
            yield piece


class AWSPreparedRequest:
    """The request as it goes out: method, URL with its query, headers, body.

    ``before-send`` handlers get it and may change it. ``body`` is ``None``,
    bytes, a seekable or one-shot file-like object, or an iterable of bytes
    (``EventBody``), which is sent in chunks. ``stream_output`` says
    that the answer's body is wanted as a stream. ``limit`` is the ``CallLimit``
    of a call that has one: a transport may cut its waits by it, and does not
    have to, as nobody waits longer for it.
    """

    __slots__ = ("body", "headers", "limit", "method", "stream_output", "url")

    def __init__(self, method: str, url: str, headers: Headers, body: Any, stream_output: bool = False) -> None:
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.stream_output = stream_output
        self.limit: CallLimit | None = None

    def __repr__(self) -> str:
        return f"<AWSPreparedRequest {self.method} {self.url.partition('?')[0]} stream_output={self.stream_output}>"


class AWSRequest:
    """A request before it is prepared: what ``request-created`` and ``before-sign`` handlers see and change.

    ``params`` (a mapping or pairs) are added to the query of ``url`` when the
    request is prepared. ``data`` may be bytes, a mapping (sent as a form) or a
    file-like object. ``context`` is shared by all attempts of one call.
    """

    __slots__ = ("_form", "auth_path", "context", "data", "headers", "method", "params", "stream_output", "url")

    def __init__(
        self,
        method: str = "GET",
        url: str = "",
        headers: Mapping[str, Any] | None = None,
        data: Any = None,
        params: Any = None,
        auth_path: str | None = None,
        stream_output: bool = False,
        context: dict[str, Any] | None = None,
    ) -> None:
        self.method = method
        self.url = url
        if type(headers) is not dict and isinstance(headers, Headers):
            self.headers = headers.copy()
        else:
            self.headers = Headers(headers or {})
        self.data = b"" if data is None else data
        self.params = {} if params is None else params
        self.auth_path = auth_path
        self.stream_output = stream_output
        self.context: dict[str, Any] = {} if context is None else context
        self._form: tuple[dict[Any, Any], bytes] | None = None

    def __repr__(self) -> str:
        return f"<AWSRequest {self.method} {self.url.partition('?')[0]}>"

    @property
    def body(self) -> Any:
        """The body as it would be sent: text and forms as bytes, the rest as it is."""
        data = self.data
        if type(data) is bytes:
            return data
        if isinstance(data, Mapping):
            form = self._form
            if form is None or form[0] != data:  # both the signature and the wire want it encoded
                form = self._form = dict(data), form_encode(data)
            return form[1]
        if isinstance(data, str):
            return data.encode()
        return data

    def prepare(self) -> AWSPreparedRequest:
        """Return the request as it goes out."""
        url = self.url
        if self.params:
            pairs = self.params.items() if isinstance(self.params, Mapping) else self.params
            url += ("&" if "?" in url else "?") + _urlencode(list(pairs))
        body = self.body
        return AWSPreparedRequest(self.method, url, self.headers.copy(), body, self.stream_output)


def _all_of(raw: RawBody) -> bytes:
    # One read of a body that is already here copies nothing.
    stream = None if isinstance(raw, io.BytesIO) else getattr(raw, "stream", None)
    return b"".join(stream()) if stream is not None else (raw.read() or b"")


class AWSResponse:
    """An answer: status, headers and a body that is read once, at first use of ``content``.

    ``raw`` is the body as a stream, or all of its bytes, which are one when it
    is asked for. ``before-call`` hands pairs of this and a parsed dictionary
    around; ``before-send`` handlers may return one instead of the network's.
    """

    __slots__ = ("_content", "_raw", "headers", "status_code", "url")

    def __init__(self, url: str, status_code: int, headers: Mapping[str, Any], raw: RawBody | bytes) -> None:
        self.url = url
        self.status_code = status_code
        self.headers = headers if isinstance(headers, Headers) else Headers(headers)
        self._raw = raw
        self._content: bytes | None = None

    def __repr__(self) -> str:
        return f"<AWSResponse {self.status_code}>"

    @property
    def raw(self) -> RawBody:
        """The body as a stream: at its end when ``content`` has been read."""
        raw = self._raw
        if isinstance(raw, bytes):
            raw = self._raw = BytesBody(raw)
            if self._content is not None:
                raw.seek(0, io.SEEK_END)
        return raw

    @raw.setter
    def raw(self, raw: RawBody) -> None:
        self._raw = raw

    @property
    def content(self) -> bytes:
        """The whole body; a handler's file-like ``raw`` needs ``stream()`` or ``read()``."""
        content = self._content
        if content is None:
            raw = self._raw
            content = self._content = raw if isinstance(raw, bytes) else _all_of(raw)
        return content

    @property
    def text(self) -> str:
        """The body as text, by the charset of its content type, or UTF-8."""
        _, _, charset = str(self.headers.get("content-type", "")).partition("charset=")
        return self.content.decode(charset.strip(' "') or "utf-8", "replace")


class Transport(Protocol):
    """What sends a request: the one interface between the pipeline and the network.

    Safe in threads; a fork gives the child connections of its own.
    """

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Send and return the answer's head; the body is read unless ``stream_output``.

        Raises the errors of ``errors.http`` and nothing else of the network's.
        """
        ...

    def close(self) -> None:
        """Close all idle connections; the transport can be used again."""


def make_response(
    status_code: int = 200,
    body: bytes | str | RawBody = b"",
    headers: Mapping[str, str] | None = None,
    url: str = "https://answered.locally/",
) -> AWSResponse:
    """Build the answer that a ``before-send`` handler may return instead of the network's.

    ``body`` is bytes, text (sent as UTF-8) or an object with ``read`` and ``stream``.
    """
    if isinstance(body, str):
        body = body.encode()
    raw = BytesBody(body) if isinstance(body, bytes | bytearray | memoryview) else body
    return AWSResponse(url, status_code, Headers(headers or {}), raw)
