"""A service model: its metadata, and where its operations and shapes are found."""

from __future__ import annotations

from _collections_abc import Mapping  # collections.abc, without all that collections brings

from ..components import errors
from ..components.forksafe import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .operation_model import OperationModel
    from .shape_classes import Shape, StructureShape
    from .shape_source import ShapeSource

__all__ = ["PROTOCOLS", "ServiceId", "ServiceModel"]

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
            from .operation_model import OperationModel  # for calls

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
