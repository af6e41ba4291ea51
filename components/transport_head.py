"""Heads of answers on connections of urllib3, and of chunks, read as the direct transport reads them.

The standard library passes over the interim answer 100 alone and takes another
one for the final answer (RFC 9110, section 15.2); it reads a head for as long
as a byte of it comes within each time-out; and it takes for the size of a chunk
what ``int`` takes for a number, however large. Imported by a transport's first
pool: it needs ``http.client``.
"""

from http.client import BadStatusLine, HTTPResponse
from socket import SocketIO
from time import monotonic
from typing import Any, Final

__all__ = ["reading_heads"]

_MOST_INTERIM: Final = 16
_PATIENCE: Final = 3  # time-outs that a whole head may take
_LONGEST_LINE: Final = 65536
_MOST_DIGITS: Final = 15  # what a signed number of 64 bits holds
_DIGITS: Final = b"0123456789abcdefABCDEF"
_CONTINUE, _SWITCHING = 100, 101


class _HeadIO(SocketIO):
    """A connection that is given up, by ``TimeoutError``, when bytes of a head still come behind ``ends``."""

    ends: float | None = None

    def readinto(self, b: Any) -> int | None:
        count = super().readinto(b)
        if self.ends is not None and monotonic() > self.ends:
            raise TimeoutError("timed out")
        return count


class _Answer(HTTPResponse):
    """Reads up to the head of the final answer; ``BadStatusLine`` for another protocol, and for interim ones on end."""

    _interim = 0

    def begin(self) -> None:
        """Read the head, within its time."""
        if type(getattr(self.fp, "raw", None)) is not SocketIO:  # TLS within TLS, to a proxy
            return super().begin()
        raw: Any = self.fp.raw
        timeout = raw._sock.gettimeout()
        raw.__class__ = _HeadIO
        raw.ends = None if timeout is None else monotonic() + _PATIENCE * timeout
        try:
            super().begin()
        finally:
            raw.ends = None

    def _read_status(self) -> tuple[str, int, str]:
        found: tuple[str, int, str] = super()._read_status()  # type: ignore[misc] # typeshed does not know it
        version, status, reason = found
        if 100 <= status < 200:
            self._interim += 1
            if status == _SWITCHING or self._interim > _MOST_INTERIM:
                raise BadStatusLine("an interim answer that nobody asked for")
            status = _CONTINUE  # for the loop of the library, which reads its fields and goes on
        return version, status, reason

    def _read_next_chunk_size(self) -> int:
        """Return a size; the library makes an incomplete body of a ``ValueError``."""
        line = self.fp.readline(_LONGEST_LINE + 1)
        digits = line.partition(b";")[0].rstrip(b" \t\r\n")
        if len(line) > _LONGEST_LINE or not 0 < len(digits) <= _MOST_DIGITS or digits.strip(_DIGITS):
            self.close()
            raise ValueError("no size of a chunk")
        return int(digits, 16)


def reading_heads(pool: Any) -> Any:
    """Return a pool of urllib3's, whose connections from now on read heads so."""
    kind = pool.ConnectionCls
    pool.ConnectionCls = type(kind.__name__, (kind,), {"response_class": _Answer})
    return pool
