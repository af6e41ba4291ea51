"""A bearer token as a value: what a request carries at one moment."""

from datetime import datetime
from typing import NamedTuple, NoReturn

from ..components.secret import REDACTED

__all__ = ["FrozenAuthToken"]


class FrozenAuthToken(NamedTuple):
    """A token and its end as an aware ``datetime`` (``None``: not known).

    Immutable; ``repr`` hides the token, and pickling is refused.
    """

    token: str
    expiration: datetime | None = None

    def get_frozen_token(self) -> "FrozenAuthToken":
        """Return this token: what does not refresh is asked in the same way as what does."""
        return self

    def __repr__(self) -> str:
        return f"FrozenAuthToken(token={REDACTED!r}, expiration={self.expiration!r})"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        from ..components.errors import UnsupportedPickleError

        raise UnsupportedPickleError(what="FrozenAuthToken", reason="a pickle would hold the token in the clear")
