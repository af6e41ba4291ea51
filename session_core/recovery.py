"""What a refused request teaches: that the identity has run out, or that a clock is wrong."""

from datetime import datetime

from ..components.errors import BotoCoreError
from ..components.timestamps import parse_timestamp
from .attempt import Attempted, error_code_of
from .state import ClientState

__all__ = ["learn_skew", "should_renew_identity"]

EXPIRED_IDENTITY = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidToken",
        "TokenRefreshRequired",
        "RequestExpired",
        "InvalidClientTokenId",
    }
)
SKEWED_CLOCK = frozenset(
    {
        "RequestTimeTooSkewed",
        "RequestExpired",
        "RequestInTheFuture",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "AuthFailure",
    }
)
TOLERANCE = 240.0
"""Seconds of difference that every service accepts (they refuse from five minutes on)."""


def should_renew_identity(done: Attempted) -> bool:
    """Whether the service refused the credentials themselves, as run out or withdrawn."""
    code = error_code_of(done.parsed)
    if code is None or code not in EXPIRED_IDENTITY:
        return False
    return code not in SKEWED_CLOCK or (code == "RequestExpired" and _difference(done) is None)


def learn_skew(state: ClientState, done: Attempted) -> bool:
    """Take the server's clock over if the request was refused because of ours; ``True`` if that changed anything."""
    code = error_code_of(done.parsed)
    if code is None or code not in SKEWED_CLOCK:
        return False
    difference = _difference(done)
    if difference is None or abs(difference - state.skew.seconds) < TOLERANCE:
        return False
    state.skew.seconds = difference
    return True


def _difference(done: Attempted) -> float | None:
    """How far the server is ahead, from its ``Date``, if that is more than any service forgives."""
    date = None if done.http is None else done.http.headers.get("date")
    if not date:
        return None
    try:
        server: datetime = parse_timestamp(date)
    except (ValueError, BotoCoreError):
        return None
    difference = server.timestamp() - done.sent_at
    return difference if abs(difference) >= TOLERANCE else None
