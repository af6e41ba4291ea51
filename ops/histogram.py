"""Counts of durations, by their size: small enough to be written down every second, exact to a thirtieth."""

from collections.abc import Mapping
from math import log2

__all__ = ["Histogram"]

_PER_OCTAVE = 16


class Histogram:
    """How many durations (in seconds) there were of each size."""

    def __init__(self) -> None:
        self.counts: dict[int, int] = {}
        self.longest = 0.0

    def __len__(self) -> int:
        return sum(self.counts.values())

    def add(self, seconds: float) -> None:
        """Count one."""
        bucket = int(log2(max(seconds, 1e-9) * 1e9) * _PER_OCTAVE)
        self.counts[bucket] = self.counts.get(bucket, 0) + 1
        self.longest = max(self.longest, seconds)

    def merge(self, counts: Mapping[str, int], longest: float) -> None:
        """Add what another one has counted, as JSON has it."""
        for bucket, count in counts.items():
            self.counts[int(bucket)] = self.counts.get(int(bucket), 0) + count
        self.longest = max(self.longest, longest)

    def quantile(self, part: float) -> float:
        """Return the duration that ``part`` (0 to 1) of them do not exceed, 0 of nothing."""
        wanted, seen = part * len(self), 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= wanted:
                return float(min(2.0 ** ((bucket + 1) / _PER_OCTAVE) / 1e9, self.longest))
        return 0.0
