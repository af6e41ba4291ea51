"""What an operation fixes, worked out at its first call and kept for all clients of the process."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from ..models.serialize import compile_token_filler
from ..models.shapes import OperationModel
from .changes import Changes
from .codecs import Codecs
from .customizations import customization_of
from .integrity_trait import integrity_of
from .model_adapters import auth_path_of

__all__ = ["OperationPlan"]

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

_KEPT = 64
"""Sets of handlers that were left out, of which an operation keeps its changes."""


class OperationPlan:
    """One operation: its event names, flags and compiled codecs.

    ``run(state, plan, params, transport, options=None, began=None)`` calls it.
    The codecs are compiled when they are first called. Safe in threads: two
    that call at once may both compile, and one result is kept.
    """

    # Slots, for a call reads some thirty of them: dictionaries of more than thirty names are not shared among objects,
    # and the interpreter looks each of them up.
    __slots__ = (
        "_codecs",
        "_fewer_changes",
        "_siblings",
        "after_call",
        "after_call_error",
        "auth_path",
        "before_call",
        "before_endpoint_resolution",
        "before_parameter_build",
        "before_parse",
        "before_send",
        "before_sign",
        "changes",
        "choose_signer",
        "compressible",
        "context",
        "customization",
        "discovery",
        "event_stream_output",
        "fill_tokens",
        "http_method",
        "integrity",
        "model",
        "name",
        "needs_retry",
        "parse",
        "provide_client_params",
        "request_created",
        "response_received",
        "retryable_errors",
        "run",
        "serialize",
        "serialize_valid",
        "streaming_input",
        "streaming_output",
        "validate",
    )

    def __init__(
        self, model: OperationModel, codecs: Codecs, run: Callable[..., Any], siblings: "Callable[[str], OperationPlan]"
    ) -> None:
        self.run = run
        self._siblings = siblings
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
        self.event_stream_output = model.has_event_stream_output
        self.streaming_output = model.has_streaming_output or self.event_stream_output
        self.context: dict[str, Any] = {
            "has_streaming_input": self.streaming_input,
            "auth_type": model.auth_type,
            "unsigned_payload": model.unsigned_payload or None,
            "auth_options": model.auth or model.metadata.get("auth"),
        }
        """What the context of every call begins with."""
        trait = model.endpoint_discovery
        self.discovery: Literal["required", "optional", "discovers"] | None = None
        """Whether the operation may or must be sent to a discovered endpoint, or finds them."""
        if trait is not None:
            self.discovery = "required" if trait.get("required") else "optional"
        elif model.is_endpoint_discovery_operation:
            self.discovery = "discovers"
        self.http_method: str = model.http.get("method", "POST")
        self.integrity = integrity_of(model)
        self.auth_path = auth_path_of(model)
        self.customization = customization_of(model.service_model.service_id)
        self.changes = Changes(self.customization, model)
        """What the service changes about calls."""
        self._fewer_changes: dict[frozenset[tuple[str, str]], Changes] = {}
        self.fill_tokens = compile_token_filler(model)
        self.compressible = model.request_compression is not None
        self.retryable_errors = {
            code: bool(trait.get("throttling", False))
            for shape in model.error_shapes
            if (trait := shape.metadata.get("retryable")) is not None and (code := shape.error_code) is not None
        }
        self._codecs = codecs
        self.serialize: Callable[[Any], dict[str, Any]] = lambda params: self.compiled("serialize")(params)
        """From parameters to a request dictionary."""
        self.parse: Callable[[Mapping[str, Any]], dict[str, Any]] = lambda response: self.compiled("parse")(response)
        """From a response dictionary to the result."""
        self.validate: Callable[[Any], None] = lambda params: self.compiled("validate")(params)
        """Raise ``ParamValidationError`` unless the parameters fit."""
        self.serialize_valid: Callable[[Any], dict[str, Any]] = lambda params: self.compiled("serialize_valid")(params)
        """Validate parameters and make a request dictionary of them."""

    def sibling(self, name: str) -> "OperationPlan":
        """Return the plan of another operation of the service."""
        return self._siblings(name)

    def changes_without(self, left_out: frozenset[tuple[str, str]]) -> Changes:
        """Return ``changes`` without the built-in handlers that were unregistered."""
        found = self._fewer_changes.get(left_out)
        if found is None:
            if len(self._fewer_changes) >= _KEPT:
                self._fewer_changes.clear()
            found = self._fewer_changes[left_out] = Changes(self.customization, self.model, left_out)
        return found

    def compiled(self, codec: Literal["serialize", "parse", "validate", "serialize_valid"]) -> Callable[[Any], Any]:
        """Compile one of the codecs, and put it in the place of what would do so at its first call."""
        codecs, model = self._codecs, self.model
        if codec == "serialize":
            made: Callable[[Any], Any] = codecs.serializer(model)
        elif codec == "parse":
            made = codecs.parser(model)
        elif codec == "validate":
            made = codecs.validator(model)
        else:
            made = codecs.checked(model, self.compiled("validate"), self.compiled("serialize"))
        setattr(self, codec, made)
        return made
