"""The documentation of paginators and waiters."""

from collections.abc import Mapping
from typing import Any

from ..shapes import OperationModel
from .layout import WIDTH, fill, section
from .operation import parameters_of, request_sections, web_page

__all__ = ["hidden_parameters", "paginator_text", "waiter_text"]


def _listed(value: Any) -> list[str]:
    return [] if value is None else value if isinstance(value, list) else [value]


def hidden_parameters(rules: Mapping[str, Any]) -> list[str]:
    """Return the parameters that a paginator gives itself."""
    return [*_listed(rules.get("input_token")), *_listed(rules.get("limit_key"))]


def paginator_text(model: OperationModel, method: str, rules: Mapping[str, Any]) -> str:
    """Return the documentation of a paginator, by its entry of the pagination model."""
    limit = rules.get("limit_key")
    results = ", ".join([f"`{key}`" for key in _listed(rules.get("result_key"))])
    about = f"Yields the pages that `client.{method}` answers, one call after the other, until there are no more."
    collected = f"`build_full_result()` and `search()` collect {results} from all pages." if results else ""
    size = f"'PageSize': 123,  # {limit}: at most so many items in a page" if limit else ""
    start = "'StartingToken': 'string',  # NextToken of a run before"
    config = [
        "'MaxItems': 123,  # of all pages together",
        size,
        start,
    ]
    more = ["    PaginationConfig={", *[f"        {line}" for line in config if line], "    },"]
    parts = [fill(" ".join(filter(None, [about, collected])), WIDTH)]
    page = web_page(model)
    if page:
        parts.append(f"AWS documentation: {page}")
    loop = [f"paginator = client.get_paginator({method!r})", "for page in paginator.paginate(...):", "    print(page)"]
    parts.append(section("Use", loop))
    call, parameters = "pages = paginator.paginate", parameters_of(model, hidden_parameters(rules))
    parts += request_sections(call, parameters, set(), more)
    parts.append(f"A page is what `client.{method}` returns: see help(client.{method}).")
    return "\n\n".join(parts) + "\n"


_JUDGED = {
    "path": "`{argument}` is {expected!r}",
    "pathAll": "all of `{argument}` are {expected!r}",
    "pathAny": "one of `{argument}` is {expected!r}",
    "status": "the HTTP status is {expected}",
}


def waiter_text(model: OperationModel, method: str, record: Mapping[str, Any]) -> str:
    """Return the documentation of a waiter, by its entry of the waiter model."""
    delay, most = record.get("delay"), record.get("maxAttempts")
    about = (
        f"Calls `client.{method}` every {delay} seconds until it answers what is waited for. "
        f"Raises WaiterError after {most} calls, or when the answer means failure."
    )
    parts = [fill(about, WIDTH)]
    page = web_page(model)
    if page:
        parts.append(f"AWS documentation: {page}")
    outcomes = [f"{entry.get('state')}: {_condition(entry)}" for entry in record.get("acceptors", ())]
    parts.append(section("Outcomes", outcomes))
    more = [f"    WaiterConfig={{'Delay': {delay}, 'MaxAttempts': {most}}},"]
    parts += request_sections("waiter.wait", parameters_of(model), set(), more)
    return "\n\n".join(parts) + "\n"


def _condition(entry: Mapping[str, Any]) -> str:
    matcher, expected = entry.get("matcher"), entry.get("expected")
    if matcher == "error":
        if isinstance(expected, bool):
            return "any error" if expected else "no error"
        return f"the error {expected}"
    form = _JUDGED.get(str(matcher), "{matcher} {expected!r}")
    return form.format(matcher=matcher, argument=entry.get("argument"), expected=expected)
