"""What an operation fixes, worked out at its first call and kept for all clients of the process."""

from collections.abc import Callable, Mapping
from typing import Any

from ..models.names import python_name
from ..models.serialize import compile_token_filler
from ..models.shapes import OperationModel, ServiceModel
from .customizations import customization_of
from .integrity import integrity_of
from .model_adapters import ADAPTERS, auth_path_of

__all__ = ["Codecs", "OperationPlan", "ServicePlan", "plan_of", "shared_codecs"]

EVENTS = (
    "provide-client-params",
    "before-parameter-build",
    "before-call",
    "request-created",
    "choose-signer",
    "before-sign",
    "before-send",
    "before-parse",
    "response-received",
    "needs-retry",
    "after-call",
    "after-call-error",
)
"""The events of a call that are followed by ``.<service-id>.<OperationName>``."""


class Codecs:
    """The functions that make an operation's codecs: the components ``serializers``, ``parsers`` and ``validators``."""

    __slots__ = ("parser", "serializer", "validator")

    def __init__(
        self,
        serializer: Callable[[OperationModel], Callable[[Any], dict[str, Any]]],
        parser: Callable[[OperationModel], Callable[[Mapping[str, Any]], dict[str, Any]]],
        validator: Callable[[OperationModel], Callable[[Any], None]],
    ) -> None:
        self.serializer = serializer
        self.parser = parser
        self.validator = validator


_codecs: dict[tuple[Any, Any, Any], Codecs] = {}


def shared_codecs(serializer: Any, parser: Any, validator: Any) -> Codecs:
    """Return the one ``Codecs`` of these three functions, so that clients of all sessions share compiled plans."""
    key = (serializer, parser, validator)
    found = _codecs.get(key)
    if found is None:
        found = _codecs.setdefault(key, Codecs(serializer, parser, validator))
    return found


class OperationPlan:
    """One operation: its event names, flags and compiled codecs.

    The codecs are compiled when they are first asked for. Safe in threads: two
    that ask at once may both compile, and one result is kept.
    """

    def __init__(self, model: OperationModel, codecs: Codecs) -> None:
        service_id = model.service_model.service_id.hyphenize()
        suffix = f".{service_id}.{model.name}"
        self.model = model
        self.name = model.name
        (
            self.provide_client_params,
            self.before_parameter_build,
            self.before_call,
            self.request_created,
            self.choose_signer,
            self.before_sign,
            self.before_send,
            self.before_parse,
            self.response_received,
            self.needs_retry,
            self.after_call,
            self.after_call_error,
        ) = [event + suffix for event in EVENTS]
        self.before_endpoint_resolution = f"before-endpoint-resolution.{service_id}"
        self.streaming_input = model.has_streaming_input
        self.streaming_output = model.has_streaming_output or model.has_event_stream_output
        self.http_method: str = model.http.get("method", "POST")
        self.integrity = integrity_of(model)
        self.auth_path = auth_path_of(model)
        self.customization = customization_of(model.service_model.service_id)
        self.fill_tokens = compile_token_filler(model)
        self.compressible = model.request_compression is not None
        self.retryable_errors = {
            code: bool(trait.get("throttling", False))
            for shape in model.error_shapes
            if (trait := shape.metadata.get("retryable")) is not None and (code := shape.error_code) is not None
        }
        self._codecs = codecs
        self._serialize: Callable[[Any], dict[str, Any]] | None = None
        self._parse: Callable[[Mapping[str, Any]], dict[str, Any]] | None = None
        self._validate: Callable[[Any], None] | None = None
        self.binders: dict[Any, Callable[..., Any]] = {}

    @property
    def serialize(self) -> Callable[[Any], dict[str, Any]]:
        """From parameters to a request dictionary."""
        found = self._serialize
        if found is None:
            found = self._serialize = self._codecs.serializer(self.model)
        return found

    @property
    def parse(self) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        """From a response dictionary to the result."""
        found = self._parse
        if found is None:
            found = self._parse = self._codecs.parser(self.model)
        return found

    @property
    def validate(self) -> Callable[[Any], None]:
        """Raise ``ParamValidationError`` unless the parameters fit."""
        found = self._validate
        if found is None:
            found = self._validate = self._codecs.validator(self.model)
        return found


class ServicePlan:
    """All operations of a service model under one set of codecs, by both of their names."""

    def __init__(self, model: ServiceModel, codecs: Codecs) -> None:
        self.model = model
        self._codecs = codecs
        self.client_class: Any = None
        self._operations: dict[str, OperationPlan] = {}
        self._methods: dict[str, str] | None = None

    @property
    def methods(self) -> dict[str, str]:
        """Operation names by their Python names."""
        found = self._methods
        if found is None:
            found = self._methods = {python_name(name): name for name in self.model.operation_names}
        return found

    def operation(self, name: str) -> OperationPlan:
        """Return the plan of an operation."""
        plan = self._operations.get(name)
        if plan is None:
            model = self.model.operation_model(name)
            adapt = ADAPTERS.get(self.model.service_id)
            if adapt is not None:
                adapt(model)
            plan = self._operations.setdefault(name, OperationPlan(model, self._codecs))
        return plan


def plan_of(model: ServiceModel, codecs: Codecs) -> ServicePlan:
    """Return the plan of a service model, kept with the model and shared by all clients that use the same codecs."""
    plan = model.derived.get(codecs)
    if plan is None:
        plan = model.derived.setdefault(codecs, ServicePlan(model, codecs))
    return plan  # type: ignore[no-any-return] # what is kept under Codecs is a ServicePlan
