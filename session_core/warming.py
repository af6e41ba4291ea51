"""Before a fork: what the first call of a client makes, made by the parent for all of its children."""

import gc
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .plan import OperationPlan

__all__ = ["warm_clients"]


def warm_clients(
    session: Any, calls: Iterable[str], region_name: str | None, *, credentials: bool, freeze: bool
) -> list[str]:
    """Do what ``sotalia.warm`` says, with a session."""
    done: list[str] = []
    for call in calls:
        service, _, operation = call.partition(".")
        client = session.client(service, region_name=region_name)
        done.append(client.meta.service_model.service_name)
        if operation:
            method = _method_of(client, operation)
            _ = getattr(client, method)
            plan = client._service_plan.operation(client._service_plan.methods[method])
            _warm_operation(client._state, plan)
            done[-1] += f".{plan.name}"
        url = client.meta.endpoint_url
        prepare = getattr(client._transport, "prepare", None)
        if prepare is not None:
            prepare(url)
        _ = client._state.exceptions
    if credentials or session.has_explicit_credentials:  # which ask nobody
        session.get_credentials().get_frozen_credentials()
    if freeze:
        gc.collect()
        gc.freeze()
    return done


def _method_of(client: Any, operation: str) -> str:
    """Return the method of an operation that is given by either of its names."""
    methods = client._service_plan.methods
    found = next((method for method, name in methods.items() if operation in (method, name)), operation)
    client._operation_of(found)  # says that there is none
    return found


def _warm_operation(state: Any, plan: "OperationPlan") -> None:
    plan.compiled("serialize_valid")
    plan.compiled("parse")
    if plan.integrity is not None and plan.integrity.answer_algorithms:
        plan.integrity.usable()
    state.endpoint.prepare(plan)
    if plan.discovery is not None and state.discovery is not None:
        state.discovery()
    state.signer.prepare()
