"""A string that never shows itself."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, NoReturn


__all__ = ["REDACTED", "Secret"]

REDACTED: Final = "****"


class Secret:
    """Hold a secret string so that ``repr``, ``str``, ``format``, logs and pickles cannot show it.

    ``reveal()`` gives the string; every call of it is easy to grep. Compares
    equal to another ``Secret`` of the same content, in constant time. Safe in
    threads: immutable.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({REDACTED!r})"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        from hmac import compare_digest  # at first use: keep the import of this module free

        return compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        from .errors import UnsupportedPickleError

        raise UnsupportedPickleError(what="Secret", reason="a pickle would hold the secret in the clear")
