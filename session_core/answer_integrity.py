"""Checksums of answers: which may be checked, and the bodies that check themselves."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from ..components.checked_body import CheckedBody, verify
from ..components.checksums.algorithms import PRIORITY, is_available, may_be_available, new_checksum

if TYPE_CHECKING:
    from ..components.http import AWSResponse

__all__ = ["checked", "usable"]


def usable(algorithms: Collection[str]) -> list[str]:
    """Return those of the algorithms that can be computed here, the one to check first at the front.

    What awscrt alone can compute is among them where it is installed; whether it really can is asked by ``checked``.
    """
    return [name for name in PRIORITY if name in algorithms and name != "md5" and may_be_available(name)]


def checked(http: "AWSResponse", algorithms: list[str], body: Any) -> tuple[Any, str | None]:
    """Return the body of an answer as one that is checked, and the algorithm; ``None`` if nothing was promised.

    ``body`` is bytes, which are checked now, or ``None`` for a stream, which is
    checked when it is read. FlexibleChecksumError says what does not match.
    """
    found = _promised(http.headers, algorithms)
    if found is None:
        return body, None
    algorithm, expected = found
    if body is None:
        return CheckedBody(http.raw, http.headers.get("content-length"), algorithm, expected), algorithm
    checksum = new_checksum(algorithm)
    checksum.update(body)
    verify(checksum, algorithm, expected)
    return body, algorithm


def _promised(headers: Mapping[str, Any], algorithms: list[str]) -> tuple[str, str] | None:
    """Return the first checksum that covers the bytes; one with a dash is made of those of an object's parts."""
    for algorithm in algorithms:
        expected = headers.get(f"x-amz-checksum-{algorithm}")
        if expected is not None and "-" not in expected and is_available(algorithm):
            return algorithm, expected
    return None
