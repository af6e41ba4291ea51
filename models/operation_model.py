"""An operation of a service model."""

from __future__ import annotations

from ..components.forksafe import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .service_model import ServiceModel
    from .shape_classes import Shape, StructureShape

__all__ = ["OperationModel"]


class OperationModel:
    """An operation: its HTTP traits, its shapes and what concerns its endpoint and signature."""

    def __init__(self, name: str, record: Mapping[str, Any], service: ServiceModel) -> None:
        self.name = name
        self.service_model = service
        self.metadata = service.metadata
        self.http: Mapping[str, Any] = record.get("http", {})
        self._record = record

    def __repr__(self) -> str:
        return f"OperationModel(name={self.name})"

    @property
    def wire_name(self) -> str:
        """The name on the wire."""
        return self._record.get("name", self.name)  # type: ignore[no-any-return] # JSON edge

    @property
    def documentation(self) -> str:
        """The documentation, read from its own file when it is asked for."""
        return self.service_model.source.documentation("operation", self.name)

    @property
    def deprecated(self) -> bool:
        """Whether the service discourages the operation."""
        return bool(self._record.get("deprecated", False))

    @lazy
    def input_shape(self) -> StructureShape | None:
        """The shape of the parameters."""
        return self._structure("input")

    @lazy
    def output_shape(self) -> StructureShape | None:
        """The shape of the result."""
        return self._structure("output")

    def _structure(self, side: str) -> StructureShape | None:
        reference = self._record.get(side)
        return None if reference is None else self.service_model.resolve(reference)  # type: ignore[return-value] # a structure by the model's grammar

    @lazy
    def error_shapes(self) -> list[StructureShape]:
        """The errors that the operation documents."""
        return [self.service_model.resolve(reference) for reference in self._record.get("errors", ())]  # type: ignore[misc] # structures

    @lazy
    def idempotent_members(self) -> list[str]:
        """The members that get a fresh token when they are not given."""
        shape = self.input_shape
        if shape is None:
            return []
        return [name for name, member in shape.members.items() if member.metadata.get("idempotencyToken")]

    @property
    def endpoint(self) -> Mapping[str, Any] | None:
        """The ``endpoint`` trait (``hostPrefix``)."""
        return self._record.get("endpoint")

    @property
    def endpoint_discovery(self) -> Mapping[str, Any] | None:
        """The ``endpointdiscovery`` trait."""
        return self._record.get("endpointdiscovery")

    @property
    def is_endpoint_discovery_operation(self) -> bool:
        """Whether this operation is the one that discovers endpoints."""
        return bool(self._record.get("endpointoperation", False))

    @property
    def static_context_parameters(self) -> list[tuple[str, Any]]:
        """Endpoint parameters with fixed values, as (name, value)."""
        return [(name, trait["value"]) for name, trait in self._record.get("staticContextParams", {}).items()]

    @lazy
    def context_parameters(self) -> list[tuple[str, str]]:
        """Endpoint parameters taken from members, as (parameter, member)."""
        shape = self.input_shape
        if shape is None:
            return []
        return [
            (member.metadata["contextParam"]["name"], name)
            for name, member in shape.members.items()
            if "contextParam" in member.metadata
        ]

    @property
    def operation_context_parameters(self) -> list[tuple[str, str]]:
        """Endpoint parameters taken by JMESPath, as (parameter, path)."""
        return [(name, trait["path"]) for name, trait in self._record.get("operationContextParams", {}).items()]

    @property
    def request_compression(self) -> Mapping[str, Any] | None:
        """The ``requestcompression`` trait."""
        return self._record.get("requestcompression")

    @property
    def auth_type(self) -> str | None:
        """The older ``authtype`` trait (``none``, ``v4-unsigned-body``, ``bearer``, ...)."""
        return self._record.get("authtype")

    @property
    def auth(self) -> list[str] | None:
        """The auth schemes in order of preference, where the operation has its own."""
        return self._record.get("auth")

    @property
    def unsigned_payload(self) -> bool:
        """Whether the payload is left out of the signature."""
        return bool(self._record.get("unsignedPayload", False))

    @property
    def http_checksum_required(self) -> bool:
        """Whether the body must carry an MD5."""
        return bool(self._record.get("httpChecksumRequired", False))

    @property
    def http_checksum(self) -> Mapping[str, Any]:
        """The ``httpChecksum`` trait, empty where there is none."""
        return self._record.get("httpChecksum", {})  # type: ignore[no-any-return] # JSON edge

    @property
    def has_event_stream_input(self) -> bool:
        """Whether events are sent."""
        return self.get_event_stream_input() is not None

    @property
    def has_event_stream_output(self) -> bool:
        """Whether events are received."""
        return self.get_event_stream_output() is not None

    def get_event_stream_input(self) -> Shape | None:
        """The event stream of the input."""
        return _event_stream(self.input_shape)

    def get_event_stream_output(self) -> Shape | None:
        """The event stream of the output."""
        return _event_stream(self.output_shape)

    @lazy
    def has_streaming_input(self) -> bool:
        """Whether the body of the request is a stream."""
        return self.get_streaming_input() is not None

    @lazy
    def has_streaming_output(self) -> bool:
        """Whether the body of the answer is a stream."""
        return self.get_streaming_output() is not None

    def get_streaming_input(self) -> Shape | None:
        """The streaming blob of the input."""
        return _streaming_body(self.input_shape)

    def get_streaming_output(self) -> Shape | None:
        """The streaming blob of the output."""
        return _streaming_body(self.output_shape)


def _event_stream(shape: StructureShape | None) -> Shape | None:
    name = None if shape is None else shape.event_stream_name
    return None if shape is None or name is None else shape.members[name]


def _streaming_body(shape: StructureShape | None) -> Shape | None:
    if shape is None:
        return None
    payload = shape.serialization.get("payload")
    if payload is None:
        return None
    member = shape.members[payload]
    return member if member.type_name == "blob" else None
