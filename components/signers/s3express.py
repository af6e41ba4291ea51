"""Version 4 for directory buckets: signed with the keys of a session, whose token has a header of its own.

Source: "Authenticating and authorizing requests", S3 Express One Zone, Amazon
S3 user guide.
"""

from .header import S3SigV4Header
from .query import S3SigV4Query

__all__ = ["SESSION_HEADER", "S3ExpressHeader", "S3ExpressQuery"]

SESSION_HEADER = "X-Amz-S3session-Token"
"""The header, or field of a query, with the token of a session."""


class S3ExpressHeader(S3SigV4Header):
    """Sign with headers."""

    __slots__ = ()

    session_header = SESSION_HEADER


class S3ExpressQuery(S3SigV4Query):
    """Presign."""

    __slots__ = ()

    session_header = SESSION_HEADER
