"""What endpoint rules end in: an endpoint, or a refusal in the rules' own words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..components.errors import EndpointResolutionError
from .endpoint_expressions import Expressions, Scope

__all__ = ["Endpoint", "Result", "compile_result"]


class Endpoint:
    """Where a request goes.

    ``url`` is the base URL; ``properties`` may hold ``authSchemes`` (a list of
    dictionaries, best first), ``metricValues`` and ``backend``; ``headers``
    maps header names to lists of values. An endpoint is shared by all calls
    with the same parameters: nothing in it may be changed.
    """

    __slots__ = ("headers", "properties", "url")

    def __init__(self, url: str, properties: Mapping[str, Any], headers: Mapping[str, Sequence[str]]) -> None:
        self.url = url
        self.properties = properties
        self.headers = headers

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Endpoint):
            return NotImplemented
        return (self.url, self.properties, self.headers) == (other.url, other.properties, other.headers)

    __hash__ = None  # type: ignore[assignment] # properties are dictionaries

    def __repr__(self) -> str:
        return f"Endpoint(url={self.url!r}, properties={self.properties!r}, headers={self.headers!r})"


Result = Callable[[Scope], Endpoint | None]
"""What a rule does once its conditions hold."""


def compile_result(record: Mapping[str, Any], expressions: Expressions) -> Result:
    """Compile ``{"endpoint": ...}`` or ``{"error": ...}``; the error is raised as ``EndpointResolutionError``."""
    if "error" in record:
        message = expressions.value(record["error"])

        def refuse(scope: Scope) -> Endpoint:
            raise EndpointResolutionError(msg=message(scope))

        return refuse
    endpoint = record["endpoint"]
    url = expressions.value(endpoint["url"])
    properties = expressions.document(endpoint.get("properties", {}))
    headers = expressions.document(endpoint.get("headers", {}))

    def answer(scope: Scope) -> Endpoint:
        found = url(scope)
        if found is None:
            raise EndpointResolutionError(
                msg=f"The endpoint template {endpoint['url']!r} needs a value that is not set"
            )
        return Endpoint(found, properties(scope), headers(scope))

    return answer
