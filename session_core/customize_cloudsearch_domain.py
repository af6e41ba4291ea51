"""CloudSearch Domain: searches may be longer than a URL."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .customization import Customization, RequestStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["CloudSearchDomain"]


class CloudSearchDomain(Customization):
    """``Search`` sends its query as a form."""

    def request_step(self, operation: "OperationModel") -> RequestStep | None:
        """Move the query into the body."""
        return _as_form if operation.name == "Search" else None


def _as_form(params: Mapping[str, Any], request: dict[str, Any]) -> None:
    if request["method"] != "GET":
        return
    url, _, query = request["url"].partition("?")
    request.update(method="POST", url=url, body=query.encode(), query_string="")
    request["headers"]["Content-Type"] = "application/x-www-form-urlencoded"
