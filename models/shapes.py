"""The public picture of a service model: services, operations and shapes, made as they are asked for.

The names and attributes are those that users of botocore's models rely on. A
model is read through a ``ShapeSource``: a plain dictionary of a model file, or
a record of the compiled store. Nothing is resolved before it is asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from ..components.errors import (
    DataNotFoundError,
    MissingServiceIdError,
    UndefinedModelAttributeError,
    UnsupportedServiceProtocolsError,
)

__all__ = [
    "PROTOCOLS",
    "DictSource",
    "ListShape",
    "MapShape",
    "OperationModel",
    "ServiceId",
    "ServiceModel",
    "Shape",
    "ShapeSource",
    "StringShape",
    "StructureShape",
]

PROTOCOLS = ("json", "smithy-rpc-v2-cbor", "rest-json", "rest-xml", "query", "ec2")
"""The protocols that are spoken, in boto3's order: a service that offers several gets the first of these."""

_SERIALIZED = (
    "locationName", "queryName", "flattened", "location", "payload", "streaming", "timestampFormat",
    "xmlNamespace", "resultWrapper", "xmlAttribute", "eventstream", "event", "eventheader", "eventpayload",
    "jsonvalue", "hostLabel",
)  # fmt: skip
_METADATA = (
    "required", "min", "max", "pattern", "sensitive", "enum", "idempotencyToken", "error", "exception",
    "eventstreaminput", "endpointdiscoveryid", "retryable", "document", "union", "contextParam",
    "clientContextParams", "requiresLength", "box", "deprecated", "sparse", "wrapper", "xmlOrder", "fault",
)  # fmt: skip


class ServiceId(str):
    """The service id (``Lambda``, ``CloudWatch Logs``), which names the service in events."""

    __slots__ = ()

    def hyphenize(self) -> str:
        """The form used in event names: lower case, spaces as hyphens."""
        return self.replace(" ", "-").lower()


class ShapeSource(Protocol):
    """Where the records of one service come from. Records are those of the model files, without documentation."""

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The ``metadata`` section."""
        ...

    @property
    def client_context_params(self) -> Mapping[str, Any]:
        """The ``clientContextParams`` section, empty where there is none."""
        ...

    def operation_names(self) -> Sequence[str]:
        """All operations, in the model's order."""
        ...

    def operation(self, name: str) -> Mapping[str, Any]:
        """The record of an operation; ``KeyError`` if there is none."""
        ...

    def shape_names(self) -> Sequence[str]:
        """All shapes, in the model's order."""
        ...

    def shape(self, name: str) -> Mapping[str, Any]:
        """The record of a shape; ``KeyError`` if there is none."""
        ...

    def error_shape_names(self) -> Sequence[str]:
        """The shapes that are errors (trait ``exception``), in the model's order."""
        ...

    def documentation(self, kind: str, name: str) -> str:
        """Documentation of ``("service", "")``, ``("operation", name)`` or ``("shape", "Name" or "Name$member")``."""
        ...

    def document(self, kind: str) -> Mapping[str, Any]:
        """Another document of the service (``examples-1``), to read only; empty where there is none."""
        ...


class DictSource:
    """A model that is already a dictionary, such as the content of a ``service-2.json``."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        self._model = model

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The ``metadata`` section; ``UndefinedModelAttributeError`` if the model has none."""
        try:
            return self._model["metadata"]  # type: ignore[no-any-return] # JSON edge
        except KeyError:
            raise UndefinedModelAttributeError("The model has no 'metadata' section") from None

    @property
    def client_context_params(self) -> Mapping[str, Any]:
        """The ``clientContextParams`` section."""
        return self._model.get("clientContextParams", {})  # type: ignore[no-any-return] # JSON edge

    def operation_names(self) -> Sequence[str]:
        """All operations."""
        return list(self._model.get("operations", ()))

    def operation(self, name: str) -> Mapping[str, Any]:
        """The record of an operation."""
        return self._model["operations"][name]  # type: ignore[no-any-return] # JSON edge

    def shape_names(self) -> Sequence[str]:
        """All shapes."""
        return list(self._model.get("shapes", ()))

    def shape(self, name: str) -> Mapping[str, Any]:
        """The record of a shape."""
        return self._model["shapes"][name]  # type: ignore[no-any-return] # JSON edge

    def error_shape_names(self) -> Sequence[str]:
        """The shapes that are errors."""
        return [name for name, record in self._model.get("shapes", {}).items() if record.get("exception", False)]

    def documentation(self, kind: str, name: str) -> str:
        """The documentation that the dictionary itself holds."""
        if kind == "service":
            return str(self._model.get("documentation", ""))
        if kind == "operation":
            return str(self.operation(name).get("documentation", ""))
        shape, _, member = name.partition("$")
        record = self.shape(shape)
        if member:
            record = record.get("members", {}).get(member, {})
        return str(record.get("documentation", ""))

    def document(self, kind: str) -> Mapping[str, Any]:
        """Nothing: a dictionary stands alone."""
        return {}


class Shape:
    """A type of a service model.

    ``name`` is the name of the shape, ``type_name`` its type, ``serialization``
    what concerns the wire, ``metadata`` what concerns its values. A member's
    traits come before those of the shape that it refers to. Immutable once
    made; safe in threads.
    """

    def __init__(self, name: str, record: Mapping[str, Any], service: "ServiceModel", owner: str = "") -> None:
        self.name = name
        self.type_name: str = record["type"]
        self._record = record
        self._service = service
        self._owner = owner or name

    def __repr__(self) -> str:
        return f"<{type(self).__name__}({self.name})>"

    @cached_property
    def serialization(self) -> dict[str, Any]:
        """The wire traits; ``locationName`` is here under ``name``, as botocore has it."""
        record = self._record
        found = {key: record[key] for key in _SERIALIZED if key in record}
        if "locationName" in found:
            found["name"] = found.pop("locationName")
        return found

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """The value traits."""
        record = self._record
        return {key: record[key] for key in _METADATA if key in record}

    @property
    def required_members(self) -> list[str]:
        """The members that must be given."""
        return self._record.get("required", [])  # type: ignore[no-any-return] # JSON edge

    @property
    def documentation(self) -> str:
        """The documentation, read from its own file when it is asked for."""
        return self._service.source.documentation("shape", self._owner) or (
            self._service.source.documentation("shape", self.name) if self._owner != self.name else ""
        )

    @cached_property
    def event_stream_name(self) -> str | None:
        """The member that is an event stream."""
        return None


class StructureShape(Shape):
    """A structure, a union, an error or a document."""

    @cached_property
    def members(self) -> dict[str, Shape]:
        """The members by name, in the model's order."""
        service, owner = self._service, self.name
        return {
            name: service.resolve(reference, f"{owner}${name}")
            for name, reference in self._record.get("members", {}).items()
        }

    @cached_property
    def event_stream_name(self) -> str | None:
        """The member that is an event stream, if there is one."""
        for name, member in self.members.items():
            if member._record.get("eventstream"):  # asked of every operation: its traits are not all sorted for it
                return name
        return None

    @cached_property
    def error_code(self) -> str | None:
        """The code of an error shape, ``None`` for all others."""
        if not self._record.get("exception", False):
            return None
        return self._record.get("error", {}).get("code") or self.name

    @property
    def is_document_type(self) -> bool:
        """Whether the value is free-form JSON."""
        return bool(self._record.get("document", False))

    @property
    def is_tagged_union(self) -> bool:
        """Whether exactly one member is set."""
        return bool(self._record.get("union", False))


class ListShape(Shape):
    """A list."""

    @cached_property
    def member(self) -> Shape:
        """The type of the items."""
        return self._service.resolve(self._record["member"])


class MapShape(Shape):
    """A map."""

    @cached_property
    def key(self) -> Shape:
        """The type of the keys."""
        return self._service.resolve(self._record["key"])

    @cached_property
    def value(self) -> Shape:
        """The type of the values."""
        return self._service.resolve(self._record["value"])


class StringShape(Shape):
    """A string, perhaps one of ``enum``."""

    @property
    def enum(self) -> list[str]:
        """The known values; a service may add others at any time."""
        return self._record.get("enum", [])  # type: ignore[no-any-return] # JSON edge


_CLASSES: dict[str, type[Shape]] = {
    "structure": StructureShape,
    "list": ListShape,
    "map": MapShape,
    "string": StringShape,
}


class OperationModel:
    """An operation: its HTTP traits, its shapes and what concerns its endpoint and signature."""

    def __init__(self, name: str, record: Mapping[str, Any], service: "ServiceModel") -> None:
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

    @cached_property
    def input_shape(self) -> StructureShape | None:
        """The shape of the parameters."""
        return self._structure("input")

    @cached_property
    def output_shape(self) -> StructureShape | None:
        """The shape of the result."""
        return self._structure("output")

    def _structure(self, side: str) -> StructureShape | None:
        reference = self._record.get(side)
        return None if reference is None else self.service_model.resolve(reference)  # type: ignore[return-value] # a structure by the model's grammar

    @cached_property
    def error_shapes(self) -> list[StructureShape]:
        """The errors that the operation documents."""
        return [self.service_model.resolve(reference) for reference in self._record.get("errors", ())]  # type: ignore[misc] # structures

    @cached_property
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

    @cached_property
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

    @cached_property
    def has_streaming_input(self) -> bool:
        """Whether the body of the request is a stream."""
        return self.get_streaming_input() is not None

    @cached_property
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


class ServiceModel:
    """A service: its metadata, operations and shapes.

    Operations and shapes are made at first use and kept. Safe in threads: two
    threads that ask at once may both build one, and one of the two is kept.
    """

    def __init__(self, source: ShapeSource | Mapping[str, Any], service_name: str | None = None) -> None:
        self.source: ShapeSource = DictSource(source) if isinstance(source, Mapping) else source
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

    @cached_property
    def service_id(self) -> ServiceId:
        """The service id."""
        try:
            return ServiceId(self.metadata["serviceId"])
        except KeyError:
            raise MissingServiceIdError(service_name=self.service_name) from None

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

    @cached_property
    def resolved_protocol(self) -> str:
        """The protocol that is spoken: the best that both sides know."""
        offered = self.protocols
        for protocol in PROTOCOLS:
            if protocol in offered:
                return protocol
        raise UnsupportedServiceProtocolsError(
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

    @cached_property
    def operation_names(self) -> list[str]:
        """All operations."""
        return list(self.source.operation_names())

    @cached_property
    def shape_names(self) -> list[str]:
        """All shapes."""
        return list(self.source.shape_names())

    @property
    def error_shapes(self) -> list[StructureShape]:
        """All modelled errors."""
        shapes = (self.resolve({"shape": name}) for name in self.source.error_shape_names())
        return [shape for shape in shapes if isinstance(shape, StructureShape)]

    @cached_property
    def endpoint_discovery_operation(self) -> OperationModel | None:
        """The operation that discovers endpoints, if there is one."""
        return next((m for m in self._all_operations() if m.is_endpoint_discovery_operation), None)

    @cached_property
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
                raise DataNotFoundError(data_path=f"operation {operation_name} of {self.service_name}{hint}") from None
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
            raise DataNotFoundError(data_path=f"shape {name} of {self._service_name or 'the model'}") from None
        if len(reference) > 1:
            record = {**record, **reference}
        shape = _CLASSES.get(record["type"], Shape)(name, record, self, owner)
        return self._shapes.setdefault(name, shape) if bare else shape

    def shape_for_error_code(self, error_code: str) -> StructureShape | None:
        """Return the modelled error of a code, ``None`` if there is none."""
        return self._errors().get(error_code)

    def _errors(self) -> dict[str, StructureShape]:
        found = self._error_shapes_by_code
        if found is None:
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
            raise UndefinedModelAttributeError(f'"{name}" not defined in the metadata of the model: {self}') from None
