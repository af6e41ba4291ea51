"""Refresh tokens that rotate: each is good once, and using one again ends the session that it came from.

Source: RFC 9700 (OAuth 2.0 security), section 4.14.2.
"""

import threading
from typing import NamedTuple

__all__ = ["Grant", "InvalidGrantError", "TokenFamilies"]


class InvalidGrantError(Exception):
    """The refresh token is unknown, spent or revoked; ``reused`` if it was spent before."""

    def __init__(self, *, reused: bool) -> None:
        super().__init__("reused" if reused else "unknown or revoked")
        self.reused = reused


class Grant(NamedTuple):
    """One generation of a session."""

    family: int
    number: int

    @property
    def refresh_token(self) -> str:
        """The token that gets the next generation."""
        return f"fake-refresh-{self.family}-{self.number}"

    @property
    def access_token(self) -> str:
        """The token of this generation."""
        return f"fake-access-{self.family}-{self.number}"


class TokenFamilies:
    """The sessions of a server. Safe in threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._current: dict[int, int] = {}
        self._revoked: set[int] = set()

    def begin(self) -> Grant:
        """Begin a session."""
        with self._lock:
            family = len(self._current) + 1
            self._current[family] = 1
            return Grant(family, 1)

    def rotate(self, refresh_token: str) -> Grant:
        """Spend a refresh token and return the next generation; spending it twice revokes the whole session."""
        with self._lock:
            family, number = _read(refresh_token, "refresh")
            if family not in self._current or family in self._revoked:
                raise InvalidGrantError(reused=False)
            if number != self._current[family]:
                self._revoked.add(family)
                raise InvalidGrantError(reused=True)
            self._current[family] = number + 1
            return Grant(family, number + 1)

    def is_good(self, access_token: str) -> bool:
        """Whether an access token belongs to a session that is not over; older generations live until they expire."""
        with self._lock:
            family, number = _read(access_token, "access")
            return family not in self._revoked and 0 < number <= self._current.get(family, 0)

    def revoke(self, family: int) -> None:
        """End a session."""
        with self._lock:
            self._revoked.add(family)

    def revoke_access(self, access_token: str) -> None:
        """End the session of an access token."""
        self.revoke(_read(access_token, "access")[0])


def _read(token: str, kind: str) -> tuple[int, int]:
    head, _, rest = token.partition(f"fake-{kind}-")
    family, _, number = rest.partition("-")
    if head or not family.isdigit() or not number.isdigit():
        return 0, 0
    return int(family), int(number)
