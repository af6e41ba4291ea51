"""The parameters of the endpoint rules, bound from a call, its operation and the client.

A parameter takes the most specific value there is, in the order of the Smithy
specification: the operation's static value, the member of the call's
parameters, the operation's JMESPath, the client's context, the built-in. The
default of the rule set comes last and is the resolver's business.

Source: https://smithy.io/2.0/additional-specs/rules-engine/parameters.html
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

from ..components.after_fork import import_whole
from .endpoint_rules import PARAMETER_TYPES
from .shapes import OperationModel

__all__ = ["KNOWN_BUILTINS", "EndpointBinder", "client_context_values", "compile_endpoint_binder"]

KNOWN_BUILTINS = frozenset(
    (
        "AWS::Auth::AccountId",
        "AWS::Auth::AccountIdEndpointMode",
        "AWS::Region",
        "AWS::S3::Accelerate",
        "AWS::S3::DisableMultiRegionAccessPoints",
        "AWS::S3::DisableS3ExpressSessionAuth",
        "AWS::S3::ForcePathStyle",
        "AWS::S3::UseArnRegion",
        "AWS::S3::UseGlobalEndpoint",
        "AWS::S3Control::UseArnRegion",
        "AWS::STS::UseGlobalEndpoint",
        "AWS::UseDualStack",
        "AWS::UseFIPS",
        "SDK::Endpoint",
    )
)
"""The built-ins that a client should know how to fill; others may be in newer rule sets and stay unset."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class EndpointBinder(Protocol):
    """Builds the rule parameters of one call of an operation. Pure; safe in threads."""

    def __call__(
        self, params: Mapping[str, Any], builtins: Mapping[str, Any], client_context: Mapping[str, Any] = ...
    ) -> dict[str, Any]:
        """Return the values of all parameters that have one.

        ``params`` are the call's. A value among them that is not of the
        declared type is left out: validation reports it better. ``builtins``
        maps names such as ``AWS::Region`` to values, or to functions that make
        one when it is needed (an account id may cost a credential fetch).
        ``client_context`` maps parameter names to values, see
        ``client_context_values``.
        """
        ...

    of_call: Callable[[Mapping[str, Any], dict[str, Any]], dict[str, Any]] | None
    """Puts what a call's parameters say over what ``bind({}, ...)`` has given; ``None`` where they say nothing."""

    reads: str | None
    """The one member that ``of_call`` looks at; ``None`` where there are more, or none."""


def client_context_values(declared: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the client's options that are endpoint parameters, by the names of the rule set.

    ``declared`` is ``ServiceModel.client_context_parameters``. Options may be
    spelled as the parameter or in snake case (``use_arn_region``): parameter
    names are unique whatever their case.
    """
    given = {name.replace("_", "").lower(): value for name, value in options.items()}
    return {name: value for name in declared if (value := given.get(name.lower())) is not None}


def compile_endpoint_binder(
    operation: OperationModel, rule_parameters: Mapping[str, Mapping[str, Any]]
) -> EndpointBinder:
    """Return the function that binds ``rule_parameters`` for calls of ``operation``.

    Give ``EndpointResolver.read_parameters`` rather than all ``parameters``:
    what no rule reads is then not even looked at. Compile once per operation.
    """
    static = {name: value for name, value in operation.static_context_parameters if name in rule_parameters}
    wanted = {name: record for name, record in rule_parameters.items() if name not in static}
    members = [
        (name, member, _type_of(wanted[name])) for name, member in operation.context_parameters if name in wanted
    ]
    paths = [
        (name, _search(path), _type_of(wanted[name]))
        for name, path in operation.operation_context_parameters
        if name in wanted
    ]
    service = operation.service_model
    declared = service.client_context_parameters
    contexts = [name for name in wanted if name in declared]
    builtin_names: list[tuple[str, str]] = []
    for name, record in wanted.items():
        if "builtIn" in record:
            builtin_names.append((name, record["builtIn"]))
        elif (
            name in declared
        ):  # DisableS3ExpressSessionAuth: an SDK-wide setting that the rules declare no built-in for
            builtin_names.append((name, f"AWS::{service.service_id.replace(' ', '')}::{name}"))

    def bind_call(params: Mapping[str, Any], bound: dict[str, Any]) -> dict[str, Any]:
        of_call = static.copy()
        for name, member, fits in members:
            value = params.get(member)
            if value is not None and fits(value):
                of_call[name] = value
        for name, search, fits in paths:
            if name not in of_call:
                value = search(params)
                if value is not None and fits(value):
                    of_call[name] = value
        return {**bound, **of_call}

    def bind(
        params: Mapping[str, Any], builtins: Mapping[str, Any], client_context: Mapping[str, Any] = _NOTHING
    ) -> dict[str, Any]:
        bound = bind_call(params, {})
        if client_context:
            for name in contexts:
                if name not in bound and client_context.get(name) is not None:
                    bound[name] = client_context[name]
        for name, builtin in builtin_names:
            value = builtins.get(builtin)
            if value is not None and name not in bound:
                if callable(value):
                    value = value()
                    if value is None:
                        continue
                bound[name] = value
        return bound

    bind.of_call = bind_call if members or paths else None  # type: ignore[attr-defined] # declared by the protocol
    bind.reads = members[0][1] if len(members) == 1 and not paths else None  # type: ignore[attr-defined] # it too
    return bind  # type: ignore[return-value] # it has the attribute now


def _type_of(record: Mapping[str, Any]) -> Callable[[Any], bool]:
    return PARAMETER_TYPES[record["type"].lower()]


def _search(path: str) -> Callable[[Mapping[str, Any]], Any]:
    """Compile a JMESPath; what it cannot be applied to has no value, and validation will say why."""
    import_whole("jmespath")
    import jmespath  # type: ignore[import-untyped] # here, for it costs 10 ms and five operations of DynamoDB need it
    from jmespath.exceptions import JMESPathError  # type: ignore[import-untyped] # no stubs

    expression = jmespath.compile(path)

    def search(params: Mapping[str, Any]) -> Any:
        try:
            return expression.search(params)
        except JMESPathError:
            return None

    return search
