"""The texts of ``help()``, by what is asked about: each function takes a model and a name in it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..models.names import python_name

if TYPE_CHECKING:
    from ..models.shapes import ServiceModel

__all__ = ["action", "error", "operation", "paginator", "service", "waiter"]


def _section(model: "ServiceModel", kind: str, section: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = model.source.document(kind).get(section, {})
    return found


def operation(model: "ServiceModel", name: str) -> str:
    """Return the documentation of an operation."""
    from ..models.documentation.operation import operation_text

    examples = _section(model, "examples-1", "examples").get(name, ())
    return operation_text(model.operation_model(name), python_name(name), examples)


def action(model: "ServiceModel", name: str) -> str:
    """Return the documentation of a resource's method: ``name`` has the operation, the method, and what it is given."""
    from ..models.documentation.operation import action_text

    called, method, *given = name.split(" ")
    return action_text(model.operation_model(called), method, python_name(called), given)


def paginator(model: "ServiceModel", name: str) -> str:
    """Return the documentation of the paginator of an operation."""
    from ..models.documentation.pages import paginator_text

    rules = _section(model, "paginators-1", "pagination").get(name, {})
    return paginator_text(model.operation_model(name), python_name(name), rules)


def waiter(model: "ServiceModel", name: str) -> str:
    """Return the documentation of a waiter."""
    from ..models.documentation.pages import waiter_text

    record = _section(model, "waiters-2", "waiters").get(name, {})
    return waiter_text(model.operation_model(record["operation"]), python_name(record["operation"]), record)


def service(model: "ServiceModel", name: str = "") -> str:
    """Return the documentation of a client class."""
    from ..models.documentation.service import service_text

    methods = {python_name(operation): operation for operation in model.operation_names}
    pages = [python_name(operation) for operation in _section(model, "paginators-1", "pagination")]
    waiters = [python_name(waiter) for waiter in _section(model, "waiters-2", "waiters")]
    return service_text(model, methods, pages, waiters)


def error(model: "ServiceModel", name: str) -> str:
    """Return the documentation of a modelled error."""
    from ..models.documentation.service import error_text
    from ..models.shapes import StructureShape

    shape = model.shape_for(name)
    return error_text(shape) if isinstance(shape, StructureShape) else ""
