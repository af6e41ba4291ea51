"""The documentation of a client class, and of the errors of a service."""

from collections.abc import Iterable, Mapping

from ..shapes import ServiceModel, StructureShape
from .html_text import first_sentence, plain_text
from .layout import STEP, WIDTH, fill, section
from .members import Members

__all__ = ["error_text", "service_text"]


def service_text(model: ServiceModel, methods: Mapping[str, str], pages: Iterable[str], waiters: Iterable[str]) -> str:
    """Return the documentation of a service.

    ``methods`` are the operations by their Python names, ``pages`` the methods that have a paginator, ``waiters`` the
    Python names of the waiters.
    """
    name = model.metadata.get("serviceFullName") or model.service_name
    parts = [f"A client of {name} (api version {model.metadata.get('apiVersion', 'unknown')})."]
    parts.append(plain_text(model.documentation))
    lines: list[str] = []
    for method, operation in sorted(methods.items()):
        about = first_sentence(model.source.documentation("operation", operation))
        lines += [method, fill(about, WIDTH - 4, STEP, STEP)] if about else [method]
    parts.append(section("Operations, each explained by help(client.<name>)", lines))
    errors = sorted(shape.name for shape in model.error_shapes)
    listed = (
        ("Paginators, for client.get_paginator(name)", sorted(pages)),
        ("Waiters, for client.get_waiter(name)", sorted(waiters)),
        ("Errors, as client.exceptions.<name>", errors),
    )
    parts += [section(title, fill(", ".join(names), WIDTH - 4).split("\n")) for title, names in listed if names]
    return "\n\n".join(filter(None, parts)) + "\n"


def error_text(shape: StructureShape) -> str:
    """Return the documentation of a modelled error."""
    status = shape.metadata.get("error", {}).get("httpStatusCode")
    parts = [plain_text(shape.documentation) or f"The error {shape.error_code} of the service."]
    code = f"Error code {shape.error_code!r}" + (f", HTTP status {status}." if status else ".")
    parts.append(code)
    if shape.members:
        parts.append(section("Members of `error.response`", Members(set(), output=True).of(shape)))
    return "\n\n".join(parts) + "\n"
