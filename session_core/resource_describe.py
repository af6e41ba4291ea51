"""What ``help()`` and completion show of a resource's methods."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from .documentation import LazySignature, document_method

if TYPE_CHECKING:
    from ..models.shapes import ServiceModel

__all__ = ["describe", "describe_call"]


def describe(
    method: Callable[..., Any], name: str, text: str, model: "ServiceModel", arguments: Iterable[str] = ()
) -> Callable[..., Any]:
    """Give a method its name and documentation; ``arguments`` are the names of its positional ones."""
    method.__name__, method.__doc__ = name, text
    signature = LazySignature()
    signature.kind, signature.model, signature.name = "relation", model, " ".join(arguments)
    method.__signature__ = signature  # type: ignore[attr-defined] # made when it is looked at
    return method


def describe_call(
    method: Callable[..., Any], name: str, model: "ServiceModel", operation: str, given: Iterable[str]
) -> Callable[..., Any]:
    """Give a method the documentation of the operation that it calls, without the parameters that are ``given``."""
    method.__name__ = name
    document_method(method, "action", model, " ".join([operation, name, *sorted(given)]))
    return method
