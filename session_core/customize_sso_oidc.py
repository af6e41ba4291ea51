"""SSO OIDC: its errors are those of OAuth 2.0, whose text has a name of its own.

Source: RFC 6749, section 5.2.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .customization import Customization, NamedStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["SSOOIDC"]


class SSOOIDC(Customization):
    """``error_description`` is the message of an error."""

    def answer_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Name the message as other services do."""
        return [NamedStep("map_oauth2_errors", _name_message)]


def _name_message(response_dict: dict[str, Any], customized: dict[str, Any]) -> None:
    body = response_dict["body"]
    if response_dict["status_code"] < 300 or not isinstance(body, bytes) or b"error_description" not in body:
        return
    from json import dumps, loads

    try:
        fields = loads(body)
    except ValueError:  # no JSON: the parser says what can be said
        return
    if isinstance(fields, dict) and "message" not in fields and "Message" not in fields:
        response_dict["body"] = dumps({**fields, "message": fields.get("error_description")}).encode()
