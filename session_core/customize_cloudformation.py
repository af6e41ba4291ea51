"""CloudFormation: templates in JSON come as dictionaries."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .customization import Customization, ResultStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["CloudFormation"]


class CloudFormation(Customization):
    """``GetTemplate`` gives a dictionary where the template is JSON, and the text otherwise."""

    def result_step(self, operation: "OperationModel") -> ResultStep | None:
        """Decode the template."""
        return _decode_template if operation.name == "GetTemplate" else None


def _decode_template(parsed: dict[str, Any], context: Mapping[str, Any]) -> None:
    body = parsed.get("TemplateBody")
    if not isinstance(body, str):
        return
    from json import loads

    try:
        parsed["TemplateBody"] = loads(body)
    except ValueError:  # YAML
        return
