"""The check of endpoint rules that somebody else wrote: broken in form is said at once, with the place.

A function that is not known is no fault of form: it is refused where it is called, and the
rules that do not need it work. Source: https://smithy.io/2.0/additional-specs/rules-engine/specification.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .endpoint_rules import PARAMETER_TYPES
from .model_origin import Fault, ModelOrigin, escaped, object_faults

__all__ = ["check_ruleset"]

_KINDS = {"endpoint": "endpoint", "error": "error", "tree": "rules"}
_ARGUMENTS = {"isSet": 1, "not": 1, "stringEquals": 2, "booleanEquals": 2, "getAttr": 2, "aws.partition": 1}


def check_ruleset(ruleset: Mapping[str, Any], origin: ModelOrigin) -> None:
    """Check the form of a rule set; ``InvalidModelError`` names the first fault with its JSON pointer."""
    for pointer, reason in _faults(ruleset):
        raise origin.error(pointer, reason)


def _faults(ruleset: Mapping[str, Any]) -> Iterator[Fault]:
    parameters = ruleset.get("parameters", {})
    yield from object_faults(parameters, "/parameters")
    for name, record in parameters.items():
        pointer = f"/parameters/{escaped(name)}"
        yield from object_faults(record, pointer)
        kind = record.get("type")
        if not isinstance(kind, str) or kind.lower() not in PARAMETER_TYPES:
            known = "String, Boolean, StringArray"
            yield f"{pointer}/type", f"{kind!r} is no type of a parameter; the types are {known}"
    if not isinstance(ruleset.get("rules"), list):
        yield "/rules", "expected a list of rules"
    known_names = set(parameters)
    yield from _rules(ruleset["rules"], "/rules", known_names)


def _rules(rules: Any, pointer: str, names: set[str]) -> Iterator[Fault]:
    if not isinstance(rules, list):
        yield pointer, f"expected a list of rules, found {type(rules).__name__}"
    for position, rule in enumerate(rules):
        yield from _rule(rule, f"{pointer}/{position}", names)


def _rule(rule: Any, pointer: str, names: set[str]) -> Iterator[Fault]:
    yield from object_faults(rule, pointer)
    conditions = rule.get("conditions", [])
    if not isinstance(conditions, list):
        yield f"{pointer}/conditions", f"expected a list of conditions, found {type(conditions).__name__}"
    inner = set(names)
    for position, condition in enumerate(conditions):
        place = f"{pointer}/conditions/{position}"
        yield from _call(condition, place, inner)
        if "assign" in condition:
            inner.add(condition["assign"])
    kind = rule.get("type")
    if kind not in _KINDS:
        yield f"{pointer}/type", f"{kind!r} is no type of a rule; the types are {', '.join(_KINDS)}"
    part = _KINDS[kind]
    place = f"{pointer}/{part}"
    if part not in rule:
        yield place, f"it is missing: a rule of type {kind!r} needs it"
    if kind == "tree":
        yield from _rules(rule[part], place, inner)
    elif kind == "error":
        yield from _value(rule[part], place, inner)
    else:
        yield from object_faults(rule[part], place)
        if "url" not in rule[part]:
            yield f"{place}/url", "it is missing: an endpoint needs a URL"
        yield from _value(rule[part]["url"], f"{place}/url", inner)
        for name in ("properties", "headers"):
            yield from object_faults(rule[part].get(name, {}), f"{place}/{name}")


def _call(record: Any, pointer: str, names: set[str]) -> Iterator[Fault]:
    yield from object_faults(record, pointer)
    function, arguments = record.get("fn"), record.get("argv")
    if not isinstance(function, str):
        yield f"{pointer}/fn", "expected the name of a function"
    if not isinstance(arguments, list):
        yield f"{pointer}/argv", "expected a list of arguments"
    needed = _ARGUMENTS.get(function)
    if needed is not None and len(arguments) != needed:
        yield f"{pointer}/argv", f"{function} takes {needed} argument{'s' * (needed > 1)}, not {len(arguments)}"
    for position, argument in enumerate(arguments):
        yield from _value(argument, f"{pointer}/argv/{position}", names)


def _value(record: Any, pointer: str, names: set[str]) -> Iterator[Fault]:
    if isinstance(record, Mapping):
        if "ref" in record:
            if record["ref"] not in names:
                known = ", ".join(sorted(names)) or "none"
                yield (
                    f"{pointer}/ref",
                    f"{record['ref']!r} is no parameter and nothing assigns it before; known: {known}",
                )
        else:
            yield from _call(record, pointer, names)
    elif isinstance(record, str):
        if record.count("{") != record.count("}"):
            yield pointer, f"the braces of {record!r} do not match"
    elif not isinstance(record, bool | int | float | list):
        yield pointer, f"expected a value, a reference or a call, found {type(record).__name__}"
