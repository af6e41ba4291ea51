"""A service model: its metadata, its operations, and where its shapes are found."""

from __future__ import annotations

from _collections_abc import Mapping  # collections.abc, without all that collections brings

from ..components import errors
from ..components.forksafe import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .shape_classes import Shape, StructureShape
    from .shape_source import ShapeSource

__all__ = ["PROTOCOLS", "OperationModel", "ServiceId", "ServiceModel"]

PROTOCOLS = ("json", "smithy-rpc-v2-cbor", "rest-json", "rest-xml", "query", "ec2")
"""The protocols that are spoken, in boto3's order: a service that offers several gets the first of these."""


class ServiceId(str):
    """The service id (``Lambda``, ``CloudWatch Logs``), which names the service in events."""

    __slots__ = ()

    def hyphenize(self) -> str:
        """The form used in event names: lower case, spaces as hyphens."""
        return self.replace(" ", "-").lower()


class ServiceModel:
    """A service: its metadata, operations and shapes.

    Operations and shapes are made at first use and kept. Safe in threads: two
    threads that ask at once may both build one, and one of the two is kept.
    """

    def __init__(self, source: ShapeSource | Mapping[str, Any], service_name: str | None = None) -> None:
        if isinstance(source, Mapping):
            from .shape_source import DictSource  # most models come from the store

            source = DictSource(source)
        self.source: ShapeSource = source
        self.metadata: Mapping[str, Any] = self.source.metadata
        self._service_name = service_name
        self._operations: dict[str, OperationModel] = {}
        self._shapes: dict[str, Shape] = {}
        self._error_shapes_by_code: dict[str, StructureShape] | None = None
        self.derived: dict[Any, Any] = {}
        """What the layers above work out from this model and keep with it, by keys of their own."""

    def __repr__(self) -> str:
        return f"ServiceModel({self.service_name})"

    @property
    def service_name(self) -> str:
        """The name that a client is asked for by (``s3``), or the endpoint prefix."""
        return self._service_name if self._service_name is not None else self.endpoint_prefix

    @lazy
    def service_id(self) -> ServiceId:
        """The service id."""
        try:
            return ServiceId(self.metadata["serviceId"])
        except KeyError:
            raise errors.MissingServiceIdError(service_name=self.service_name) from None

    @property
    def signing_name(self) -> str:
        """The name in the credential scope."""
        return self.metadata.get("signingName") or self.endpoint_prefix

    @property
    def api_version(self) -> str:
        """The version of the API."""
        return self._property("apiVersion")

    @property
    def protocol(self) -> str:
        """The protocol that the model names first."""
        return self._property("protocol")

    @property
    def protocols(self) -> list[str]:
        """The protocols that the service offers."""
        return self.metadata.get("protocols") or [self.protocol]

    @lazy
    def resolved_protocol(self) -> str:
        """The protocol that is spoken: the best that both sides know."""
        offered = self.protocols
        for protocol in PROTOCOLS:
            if protocol in offered:
                return protocol
        raise errors.UnsupportedServiceProtocolsError(
            service=self.service_name,
            service_supported_protocols=", ".join(offered),
            botocore_supported_protocols=", ".join(PROTOCOLS),
        )

    @property
    def endpoint_prefix(self) -> str:
        """The first label of the classic host name."""
        return self._property("endpointPrefix")

    @property
    def signature_version(self) -> str | None:
        """The classic signature version."""
        return self.metadata.get("signatureVersion")

    @property
    def is_query_compatible(self) -> bool:
        """Whether errors carry the codes of the query protocol that came before."""
        return "awsQueryCompatible" in self.metadata

    @property
    def client_context_parameters(self) -> Mapping[str, Any]:
        """Endpoint parameters that the client's configuration may set."""
        return self.source.client_context_params

    @property
    def documentation(self) -> str:
        """The documentation, read from its own file when it is asked for."""
        return self.source.documentation("service", "")

    @lazy
    def operation_names(self) -> list[str]:
        """All operations."""
        return list(self.source.operation_names())

    @lazy
    def shape_names(self) -> list[str]:
        """All shapes."""
        return list(self.source.shape_names())

    @property
    def error_shapes(self) -> list[StructureShape]:
        """All modelled errors."""
        from .shape_classes import StructureShape

        shapes = (self.resolve({"shape": name}) for name in self.source.error_shape_names())
        return [shape for shape in shapes if isinstance(shape, StructureShape)]

    @lazy
    def class_name(self) -> str:
        """The name of the service's clients as a class (``DynamoDB``)."""
        name: str = (
            self.metadata.get("serviceAbbreviation") or self.metadata.get("serviceFullName") or self.service_name
        )
        for prefix in ("Amazon", "AWS"):
            name = name.replace(prefix, "")
        return "".join(letter for letter in name if letter.isalnum()) or "Client"

    @lazy
    def endpoint_discovery_operation(self) -> OperationModel | None:
        """The operation that discovers endpoints, if there is one."""
        return next((m for m in self._all_operations() if m.is_endpoint_discovery_operation), None)

    @lazy
    def endpoint_discovery_required(self) -> bool:
        """Whether some operation works only at a discovered endpoint."""
        return any((m.endpoint_discovery or {}).get("required") for m in self._all_operations())

    def _all_operations(self) -> Iterator[OperationModel]:
        return (self.operation_model(name) for name in self.operation_names)

    def operation_model(self, operation_name: str) -> OperationModel:
        """Return an operation; ``DataNotFoundError`` names the near matches of an unknown one."""
        model = self._operations.get(operation_name)
        if model is None:
            try:
                record = self.source.operation(operation_name)
            except KeyError:
                from difflib import get_close_matches

                near = get_close_matches(operation_name, self.operation_names, 3, 0.6)
                hint = f" (did you mean {', '.join(near)}?)" if near else ""
                raise errors.DataNotFoundError(
                    data_path=f"operation {operation_name} of {self.service_name}{hint}"
                ) from None
            model = self._operations.setdefault(operation_name, OperationModel(operation_name, record, self))
        return model

    def shape_for(self, shape_name: str, member_traits: Mapping[str, Any] | None = None) -> Shape:
        """Return a shape by its name; ``DataNotFoundError`` if the model has none of it."""
        if member_traits:
            return self.resolve({**member_traits, "shape": shape_name})
        return self.resolve({"shape": shape_name})

    def resolve_shape_ref(self, shape_ref: Mapping[str, Any]) -> Shape:
        """Return the shape that a reference (``{"shape": name, ...traits}``) means."""
        return self.resolve(shape_ref)

    def resolve(self, reference: Mapping[str, Any], owner: str = "") -> Shape:
        """Return the shape of a reference, its own traits before those of the shape."""
        name = reference["shape"]
        bare = len(reference) == 1 and not owner
        if bare:
            known = self._shapes.get(name)
            if known is not None:
                return known
        try:
            record = self.source.shape(name)
        except KeyError:
            raise errors.DataNotFoundError(data_path=f"shape {name} of {self._service_name or 'the model'}") from None
        if len(reference) > 1:
            record = {**record, **reference}
        from .shape_classes import CLASSES, Shape  # calls need shapes, a client alone does not

        shape = CLASSES.get(record["type"], Shape)(name, record, self, owner)
        return self._shapes.setdefault(name, shape) if bare else shape

    def shape_for_error_code(self, error_code: str) -> StructureShape | None:
        """Return the modelled error of a code, ``None`` if there is none."""
        return self._errors().get(error_code)

    def _errors(self) -> dict[str, StructureShape]:
        found = self._error_shapes_by_code
        if found is None:
            from .shape_classes import StructureShape

            found = {}
            for name in self.source.error_shape_names():
                shape = self.resolve({"shape": name})
                if isinstance(shape, StructureShape) and shape.error_code is not None:
                    found[shape.error_code] = shape
            self._error_shapes_by_code = found
        return found

    def _property(self, name: str) -> str:
        try:
            return self.metadata[name]  # type: ignore[no-any-return] # JSON edge
        except KeyError:
            raise errors.UndefinedModelAttributeError(
                f'"{name}" not defined in the metadata of the model: {self}'
            ) from None


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
