"""The ``query`` and ``ec2`` protocols: parameters flattened into a form.

The body is the form as a dictionary, as handlers of boto3's ``before-call``
know it; it is encoded when the request is prepared. Sources: Smithy's AWS
query and EC2 query protocols, https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from .serialize_scalars import Convert, Members, as_it_is, blob_text, boolean_text, finite_or_name, timestamp_formatter
from .shapes import ListShape, MapShape, OperationModel, Shape, StructureShape

__all__ = ["compile_query"]

_Write = Callable[[dict[str, Any], str, Any], None]

_CONTENT_TYPE = "application/x-www-form-urlencoded; charset=utf-8"


def compile_query(operation: OperationModel, ec2: bool = False) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Compile the serializer of an operation of the ``query`` protocol, or of ``ec2``."""
    method = operation.http.get("method", "POST")
    action, version = operation.wire_name, operation.metadata["apiVersion"]
    shape = operation.input_shape
    members = None if shape is None else (_Ec2Forms() if ec2 else _Forms()).members(shape)

    def serialize(params: Mapping[str, Any]) -> dict[str, Any]:
        form: dict[str, Any] = {"Action": action, "Version": version}
        if members is not None:
            for key, item in params.items():
                if item is not None:
                    name, write = members[key]
                    write(form, name, item)
        return {
            "url_path": "/",
            "query_string": "",
            "method": method,
            "headers": {"Content-Type": _CONTENT_TYPE},
            "body": form,
        }

    return serialize


class _Forms:
    """Compiles shapes to functions that write a value into a form under a name."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], _Write] = {}

    def members(self, shape: StructureShape, before: str = "") -> Members[tuple[str, _Write]]:
        def compile_member(name: str, member: Shape) -> tuple[str, _Write]:
            wire_name = before + self.member_name(shape, name, member)
            return wire_name, self.writer(member, self.flat_name(shape, name, member))

        return Members(shape, compile_member)

    def member_name(self, owner: StructureShape, name: str, member: Shape) -> str:
        return member.serialization.get("name", name)  # type: ignore[no-any-return] # JSON edge

    def flat_name(self, owner: StructureShape, name: str, member: Shape) -> str:
        """The name that takes the place of a flattened list's own: that of its items, if the member names none."""
        if not isinstance(member, ListShape) or "name" in member.serialization:
            return ""
        return member.member.serialization.get("name", "")  # type: ignore[no-any-return] # JSON edge

    def writer(self, shape: Shape, flat_name: str = "") -> _Write:
        if isinstance(shape, StructureShape | ListShape | MapShape):
            style = f"{shape.serialization.get('flattened', False)} {flat_name}"
            found = self._known.get((shape.name, style))
            if found is None:
                if isinstance(shape, StructureShape):
                    found = self._structure(shape)
                else:
                    later = _Later()
                    self._known[shape.name, style] = later  # A shape may hold itself.
                    found = self._list(shape, flat_name) if isinstance(shape, ListShape) else self._map(shape)
                    later.write = found
                self._known[shape.name, style] = found
            return found
        return _scalar(shape)

    def _structure(self, shape: StructureShape) -> _Write:
        members = self.members(shape, ".")

        def write(form: dict[str, Any], name: str, value: Any) -> None:
            for key, item in value.items():
                if item is not None:
                    suffix, inner = members[key]
                    inner(form, name + suffix, item)

        return write

    def _list(self, shape: ListShape, flat_name: str) -> _Write:
        member = shape.member
        write_items = _items(self.writer(member))
        item_name = member.serialization.get("name", "member")
        flat = bool(shape.serialization.get("flattened"))

        def write(form: dict[str, Any], name: str, value: Any) -> None:
            if not value:
                form[name] = ""
                return
            if not flat:
                name = f"{name}.{item_name}"
            elif flat_name:
                stem, dot, _ = name.rpartition(".")
                name = f"{stem}{dot}{flat_name}"
            write_items(form, name, value)

        return write

    def _map(self, shape: MapShape) -> _Write:
        write_key, write_value = self.writer(shape.key), self.writer(shape.value)
        key_name = shape.key.serialization.get("name", "key")
        value_name = shape.value.serialization.get("name", "value")
        between = "" if shape.serialization.get("flattened") else ".entry"

        def write(form: dict[str, Any], name: str, value: Any) -> None:
            for index, (key, item) in enumerate(value.items(), 1):
                entry = f"{name}{between}.{index}"
                write_key(form, f"{entry}.{key_name}", key)
                write_value(form, f"{entry}.{value_name}", item)

        return write


class _Ec2Forms(_Forms):
    """The rules of EC2: names of their own, every list flattened, empty lists left out."""

    def member_name(self, owner: StructureShape, name: str, member: Shape) -> str:
        traits = member.serialization
        if "queryName" in traits:
            return traits["queryName"]  # type: ignore[no-any-return] # JSON edge
        name = traits.get("name", name)
        return name[:1].upper() + name[1:]

    def flat_name(self, owner: StructureShape, name: str, member: Shape) -> str:
        return ""

    def _list(self, shape: ListShape, flat_name: str) -> _Write:
        return _items(self.writer(shape.member))


_numbers: tuple[str, ...] = tuple([f".{number}" for number in range(1, 101)])


def _numbers_for(count: int) -> tuple[str, ...]:
    """Return ``.1``, ``.2`` and so on, at least that many: made once, because making them costs half of a form."""
    global _numbers
    found = _numbers
    if count > len(found):
        _numbers = found = tuple([f".{number}" for number in range(1, 2 * count)])
    return found


def _items(inner: _Write) -> _Write:
    """Return what writes items under their numbers."""

    def write(form: dict[str, Any], name: str, value: Any) -> None:
        if value.__class__ is not list:
            value = list(value)
        for number, item in zip(_numbers_for(len(value)), value, strict=False):
            inner(form, name + number, item)

    def write_texts(form: dict[str, Any], name: str, value: Any) -> None:
        # The same without a call for each: filters and lists of ids may be long.
        if value.__class__ is not list:
            value = list(value)
        for number, item in zip(_numbers_for(len(value)), value, strict=False):
            if item.__class__ is str and item.isascii():
                form[name + number] = item
            else:
                inner(form, name + number, item)

    return write_texts if inner is _write_text else write


class _Later:
    """Stands for a list or map while its own items are compiled."""

    write: _Write

    def __call__(self, form: dict[str, Any], name: str, value: Any) -> None:
        self.write(form, name, value)


def _scalar(shape: Shape) -> _Write:
    kind = shape.type_name
    convert: Convert
    if kind == "boolean":
        convert = boolean_text
    elif kind == "blob":
        convert = blob_text
    elif kind == "timestamp":
        convert = timestamp_formatter(shape, "iso8601")
    elif kind in ("float", "double", "bigdecimal"):
        convert = finite_or_name
    elif kind == "string":
        return _write_text
    else:
        return _write_plain

    def write(form: dict[str, Any], name: str, value: Any) -> None:
        form[name] = convert(value)

    return write


def _write_plain(form: dict[str, Any], name: str, value: Any) -> None:
    form[name] = as_it_is(value)


def _write_text(form: dict[str, Any], name: str, value: Any) -> None:
    form[name] = value if type(value) is str and value.isascii() else as_it_is(value)
