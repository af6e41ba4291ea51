"""How an object is cut into parts, within the limits of S3."""

from collections.abc import Iterator
from typing import Final

from .transfer_config import GB, MB

__all__ = ["MAX_PARTS", "growing_sizes", "part_size", "ranges"]

MAX_PARTS: Final = 10_000
_SMALLEST: Final = 5 * MB
_LARGEST: Final = 5 * GB
_GROWS_FROM: Final = 5_000
_GROWS_EVERY: Final = 500


def part_size(wanted: int, size: int | None = None) -> int:
    """Return the size of the parts of an object of ``size`` bytes: the wanted one, or what S3 allows.

    A part has 5 MiB to 5 GiB, and an object at most 10,000 parts; the wanted
    size is doubled until they are enough.
    """
    found = wanted
    while size is not None and -(-size // found) > MAX_PARTS:
        found *= 2
    return min(max(found, _SMALLEST), _LARGEST)


def growing_sizes(wanted: int) -> Iterator[int]:
    """Yield the sizes of the parts of a stream of unknown length, at most 10,000.

    The first 5,000 are of the wanted size; then it doubles every 500 parts, so
    that 10,000 parts of 8 MiB at first are enough for more than an object may have.
    """
    size = part_size(wanted)
    for number in range(MAX_PARTS):
        if number >= _GROWS_FROM and (number - _GROWS_FROM) % _GROWS_EVERY == 0:
            size = min(size * 2, _LARGEST)
        yield size


def ranges(size: int, part: int) -> list[tuple[int, int]]:
    """Return the parts of ``size`` bytes as pairs of first byte and length."""
    return [(start, min(part, size - start)) for start in range(0, size, part)]
