"""Clients: classes made at run time, with a method per operation that is made when it is first used."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from ..components.config import Config
    from ..components.events import EventEmitter
    from ..components.explanation import Explanation
    from ..models.shapes import ServiceModel
    from .client_arguments import ClientArguments
    from .client_blueprint import ClientBlueprint
    from .client_models import ClientModels
    from .plan import OperationPlan
    from .registry import Components
    from .service_plan import ServicePlan
    from .session_view import SessionView
    from .state import ClientState

__all__ = ["BaseClient", "ClientMeta", "make_client_class", "methods_for"]


class ClientMeta:
    """What a client tells about itself (``client.meta``)."""

    __slots__ = ("_blueprint", "events")

    def __init__(self, blueprint: ClientBlueprint, events: EventEmitter) -> None:
        self._blueprint = blueprint
        self.events = events

    def __repr__(self) -> str:
        return f"<meta of {self.service_model.service_name} in {self.region_name}>"

    @property
    def service_model(self) -> ServiceModel:
        """The model of the service."""
        return self._blueprint.service_model

    @property
    def region_name(self) -> str | None:
        """The region that the client talks to."""
        return self._blueprint.place.region

    @property
    def partition(self) -> str:
        """The partition of the region."""
        return self._blueprint.place.partition

    @property
    def endpoint_url(self) -> str:
        """The endpoint of an operation that has no parameters."""
        return self._blueprint.endpoint.url()

    @property
    def config(self) -> Config:
        """The configuration of the client, all sources merged."""
        return self._blueprint.config

    @property
    def method_to_api_mapping(self) -> dict[str, str]:
        """Operation names by method names."""
        return self._blueprint.plan.methods


class BaseClient:
    """The base of all client classes.

    Operations are methods that take keyword arguments alone. Safe in threads;
    a fork gives the child connections of its own. Pickles as its session's
    recipe and its own arguments; a copy within the process is the client itself.
    """

    _service_plan: ServicePlan
    _state: ClientState
    _transport: Any
    _presign: Callable[[OperationPlan, Mapping[str, Any], Any, str | None], str]

    def __init__(
        self,
        *,
        session: SessionView,
        components: Components,
        blueprint: ClientBlueprint,
        arguments: ClientArguments,
        events: EventEmitter,
    ) -> None:
        self._session = session
        self._components = components
        self._blueprint = blueprint
        self._arguments = arguments
        self.meta = ClientMeta(blueprint, events)

    def __repr__(self) -> str:
        return f"<sotalia client {self.meta.service_model.service_name} in {self.meta.region_name}>"

    def __getattr__(self, name: str) -> Any:
        make = _MADE_AT_FIRST_USE.get(name)
        if make is not None:
            return self.__dict__.setdefault(name, make(self))  # of two threads, one has its way
        plan = type(self)._service_plan
        operation = None if name.startswith("_") else plan.methods.get(name)
        if operation is None:
            return self._from_handler(name)
        owner = next(cls for cls in type(self).__mro__ if "_service_plan" in cls.__dict__)
        setattr(owner, name, methods_for({name: operation}, owner.__name__, plan.model)[name])
        return getattr(self, name)

    def _from_handler(self, name: str) -> Any:
        """Ask ``getattr.<service-id>.<name>`` for what no operation gives, or say what was meant."""
        hint = ""
        if not name.startswith("_") and "meta" in self.__dict__:
            from .customizations import customization_of

            service_id = self.meta.service_model.service_id.hyphenize()
            _, found = self.meta.events.emit_until_response(f"getattr.{service_id}.{name}", client=self)
            if found is not None:
                return found
            meant = customization_of(self.meta.service_model.service_id).method_aliases.get(name)
            if meant is not None:
                return getattr(self, meant)
            from difflib import get_close_matches

            near = get_close_matches(name, type(self)._service_plan.methods, 3, 0.6)
            hint = f". Did you mean {' or '.join(near)}?" if near else ""
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{hint}")

    def __dir__(self) -> Iterable[str]:
        return sorted({*super().__dir__(), *type(self)._service_plan.methods})

    def __reduce__(self) -> Any:
        from .recipe import client_recipe

        return client_recipe(self._session, self._arguments, self.meta.events)

    def __copy__(self) -> BaseClient:
        return self

    def __deepcopy__(self, memo: Any) -> BaseClient:
        return self

    @property
    def exceptions(self) -> Any:
        """The modelled errors of the service, as classes to catch."""
        return self._components["exceptions_factory"].get().create(self._blueprint.service_model)

    @property
    def _client_config(self) -> Config:
        return self._blueprint.config

    def _get_credentials(self) -> Any:
        return self._request_signer._credentials

    @property
    def _endpoint(self) -> Any:
        return _EndpointView(self.meta.endpoint_url)

    @property
    def _exceptions(self) -> Any:
        return self.exceptions

    @property
    def _service_model(self) -> ServiceModel:
        return self._blueprint.service_model

    @property
    def _request_signer(self) -> Any:
        return self._state.signer

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> Any:
        if api_params.__class__ is dict and "_options" in api_params:
            return self._call_with_options(operation_name, dict(api_params))
        plan = self._service_plan.operation(operation_name)
        run = plan.run
        return run(self._state, plan, api_params, self._transport)

    def _call_with_options(self, operation_name: str, params: dict[str, Any]) -> Any:
        began = self._components["clock"].get().monotonic()  # before anything that a first call makes: it counts
        from ..components.call_options import CallOptions

        options = params.pop("_options")
        if options is not None and not isinstance(options, CallOptions):
            raise TypeError(
                f"_options must be CallOptions, such as CallOptions(timeout=2), not a {type(options).__name__}"
            )
        plan = self._service_plan.operation(operation_name)
        return plan.run(self._state, plan, params, self._transport, options, began)

    def close(self) -> None:
        """Close the idle connections; the client can be used again."""
        transport = self.__dict__.get("_transport")
        if transport is not None:
            transport.close()

    @property
    def _models(self) -> ClientModels:
        from .client_models import ClientModels

        model, loader = self._blueprint.service_model, self._components["data_loader"].get()
        service, version = model.service_name, model.api_version
        return ClientModels(
            lambda kind: loader.document(service, kind, version), lambda kind: loader.own_origin(service, kind, version)
        )

    def explain(self, name: str) -> Explanation:
        """Say why a setting has its value for this client, as ``session.explain`` does for the session.

        ``integrity`` says which checksums are added and checked, which depends
        on the endpoint, and ``http_transport`` which transport carries requests
        to it. Raises ``UnknownSettingError`` for other unknown names.
        """
        from .client_explanation import explain, explain_transport  # few programs ask why

        explained = explain(self._blueprint, name)
        if name != "http_transport":
            return explained
        return explain_transport(explained, self._transport, self.meta.endpoint_url)

    def _operation_of(self, method: str) -> str:
        operation = self._service_plan.methods.get(method)
        if operation is None:
            from ..components.errors import UnknownClientMethodError

            raise UnknownClientMethodError(method_name=method)
        return operation

    def can_paginate(self, operation_name: str) -> bool:
        """Whether a method has pages; ``UnknownClientMethodError`` for a name that is no method."""
        return self._models.can_paginate(self._operation_of(operation_name))

    def get_paginator(self, operation_name: str) -> Any:
        """Return the paginator of a method (``list_objects_v2``); ``OperationNotPageableError`` if it has no pages."""
        return self._models.paginator(self, operation_name, self._operation_of(operation_name))

    @property
    def waiter_names(self) -> list[str]:
        """The names of the service's waiters, sorted."""
        return sorted(self._models.waiters())

    def get_waiter(self, waiter_name: str) -> Any:
        """Return a waiter (``bucket_exists``); ``ValueError`` names those that there are."""
        return self._models.waiter(self, waiter_name, self._state.clock)

    def generate_presigned_url(
        self,
        ClientMethod: str,  # noqa: N803 - the names that users give
        Params: Mapping[str, Any] | None = None,  # noqa: N803
        ExpiresIn: int = 3600,  # noqa: N803
        HttpMethod: str | None = None,  # noqa: N803
    ) -> str:
        """Return a URL that anyone may use for ``ExpiresIn`` seconds to call a method with these parameters.

        Raises ``UnknownClientMethodError`` for a method that the client does
        not have, ``ParamValidationError``, ``NoCredentialsError``.
        """
        plan = self._service_plan.operation(self._operation_of(ClientMethod))
        return self._presign(plan, Params or {}, ExpiresIn, HttpMethod)


class _EndpointView:
    """What programs that know boto3 from inside look up in ``client._endpoint``."""

    __slots__ = ("host",)

    def __init__(self, host: str) -> None:
        self.host = host


def _new_state(client: BaseClient) -> ClientState:
    from weakref import ref

    from .client_state import new_state

    alive = ref(client)  # the state is the client's, and not the other way round

    def create_session(bucket: str) -> Any:
        made: Any = alive()
        return made.create_session(Bucket=bucket)

    return new_state(
        client._session,
        client._components,
        client._blueprint,
        client._arguments,
        client.meta.events,
        create_session,
    )


def _new_transport(client: BaseClient) -> Any:
    from .client_state import new_transport

    return new_transport(client._components, client._blueprint, client._arguments.verify)


def _new_presigner(client: BaseClient) -> Any:
    from .object_urls import presigner

    return presigner(client._state, client._blueprint, client._components)


_MADE_AT_FIRST_USE: Mapping[str, Callable[[BaseClient], Any]] = {
    "_state": _new_state,
    "_transport": _new_transport,
    "_presign": _new_presigner,
}
"""Attributes of a client that are made when they are first asked for."""


def methods_for(operations: Mapping[str, str], class_name: str, model: ServiceModel) -> dict[str, Any]:
    """Return the methods of operations, given by their Python names and documented by their model."""
    from .documentation import document_method

    made: dict[str, Any] = {}
    for method_name, operation_name in operations.items():
        method = made[method_name] = _method(method_name, operation_name)
        method.__name__ = method_name
        method.__qualname__ = f"{class_name}.{method_name}"
        document_method(method, "operation", model, operation_name)
    return made


def _method(method_name: str, operation_name: str) -> Callable[..., Any]:
    def api_call(self: BaseClient, *args: Any, **kwargs: Any) -> Any:
        if args:
            raise TypeError(f"{method_name}() only accepts keyword arguments.")
        return self._make_api_call(operation_name, kwargs)

    return api_call


class _ServiceDocumentation:
    """The ``__doc__`` of a client class, made when somebody looks at it."""

    def __get__(self, instance: object, owner: Any) -> str:
        from .documentation import service_documentation

        return service_documentation(owner._service_plan.model)


_DOCUMENTATION = _ServiceDocumentation()


def make_client_class(
    plan: ServicePlan, attributes: dict[str, Any] | None = None, bases: Iterable[type] = (BaseClient,)
) -> type[BaseClient]:
    """Make the class of a service's clients with ``type()``.

    Without ``attributes`` its methods are made as they are first used.
    """
    name = plan.model.class_name
    own = {"__module__": __name__, "__doc__": _DOCUMENTATION, **(attributes or {}), "_service_plan": plan}
    made: Any = type(name, tuple(bases), own)
    client_class: type[BaseClient] = made
    return client_class
