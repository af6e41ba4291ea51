"""The check of paginators, waiters and partitions that somebody else wrote: a fault is named with its place."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .model_origin import Fault, ModelOrigin, escaped, object_faults

__all__ = ["check_paginator", "check_partitions", "check_section", "check_waiter"]

_MATCHERS = ("path", "pathAll", "pathAny", "status", "error")
_STATES = ("success", "failure", "retry")


def check_section(document: Mapping[str, Any], section: str, origin: ModelOrigin) -> None:
    """Check that a document has the object that its kind is about (``pagination``, ``waiters``)."""
    _raise(object_faults(document.get(section), f"/{section}"), origin)


def check_paginator(name: str, rules: Any, members: Sequence[str], origin: ModelOrigin) -> None:
    """Check the rules of the pages of an operation, whose parameters are ``members``."""
    _raise(_paginator(rules, members, f"/pagination/{escaped(name)}"), origin)


def check_waiter(name: str, record: Any, operations: Sequence[str], origin: ModelOrigin) -> None:
    """Check a waiter of a service that has these operations."""
    _raise(_waiter(record, operations, f"/waiters/{escaped(name)}"), origin)


def check_partitions(document: Mapping[str, Any], origin: ModelOrigin) -> None:
    """Check the partitions."""
    _raise(_partitions(document.get("partitions")), origin)


def _raise(faults: Iterator[Fault], origin: ModelOrigin) -> None:
    for pointer, reason in faults:
        raise origin.error(pointer, reason)


def _paginator(rules: Any, members: Sequence[str], pointer: str) -> Iterator[Fault]:
    yield from object_faults(rules, pointer)
    for key in ("input_token", "output_token", "result_key"):
        if key not in rules:
            yield f"{pointer}/{key}", "it is missing: pages need input_token, output_token and result_key"
    for place, value in _each(rules["input_token"], f"{pointer}/input_token"):
        yield from _member(value, members, place)
    if "limit_key" in rules:
        yield from _member(rules["limit_key"], members, f"{pointer}/limit_key")
    if len(_listed(rules["input_token"])) != len(_listed(rules["output_token"])):
        yield f"{pointer}/output_token", "there must be as many as in input_token"
    for key in ("output_token", "result_key", "non_aggregate_keys", "more_results"):
        for place, value in _each(rules.get(key, []), f"{pointer}/{key}"):
            yield from _expression(value, place)


def _waiter(record: Any, operations: Sequence[str], pointer: str) -> Iterator[Fault]:
    yield from object_faults(record, pointer)
    if record.get("operation") not in operations:
        yield f"{pointer}/operation", f"{record.get('operation')!r} is no operation of the service"
    for key, meaning in (("delay", "seconds between two calls"), ("maxAttempts", "the most calls")):
        value = record.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{pointer}/{key}", f"expected a number ({meaning}), found {value!r}"
    acceptors = record.get("acceptors")
    if not isinstance(acceptors, list) or not acceptors:
        yield f"{pointer}/acceptors", "expected a list of what an answer may mean"
    for position, acceptor in enumerate(acceptors):
        yield from _acceptor(acceptor, f"{pointer}/acceptors/{position}")


def _acceptor(record: Any, pointer: str) -> Iterator[Fault]:
    yield from object_faults(record, pointer)
    if record.get("state") not in _STATES:
        yield f"{pointer}/state", f"{record.get('state')!r} is no state; the states are {', '.join(_STATES)}"
    matcher = record.get("matcher")
    if matcher not in _MATCHERS:
        yield f"{pointer}/matcher", f"{matcher!r} is no matcher; the matchers are {', '.join(_MATCHERS)}"
    if "expected" not in record:
        yield f"{pointer}/expected", "it is missing: the value to compare with"
    if str(matcher).startswith("path"):
        yield from _expression(record.get("argument"), f"{pointer}/argument")


def _partitions(partitions: Any) -> Iterator[Fault]:
    if not isinstance(partitions, list) or not partitions:
        yield "/partitions", "expected a list of partitions"
    for position, record in enumerate(partitions):
        pointer = f"/partitions/{position}"
        yield from object_faults(record, pointer)
        if not isinstance(record.get("id"), str):
            yield f"{pointer}/id", "expected the name of the partition"
        yield from object_faults(record.get("outputs"), f"{pointer}/outputs")
        for region, overrides in record.get("regions", {}).items():
            yield from object_faults(overrides, f"{pointer}/regions/{escaped(region)}")
        if "regionRegex" in record:
            import re

            try:
                re.compile(record["regionRegex"])
            except (re.error, TypeError) as error:
                yield f"{pointer}/regionRegex", f"it is no regular expression ({error})"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _each(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        yield from ((f"{pointer}/{position}", item) for position, item in enumerate(value))
    else:
        yield pointer, value


def _member(value: Any, members: Sequence[str], pointer: str) -> Iterator[Fault]:
    if value not in members:
        known = ", ".join(members) or "none"
        yield pointer, f"{value!r} is no parameter of the operation; its parameters: {known}"


def _expression(value: Any, pointer: str) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield pointer, f"expected a JMESPath expression, found {value!r}"
        return
    from ..components.after_fork import import_whole

    import_whole("jmespath")
    import jmespath  # type: ignore[import-untyped] # has no types
    from jmespath.exceptions import JMESPathError  # type: ignore[import-untyped]

    try:
        jmespath.compile(value)
    except JMESPathError as error:
        yield pointer, f"{value!r} is no JMESPath expression ({' '.join(str(error).split())})"
