"""The body of an answer that is checked against its checksum while it is read."""

from typing import Any

from .checksums.algorithms import Checksum, new_checksum, text_of
from .errors import FlexibleChecksumError
from .streaming import StreamingBody

__all__ = ["CheckedBody", "verify"]


def verify(checksum: Checksum, algorithm: str, expected: str) -> None:
    """Raise FlexibleChecksumError unless a checksum is the one that was promised, in Base64."""
    found = text_of(checksum)
    if found != expected.strip():
        raise FlexibleChecksumError(
            error_msg=f"The body of the answer does not have the checksum that was promised: "
            f"{algorithm.upper()} should be {expected} and is {found}"
        )


class CheckedBody(StreamingBody):
    """A stream whose last read raises FlexibleChecksumError unless all of it has the checksum ``expected``.

    The last read is the one that completes the promised length, or else the
    one that finds the end. What is closed before is not checked.
    """

    def __init__(self, raw_stream: Any, content_length: int | str | None, algorithm: str, expected: str) -> None:
        super().__init__(raw_stream, content_length)
        self._algorithm = algorithm
        self._expected = expected
        self._checksum = new_checksum(algorithm)

    @property
    def checksum(self) -> Checksum:
        """The checksum of what was read so far."""
        return self._checksum

    def read(self, amt: int | None = None) -> bytes:
        """Read up to ``amt`` bytes, or everything that is left; ``b""`` at the end."""
        chunk = super().read(amt)
        self._checksum.update(chunk)
        at_end = amt is None or amt < 0 or (not chunk and amt > 0)
        if at_end or self._amount_read == self._content_length:
            verify(self._checksum, self._algorithm, self._expected)
        return chunk
