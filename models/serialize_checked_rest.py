"""Validation and serialization of ``rest-json`` and ``rest-xml`` parameters in one walk."""

from collections.abc import Callable, Mapping
from typing import Any

from .serialize_bindings import Bindings
from .serialize_checked import FAULTS, Unusual, accepted, checked_scalar
from .serialize_rest import compile_rest
from .serialize_scalars import Convert, Serializer, shortest_text
from .shapes import MapShape, OperationModel, Shape

__all__ = ["compile_checked_rest"]


def compile_checked_rest(operation: OperationModel, one_by_one: Serializer) -> Serializer:
    """Compile one walk for an operation, which ends in ``one_by_one`` if anything is unusual."""
    shape = operation.input_shape
    if shape is None or shape.is_tagged_union:
        return one_by_one
    write = compile_rest(operation, _CheckedBindings())
    required = tuple(shape.required_members)

    def checked(params: Mapping[str, Any]) -> dict[str, Any]:
        try:
            if params.__class__ is not dict:
                raise Unusual
            for name in required:
                params[name]
            return write(params)
        except FAULTS:
            pass  # so that what is wrong is not said while another error is handled
        return one_by_one(params)

    return checked


class _CheckedBindings(Bindings):
    """Converts what is good, and ends at what is not. A body in XML is written when all of it is known to be good."""

    skips_none = False

    def bound(self, shape: Shape, convert: Convert) -> Convert:
        return checked_scalar(shape, convert) if not isinstance(shape, MapShape) else _texts(shape, convert)

    def whole(self, shape: Shape) -> Convert | None:
        judged = accepted(shape)
        return (
            judged if shape.type_name != "blob" else lambda value: value if value.__class__ is bytes else judged(value)
        )

    def json(self) -> Callable[[Shape], Convert | None]:
        from .serialize_checked_json import CheckedJson  # not for S3

        return CheckedJson().convert


def _texts(shape: MapShape, convert: Convert) -> Convert:
    """Return what validates and converts a map, mostly from text to text."""
    judged = accepted(shape, convert)
    plain = shortest_text(shape.key) == shortest_text(shape.value) == 0

    def texts(value: Any) -> Any:
        if not plain or value.__class__ is not dict:
            return judged(value)
        for key, item in value.items():
            if key.__class__ is not str or item.__class__ is not str:
                return judged(value)
        return convert(value)

    return texts
