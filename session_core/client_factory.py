"""From a session and the arguments of ``client(...)`` to a client."""

from __future__ import annotations

from .client import BaseClient, make_client_class, methods_for
from .client_blueprint import blueprint_of
from .client_methods import EXTRA_METHODS
from .wiring import BUILTIN_EMITTER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ..components.events import EventEmitter
    from .client_arguments import ClientArguments
    from .client_blueprint import ClientBlueprint
    from .session_view import SessionView

__all__ = ["create_client"]

_NOTHING: Mapping[str, Any] = {}

_SERVICE_ALIASES: Mapping[str, str] = {"runtime.sagemaker": "sagemaker-runtime"}
"""Other names under which boto3's users ask for services."""


def create_client(session: SessionView, arguments: ClientArguments) -> BaseClient:
    """Make a client: what it has in common with others is looked up, the rest is made at its first call.

    Errors: ``UnknownServiceError``, ``NoRegionError``, ``InvalidRegionError``,
    ``InvalidEndpointUrlError``, ``InvalidSettingError``, ``ConfigParseError``.
    Nothing is sent and no credentials are loaded before the first call.
    """
    components = session.registry.components
    known = components.known("event_emitter")
    emitter: EventEmitter = BUILTIN_EMITTER if known is None else known.get()
    name = arguments.service_name
    arguments.service_name = _SERVICE_ALIASES.get(name, name)
    if emitter.has_handlers("choose-service-name"):
        _, chosen = emitter.emit_until_response("choose-service-name", service_name=name)
        arguments.service_name = chosen or arguments.service_name
    blueprint = blueprint_of(components, arguments)
    made = _client_class(blueprint, emitter)
    events = emitter.copy()
    if blueprint.monitored:
        blueprint.monitor(events, components["clock"].get())
    return made(session=session, components=components, blueprint=blueprint, arguments=arguments, events=events)


def _client_class(blueprint: ClientBlueprint, emitter: Any) -> type[BaseClient]:
    """Return the shared class, or a new one where a ``creating-client-class`` handler has a say."""
    plan = blueprint.plan
    extra = EXTRA_METHODS.get(plan.model.service_id, _NOTHING)
    if not emitter.has_handlers(blueprint.creating_event):
        if plan.client_class is None:
            plan.client_class = make_client_class(plan, dict(extra))
        shared: type[BaseClient] = plan.client_class
        return shared
    attributes = methods_for(plan.methods, plan.model.class_name, plan.model)
    attributes.update(extra)
    attributes["generate_presigned_url"] = BaseClient.generate_presigned_url
    bases: list[type] = [BaseClient]
    emitter.emit(blueprint.creating_event, class_attributes=attributes, base_classes=bases)
    return make_client_class(plan, attributes, bases)
