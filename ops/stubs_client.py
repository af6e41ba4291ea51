"""The module of a service in stubs: its client, shapes, paginators, waiters, errors and resources."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..components.errors import DataNotFoundError
from ..models.documentation.pages import hidden_parameters
from ..models.names import python_name
from ..models.shapes import ServiceModel
from ..session_core.client_methods import EXTRA_METHODS
from ..session_core.customizations import customization_of
from .stubs_imports import with_imports
from .stubs_methods import choices, documentation, literal_of, method, own_method, parameters
from .stubs_names import Names, is_name, module_name
from .stubs_resources import resource_classes
from .stubs_shapes import GIVEN, ShapeTypes
from .stubs_special import CLIENT_TYPES

__all__ = ["ServiceStub", "service_stub"]


class ServiceStub(NamedTuple):
    """The module of a service: its text, and what a session's overloads say of it (no resource: empty)."""

    service: str
    module: str
    client: str
    resource: str
    text: str


def service_stub(loader: Any, service: str, *, whole: bool = True) -> ServiceStub:
    """Return the module of a service, by the models that a loader finds.

    ``whole``: every member of a result may be read without a question whether it is there.
    """
    model: ServiceModel = loader.service_model(service)
    names = Names()
    types = ShapeTypes(model, names, whole=whole, replaced=CLIENT_TYPES.get(service))
    for name in model.operation_names:
        operation = model.operation_model(name)
        if operation.input_shape is not None:
            types.reach(operation.input_shape.name, GIVEN)
        if operation.output_shape is not None:
            types.reach_result(name, operation.output_shape.name)
    prefix = model.class_name if model.class_name.isidentifier() else f"N{model.class_name}"
    client = names.give(f"{prefix}Client")
    resources = resource_classes(loader, model, types, names, prefix, client, whole=whole)
    pages = _paginators(loader, model, types, names)
    waiters = _waiters(loader, model, types, names)
    errors, error_class = _errors(model, names, prefix)
    body = _client(model, types, names, client, pages, waiters, error_class)
    classes = "\n".join([text for _, text in (*pages.values(), *waiters.values())])
    more = "" if resources is None else resources.text
    parts = ["\n".join(types.definitions()), classes, errors, body, more]
    text = with_imports(f"Types of {service} ({model.api_version})", "\n".join(part for part in parts if part))
    return ServiceStub(service, module_name(service), client, "" if resources is None else resources.name, text)


def _document(loader: Any, model: ServiceModel, kind: str, section: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = loader.document(model.service_name, kind, model.api_version).get(section, {})
    except DataNotFoundError:
        return {}
    return found


def _paginators(loader: Any, model: ServiceModel, types: ShapeTypes, names: Names) -> dict[str, tuple[str, str]]:
    """Return (class, text) of each paginator, by the name of its method."""
    found = {}
    for name, rules in sorted(_document(loader, model, "paginators-1", "pagination").items()):
        if name not in model.operation_names:
            continue
        operation = model.operation_model(name)
        title = names.give(f"{name}Paginator")
        config = ["PaginationConfig: PaginatorConfigTypeDef = ..."]
        given = parameters(types, operation, hidden_parameters(rules), (), config)
        page = _result(types, operation)
        text = f"class {title}(Paginator):\n" + method("paginate", given, f"PageIterator[{page}]")
        found[python_name(name)] = (title, text)
    return found


def _waiters(loader: Any, model: ServiceModel, types: ShapeTypes, names: Names) -> dict[str, tuple[str, str]]:
    """Return (class, text) of each waiter, by its name in Python."""
    found = {}
    for name, record in sorted(_document(loader, model, "waiters-2", "waiters").items()):
        if record.get("operation") not in model.operation_names:
            continue
        title = names.give(f"{name}Waiter")
        operation = model.operation_model(record["operation"])
        given = parameters(types, operation, (), (), ["WaiterConfig: WaiterConfigTypeDef = ..."])
        found[python_name(name)] = (title, f"class {title}(Waiter):\n" + method("wait", given, "None"))
    return found


def _errors(model: ServiceModel, names: Names, prefix: str) -> tuple[str, str]:
    """Return the class of ``client.exceptions``, and its name."""
    title = names.give(f"{prefix}Exceptions")
    lines = [f"class {title}:", "    ClientError: type[_ClientError]"]
    for name in sorted(error.name for error in model.error_shapes):
        if is_name(name) and name != "ClientError":
            lines.append(f"    class {name}(_ClientError): ...")
    lines.append("    def from_code(self, code: str | None) -> type[_ClientError]: ...")
    return "_ClientError: TypeAlias = ClientError\n\n" + "\n".join([*lines, ""]), title


def _result(types: ShapeTypes, operation: Any) -> str:
    shape = operation.output_shape
    return types.result(operation.name, None if shape is None else shape.name)


def _client(
    model: ServiceModel,
    types: ShapeTypes,
    names: Names,
    title: str,
    pages: Mapping[str, tuple[str, str]],
    waiters: Mapping[str, tuple[str, str]],
    errors: str,
) -> str:
    methods = {python_name(name): name for name in sorted(model.operation_names)}
    methods = {name: operation for name, operation in methods.items() if is_name(name)}
    called = names.give(f"{title}Method")
    parts = [f"{called}: TypeAlias = {literal_of(methods)}\n\nclass {title}(ServiceClient):\n"]
    parts.append("    @property\n    def exceptions(self) -> " + errors + ": ...\n")
    for name, operation_name in methods.items():
        operation = model.operation_model(operation_name)
        given = parameters(types, operation)
        options = "_options: CallOptions | None = ..."
        given = (
            [*given[:-1], options, given[-1]] if given and given[-1].startswith("**") else [*(given or "*"), options]
        )
        parts.append(method(name, given, _result(types, operation), doc=documentation(operation)))
    for name, meant in sorted(customization_of(model.service_id).method_aliases.items()):
        parts.append(f"    {name} = {meant}\n")
    for name, function in sorted(EXTRA_METHODS.get(model.service_id, {}).items()):
        parts.append(own_method(name, function))
    url = [f"ClientMethod: {called}", "Params: Mapping[str, Any] | None = ...", "ExpiresIn: int = ..."]
    parts.append(method("generate_presigned_url", [*url, "HttpMethod: str | None = ..."], "str"))
    parts.append(method("can_paginate", [f"operation_name: {called}"], "bool"))
    parts.append(choices("get_paginator", "operation_name", {name: made for name, (made, _) in pages.items()}))
    parts.append(choices("get_waiter", "waiter_name", {name: made for name, (made, _) in waiters.items()}))
    return "".join(parts)
