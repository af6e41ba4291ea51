"""Ids of calls: what ``amz-sdk-invocation-id`` and idempotency tokens are made of."""

from os import urandom

__all__ = ["invocation_id"]


def invocation_id() -> str:
    """Return a new random UUID (RFC 9562, version 4) as text; 1 µs, where ``uuid`` takes 3 to make an object of it.

    Safe in threads and across fork: the bytes are the operating system's.
    """
    digits = urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
