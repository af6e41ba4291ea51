"""The mark of a client that does not sign."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final


__all__ = ["UNSIGNED"]


class _Unsigned:
    """The one value of its kind: copies and pickles are itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNSIGNED"

    def __copy__(self) -> _Unsigned:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> _Unsigned:
        return self

    def __reduce__(self) -> str:
        return "UNSIGNED"


UNSIGNED: Final = _Unsigned()
"""``Config(signature_version=UNSIGNED)``: send requests without a signature."""
