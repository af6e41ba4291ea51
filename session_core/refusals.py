"""What a service refused, as the error that users catch."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..components.errors import ClientError, HTTPClientError

if TYPE_CHECKING:
    from .plan import OperationPlan
    from .state import ClientState

__all__ = ["note_http2", "service_error"]


def service_error(state: "ClientState", plan: "OperationPlan", parsed: Mapping[str, Any]) -> ClientError:
    """Return the modelled exception of a refusal, or ``ClientError``; not raised."""
    error = parsed.get("Error", {})
    exception: type[ClientError] = state.exceptions.from_code(error.get("Code"))
    if exception is ClientError and "QueryErrorCode" in error:
        # A service that spoke the query protocol before: SQS has no such codes in its model, but for names alone.
        exception = state.exceptions.from_code(error["QueryErrorCode"])
    refusal = exception(parsed, plan.name)
    note_http2(plan, refusal)
    return refusal


def note_http2(plan: "OperationPlan", error: Exception) -> None:
    """Say what may be behind an error of an operation that sends events and is meant for HTTP/2."""
    wanted = plan.model.metadata.get("protocolSettings")
    if not wanted or wanted.get("h2") != "eventstream" or not isinstance(error, ClientError | HTTPClientError):
        return
    if plan.model.has_event_stream_input:
        error.add_note(
            f"{plan.name} is meant for HTTP/2. Its events were sent over HTTP/1.1, which the service may refuse."
        )
