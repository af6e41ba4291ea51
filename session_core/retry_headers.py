"""What each attempt says of itself: which call it belongs to, its number, and until when it is of use."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ..components.clock_skew import http_date
from ..components.http import Headers
from .state import ClientState

__all__ = ["add_retry_headers", "deadline_after", "retry_facts"]


def retry_facts(
    state: ClientState, earlier: Mapping[str, Any] | None, number: int, most: int, ends: datetime | None
) -> dict[str, Any]:
    """Return ``context["retries"]`` of an attempt, as handlers know it; ``earlier`` is that of the attempt before.

    ``ends`` is when the attempt's answer is waited for no more, by the clock of the service.
    """
    facts = {
        "attempt": number,
        "invocation-id": state.new_invocation_id() if earlier is None else earlier["invocation-id"],
    }
    if number > 1 or state.tells_max_at_once:
        facts["max"] = most
    if ends is not None:
        facts["ttl"] = ends.strftime("%Y%m%dT%H%M%SZ")
    return facts


def deadline_after(state: ClientState, answer: Any) -> timedelta | None:
    """Return what to add to this host's time for ``ends``, as an answer's ``Date`` teaches; ``None`` if it has none."""
    timeout = state.config.read_timeout
    theirs = None if timeout is None else http_date(answer.headers.get("Date"))
    return None if theirs is None else theirs - state.clock.now() + timedelta(seconds=timeout or 0)


def add_retry_headers(headers: Headers, retries: Mapping[str, Any]) -> None:
    """Add ``amz-sdk-invocation-id`` and ``amz-sdk-request`` to a request."""
    fields = headers.fields
    fields["amz-sdk-invocation-id"] = "amz-sdk-invocation-id", retries["invocation-id"]
    told = f"attempt={retries['attempt']}"
    if "max" in retries:
        told += f"; max={retries['max']}"
    fields["amz-sdk-request"] = "amz-sdk-request", f"ttl={retries['ttl']}; {told}" if "ttl" in retries else told
