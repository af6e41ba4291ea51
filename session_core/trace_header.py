"""Recursion detection: a call that a Lambda function makes says by which chain of calls the function was started.

Source: "Use Lambda recursive loop detection to prevent infinite loops", AWS Lambda developer guide.
"""

import os
from typing import TYPE_CHECKING, Any

from .changes import is_left_out

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["add_trace", "in_lambda"]

_HEADER = "X-Amzn-Trace-Id"
_SAFE = "-=;:+&[]{}\"',"


def in_lambda() -> bool:
    """Whether this process runs a function; asked when a client makes its first call."""
    return "AWS_LAMBDA_FUNCTION_NAME" in os.environ


def add_trace(headers: Any, model: "OperationModel", left_out: frozenset[tuple[str, str]]) -> None:
    """Add the header of the invocation that runs now, unless the call has one."""
    trace = os.environ.get("_X_AMZN_TRACE_ID")
    if not trace or is_left_out("add_recursion_detection_header", model, left_out):
        return
    if all(name.lower() != _HEADER.lower() for name in headers):
        from urllib.parse import quote

        headers[_HEADER] = quote(trace, safe=_SAFE)
