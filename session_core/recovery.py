"""What a refused request teaches about the identity that signed it."""

from .attempt import Attempted, error_code_of

__all__ = ["should_renew_identity"]

_EXPIRED = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "InvalidToken",
        "RequestExpired",
        "TokenRefreshRequired",
    }
)


def should_renew_identity(done: Attempted) -> bool:
    """Whether the service refused the credentials themselves, as run out or withdrawn.

    ``RequestExpired`` may mean a wrong clock as well: ask the clock first.
    """
    return error_code_of(done.parsed) in _EXPIRED
