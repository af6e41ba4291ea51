"""Validation and serialization of ``query`` and ``ec2`` parameters in one walk: what is good is in the form already."""

from typing import Any

from .serialize_checked import FAULTS, Unusual, checked_scalar
from .serialize_query import Ec2Forms, Forms, Write, compile_query
from .serialize_scalars import Convert, Serializer
from .shapes import ListShape, MapShape, OperationModel, Shape, StructureShape

__all__ = ["compile_checked_query"]


def compile_checked_query(operation: OperationModel, one_by_one: Serializer) -> Serializer:
    """Compile one walk for an operation, which ends in ``one_by_one`` if anything is unusual."""
    ec2 = operation.service_model.resolved_protocol == "ec2"
    return compile_query(operation, _CheckedEc2Forms() if ec2 else _CheckedForms(), FAULTS, one_by_one)


class _CheckedForms(Forms):
    """Compiles shapes to functions that write what is good, and end at what is not."""

    def structure_writer(self, shape: StructureShape, before: str = "") -> Write:
        required = tuple(shape.required_members)
        union = shape.is_tagged_union
        members = self.members(shape, before)

        def write(form: dict[str, Any], name: str, value: Any) -> None:
            if value.__class__ is not dict or (union and len(value) != 1):
                raise Unusual
            for key in required:
                if key not in value:
                    raise Unusual
            for key, item in value.items():
                least, suffix, inner = members[key]
                if item.__class__ is str and len(item) >= least and item.isascii():
                    form[name + suffix] = item
                else:
                    inner(form, name + suffix, item)

        return write

    def convert(self, shape: Shape) -> Convert:
        return checked_scalar(shape, super().convert(shape))

    def list_writer(self, shape: ListShape, flat_name: str) -> Write:
        inner = super().list_writer(shape, flat_name)
        least = shape.metadata.get("min", 0)

        def write(form: dict[str, Any], name: str, value: Any) -> None:
            if value.__class__ is not list or len(value) < least:
                raise Unusual
            inner(form, name, value)

        return write

    def map_writer(self, shape: MapShape) -> Write:
        inner = super().map_writer(shape)

        def write(form: dict[str, Any], name: str, value: Any) -> None:
            if value.__class__ is not dict:
                raise Unusual
            inner(form, name, value)

        return write


class _CheckedEc2Forms(_CheckedForms, Ec2Forms):
    """The same by the rules of EC2."""
