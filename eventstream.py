"""``sotalia.eventstream``: where users of botocore look for streams of events and their errors."""

from .components.errors import (
    ChecksumMismatch,
    DuplicateHeader,
    InvalidHeadersLength,
    InvalidPayloadLength,
    NoInitialResponseError,
    ParserError,
)
from .models.event_stream import EventStream

__all__ = [
    "ChecksumMismatch",
    "DuplicateHeader",
    "EventStream",
    "InvalidHeadersLength",
    "InvalidPayloadLength",
    "NoInitialResponseError",
    "ParserError",
]
