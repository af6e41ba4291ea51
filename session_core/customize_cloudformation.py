"""CloudFormation: templates in JSON come as dictionaries."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .customization import Customization, NamedStep

if TYPE_CHECKING:
    from ..models.shapes import OperationModel

__all__ = ["CloudFormation"]


class CloudFormation(Customization):
    """``GetTemplate`` gives a dictionary where the template is JSON, and the text otherwise."""

    def result_steps(self, operation: "OperationModel") -> Iterable[NamedStep]:
        """Decode the template."""
        return [NamedStep("json_decode_template_body", _decode_template)] if operation.name == "GetTemplate" else ()


def _decode_template(parsed: dict[str, Any], context: Mapping[str, Any]) -> None:
    body = parsed.get("TemplateBody")
    if not isinstance(body, str):
        return
    from json import loads

    try:
        parsed["TemplateBody"] = loads(body)
    except ValueError:  # YAML
        return
