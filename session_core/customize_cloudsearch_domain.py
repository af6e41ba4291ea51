"""CloudSearch Domain: searches may be longer than a URL."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from .customization import Customization, NamedStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["CloudSearchDomain"]


class CloudSearchDomain(Customization):
    """``Search`` sends its query as a form."""

    parameter_aliases: ClassVar = {"Search": {"returnFields": "return"}}

    def request_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Move the query into the body."""
        return [NamedStep("change_get_to_post", _as_form)] if operation.name == "Search" else ()


def _as_form(params: Mapping[str, Any], request: dict[str, Any]) -> None:
    if request["method"] != "GET":
        return
    url, _, query = request["url"].partition("?")
    request.update(method="POST", url=url, body=query.encode(), query_string="")
    request["headers"]["Content-Type"] = "application/x-www-form-urlencoded"
