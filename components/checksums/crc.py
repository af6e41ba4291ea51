"""CRCs of any polynomial in Python alone, at hundreds of megabytes a second.

A message is a polynomial over GF(2), and one big integer holds it. Where the
CRC's polynomial divides ``x^a + x^b + x^c + 1``, everything beyond ``x^a`` can
be added (xor) to the three places below it at once, with shifts of big
integers, which run at memory speed. Squaring gives ``x^2a + x^2b + x^2c + 1``,
so one such multiple folds messages of every length. What is left in the end,
some 100 bytes, goes through a table of 256 entries.

All CRCs here are reflected: the lowest bit of the first byte has the highest
power, and initial value and final xor are all ones.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

__all__ = ["CRC32", "CRC32C", "CRC64NVME", "Crc", "Multiple"]

_BLOCK: Final = 1 << 16  # bytes folded at a time: they stay in the processor's cache
_SHORT: Final = 64  # bytes; less than this is quicker by the table


class Multiple(NamedTuple):
    """A multiple of a CRC's polynomial with few terms: ``x^degree`` is the sum of ``x^n`` for ``n`` in ``terms``."""

    degree: int
    terms: tuple[int, ...]


class Crc:
    """One CRC; ``polynomial`` is reflected, without its highest term. Safe in threads."""

    __slots__ = ("_multiples", "_table", "polynomial", "width")

    def __init__(self, width: int, polynomial: int, multiples: tuple[Multiple, ...]) -> None:
        self.width = width
        self.polynomial = polynomial
        self._multiples = multiples
        self._table: list[int] | None = None

    def __repr__(self) -> str:
        return f"<CRC of {self.width} bits>"

    def update(self, data: bytes | bytearray | memoryview, value: int = 0) -> int:
        """Return the CRC of what ``value`` is the CRC of, followed by ``data``."""
        ones = (1 << self.width) - 1
        state = value ^ ones
        view = memoryview(data).cast("B")
        for start in range(0, len(view), _BLOCK):
            state = self._absorb(view[start : start + _BLOCK], state)
        return state ^ ones

    def combine(self, first: int, second: int, length: int) -> int:
        """Return the CRC of two parts together; ``length`` is that of the second, in bytes."""
        return self._product(first, self._power(8 * length)) ^ second

    def _absorb(self, block: memoryview, state: int) -> int:
        bits = 8 * len(block)
        rest: bytes | memoryview = block
        if len(block) >= _SHORT:
            message = int.from_bytes(block, "little") ^ state
            for degree, terms, reach in self._folds(bits):
                while (span := min(reach, bits - degree) & ~7) * 4 > degree:
                    folded = message & ((1 << span) - 1)
                    message >>= span
                    for term in terms:
                        message ^= folded << (degree - span - term)
                    bits -= span
            rest, state = message.to_bytes(bits // 8, "little"), 0
        table = self._table or self._make_table()
        for byte in rest:
            state = table[(state ^ byte) & 0xFF] ^ (state >> 8)
        return state

    def _folds(self, bits: int) -> Iterator[tuple[int, tuple[int, ...], int]]:
        """Yield degree, terms and reach of the multiples that shorten a message of so many bits, the longest first."""
        for degree, terms in self._multiples:
            reach = degree - max(terms)
            for power in range((bits // degree).bit_length() - 1, -1, -1):
                yield degree << power, tuple([term << power for term in terms]), reach << power

    def _make_table(self) -> list[int]:
        table = []
        for entry in range(256):
            for _ in range(8):
                entry = (entry >> 1) ^ (self.polynomial if entry & 1 else 0)
            table.append(entry)
        self._table = table
        return table

    def _product(self, one: int, other: int) -> int:
        """Multiply two remainders."""
        product = 0
        for bit in range(self.width - 1, -1, -1):
            if one >> bit & 1:
                product ^= other
            other = (other >> 1) ^ (self.polynomial if other & 1 else 0)
        return product

    def _power(self, exponent: int) -> int:
        """Return the remainder of ``x^exponent``."""
        power, square = 1 << (self.width - 1), 1 << (self.width - 2)
        while exponent:
            if exponent & 1:
                power = self._product(power, square)
            square = self._product(square, square)
            exponent >>= 1
        return power


# The multiples were found by search; a test divides them by their polynomials. zlib computes CRC-32 itself.
CRC32: Final = Crc(32, 0xEDB88320, ())
CRC32C: Final = Crc(32, 0x82F63B78, (Multiple(6777, (484, 100, 0)), Multiple(561, (183, 44, 27, 9, 0))))
CRC64NVME: Final = Crc(
    64,
    0x9A6C9329AC4BC9B5,
    (
        Multiple(2381, (900, 260, 59, 49, 42, 37, 28, 18, 8, 2, 0)),
        Multiple(600, (230, 82, 58, 50, 49, 48, 45, 43, 38, 37, 36, 34, 26, 24, 19, 6, 5, 2)),
    ),
)
