"""Bodies of requests as their owners give them: how long they are, whether they can be sent again, and their bytes."""

import os
from collections.abc import Iterable, Iterator
from typing import Any, Final

from .errors import RequestBodyError

__all__ = [
    "BodySourceError",
    "IteratorBody",
    "blocks_of",
    "bytes_of",
    "exactly",
    "is_rewindable",
    "length_of",
    "position_of",
    "rewind",
]

_BLOCK: Final = 262144


class BodySourceError(Exception):
    """Reading a body failed, which is not the network's doing; ``__cause__`` is what its owner's code raised."""


def length_of(body: Any) -> int | None:
    """Return how many bytes a body has from where it is; ``None`` when that cannot be told."""
    if body is None:
        return 0
    if isinstance(body, bytes | bytearray):
        return len(body)
    if isinstance(body, str):
        return len(body.encode())
    if isinstance(body, memoryview):
        return body.nbytes
    try:
        start: int = body.tell()
        end: int = body.seek(0, os.SEEK_END)
        body.seek(start)
    except (AttributeError, OSError, ValueError, TypeError):
        return None
    return end - start if isinstance(end, int) else None


def position_of(body: Any) -> int | None:
    """Return where a body stands, so that it can be sent again from there; ``None`` if it can be read only once."""
    if body is None or isinstance(body, bytes | bytearray | memoryview | str):
        return 0
    try:
        start: int = body.tell()
        body.seek(start)
    except (AttributeError, OSError, ValueError):
        return None
    return start


def is_rewindable(body: Any) -> bool:
    """Whether a body can be read again from where it stands."""
    return position_of(body) is not None


def rewind(body: Any, start: int | None) -> bool:
    """Put a body back to where it stood; return whether it could be."""
    if start is None:
        return False
    if body is not None and not isinstance(body, bytes | bytearray | memoryview | str):
        body.seek(start)
    return True


def blocks_of(body: Any, size: int = _BLOCK) -> Iterator[bytes]:
    """Yield the bytes of a file, a stream or an iterable of bytes; empty pieces are left out.

    Raises BodySourceError for what the body itself raises, RequestBodyError for
    one that gives text.
    """
    read = getattr(body, "read", None)
    if read is None or hasattr(body, "framing"):  # a body in chunks is taken as it is framed
        take = iter(body).__next__
    else:

        def take() -> Any:
            return read(size)

    while True:
        try:
            block = take()
        except StopIteration:
            return
        except (RequestBodyError, BodySourceError):
            raise
        except Exception as problem:
            raise BodySourceError from problem
        if block:
            yield block if block.__class__ is bytes else bytes_of(block)
        elif read is not None:
            return


def exactly(blocks: Iterable[bytes], length: int) -> Iterator[bytes]:
    """Yield blocks that make ``length`` bytes together; RequestBodyError, before too much is given, if they do not."""
    left = length
    for block in blocks:
        left -= len(block)
        if left < 0:
            raise RequestBodyError(error=f"it has more than the {length} bytes that were announced")
        yield block
    if left:
        raise RequestBodyError(error=f"it ended {left} bytes before the {length} that were announced")


class IteratorBody:
    """A stream of what an iterator of bytes gives, which can be read once; for one thread at a time."""

    __slots__ = ("_have", "_pieces")

    def __init__(self, pieces: Iterator[Any]) -> None:
        self._pieces = pieces
        self._have = b""

    def __repr__(self) -> str:
        return "<IteratorBody>"

    def read(self, size: int | None = None) -> bytes:
        """Read up to ``size`` bytes, everything for ``None``; ``b""`` at the end."""
        wanted = None if size is None or size < 0 else size
        pieces, have = [self._have], len(self._have)
        while wanted is None or have < wanted:
            piece = next(self._pieces, None)
            if piece is None:
                break
            pieces.append(piece if piece.__class__ is bytes else bytes_of(piece))
            have += len(pieces[-1])
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self._have = b"" if wanted is None else data[wanted:]
        return data if wanted is None else data[:wanted]


def bytes_of(block: Any) -> bytes:
    """Return a piece of a body as bytes."""
    if isinstance(block, str):
        raise RequestBodyError(error="it gave text, and bytes are sent: open the file in binary mode ('rb')")
    return bytes(block)
