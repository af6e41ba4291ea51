"""The check of endpoint rules that somebody else wrote: broken in form is said at once, with the place."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..components.errors import EndpointProviderError, InvalidModelError
from .endpoint_expressions import Expressions
from .endpoint_rules import PARAMETER_TYPES
from .endpoint_tables import is_diagram

__all__ = ["ARGUMENTS", "check_endpoint_rules"]

_Fault = tuple[str, str]

_MANY = 100

ARGUMENTS: Mapping[str, tuple[int, int]] = {
    "aws.isVirtualHostableS3Bucket": (1, 2),
    "aws.parseArn": (1, 1),
    "aws.partition": (1, 1),
    "booleanEquals": (2, 2),
    "coalesce": (2, _MANY),
    "getAttr": (2, 2),
    "isSet": (1, 1),
    "isValidHostLabel": (1, 2),
    "ite": (3, 3),
    "not": (1, 1),
    "parseURL": (1, 1),
    "split": (3, 3),
    "stringEquals": (2, 2),
    "substring": (4, 4),
    "uriEncode": (1, 1),
}
"""How many arguments each function of the rules takes: at least, and at most."""


def check_endpoint_rules(document: Mapping[str, Any], path: str) -> None:
    """Check the form of a rule set or decision diagram; ``InvalidModelError`` names the first fault and its place.

    The nodes of a diagram are checked where they are decoded.
    """
    for pointer, reason in _faults(document):
        raise InvalidModelError(path=path, pointer=pointer, reason=reason)


def _faults(document: Mapping[str, Any]) -> Iterator[_Fault]:
    yield from _is(document.get("parameters"), dict, "/parameters")
    for name, record in document["parameters"].items():
        pointer = f"/parameters/{name}"
        yield from _is(record, dict, pointer)
        kind = record.get("type")
        if not isinstance(kind, str) or kind.lower() not in PARAMETER_TYPES:
            yield f"{pointer}/type", f"{kind!r} is no type of a parameter: it is string, boolean or stringArray"
    if is_diagram(document):
        yield from _is(document.get("conditions"), list, "/conditions")
        for position, condition in enumerate(document["conditions"]):
            yield from _call(condition, f"/conditions/{position}")
        yield from _is(document.get("results"), list, "/results")
        for position, result in enumerate(document["results"]):
            yield from _result(result, f"/results/{position}")
    else:
        yield from _rules(document.get("rules"), "/rules")
        yield from _unknown_names(document["rules"], "/rules", frozenset(document["parameters"]))


def _rules(rules: Any, pointer: str) -> Iterator[_Fault]:
    yield from _is(rules, list, pointer)
    for position, rule in enumerate(rules):
        place = f"{pointer}/{position}"
        yield from _is(rule, dict, place)
        conditions = rule.get("conditions", [])
        yield from _is(conditions, list, f"{place}/conditions")
        for number, condition in enumerate(conditions):
            yield from _call(condition, f"{place}/conditions/{number}")
        if "rules" in rule:
            yield from _rules(rule["rules"], f"{place}/rules")
        else:
            yield from _result(rule, place)


def _result(record: Any, pointer: str) -> Iterator[_Fault]:
    yield from _is(record, dict, pointer)
    if "error" in record:
        yield from _value(record["error"], f"{pointer}/error")
        return
    endpoint = record.get("endpoint")
    if endpoint is None:
        yield pointer, "it has none of 'rules', 'endpoint' and 'error'"
        return
    yield from _is(endpoint, dict, f"{pointer}/endpoint")
    if "url" not in endpoint:
        yield f"{pointer}/endpoint/url", "it is missing"
    yield from _value(endpoint["url"], f"{pointer}/endpoint/url")
    for key in ("properties", "headers"):
        content = endpoint.get(key, {})
        yield from _is(content, dict, f"{pointer}/endpoint/{key}")
        yield from _templates(content, f"{pointer}/endpoint/{key}")


def _call(record: Any, pointer: str) -> Iterator[_Fault]:
    yield from _is(record, dict, pointer)
    name = record.get("fn")
    if not isinstance(name, str) or name not in ARGUMENTS:
        yield f"{pointer}/fn", f"{name!r} is no function of the rules; known are {', '.join(ARGUMENTS)}"
    arguments = record.get("argv")
    yield from _is(arguments, list, f"{pointer}/argv")
    least, most = ARGUMENTS[str(name)]
    if not least <= len(arguments) <= most:
        count = str(least) if least == most else f"{least} or more" if most == _MANY else f"{least} to {most}"
        yield f"{pointer}/argv", f"{name} takes {count} arguments, not {len(arguments)}"
    for position, argument in enumerate(arguments):
        yield from _value(argument, f"{pointer}/argv/{position}")


def _value(value: Any, pointer: str) -> Iterator[_Fault]:
    if isinstance(value, dict):
        if "ref" in value:
            yield from _is(value["ref"], str, f"{pointer}/ref")
        else:
            yield from _call(value, pointer)
    elif value is None:
        yield pointer, "null is no value"
    else:
        yield from _templates(value, pointer)


def _templates(value: Any, pointer: str) -> Iterator[_Fault]:
    if isinstance(value, str):
        try:
            Expressions({}).template(value)
        except (EndpointProviderError, ValueError) as error:
            yield pointer, str(error)
    elif isinstance(value, dict):
        for key, content in value.items():
            yield from _templates(content, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for position, content in enumerate(value):
            yield from _templates(content, f"{pointer}/{position}")


_NAMES: Mapping[type, str] = {dict: "an object", list: "an array", str: "text"}


def _is(value: Any, wanted: type, pointer: str) -> Iterator[_Fault]:
    if value is None:
        yield pointer, "it is missing"
    elif not isinstance(value, wanted):
        yield pointer, f"expected {_NAMES[wanted]}, found {type(value).__name__}"


def _unknown_names(rules: list[Any], pointer: str, known: frozenset[str]) -> Iterator[_Fault]:
    """Find references to what is neither a parameter nor assigned on the way: such a rule would never match."""
    for position, rule in enumerate(rules):
        place, names = f"{pointer}/{position}", known
        for number, condition in enumerate(rule.get("conditions", [])):
            yield from _unknown_arguments(condition, f"{place}/conditions/{number}", names)
            if "assign" in condition:
                names |= {condition["assign"]}
        if "rules" in rule:
            yield from _unknown_names(rule["rules"], f"{place}/rules", names)


def _unknown_arguments(call: Mapping[str, Any], pointer: str, names: frozenset[str]) -> Iterator[_Fault]:
    for position, argument in enumerate(call["argv"]):
        place = f"{pointer}/argv/{position}"
        if not isinstance(argument, dict):
            continue
        if "ref" not in argument:
            yield from _unknown_arguments(argument, place, names)
        elif argument["ref"] not in names:
            known = ", ".join(sorted(names)) or "none"
            yield f"{place}/ref", f"{argument['ref']!r} is no parameter, and nothing assigns it before; known: {known}"
