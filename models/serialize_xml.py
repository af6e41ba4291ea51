"""The XML bodies of ``rest-xml``, written as text in one pass.

Source: Smithy's AWS restXml protocol, https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
"""

from collections.abc import Callable
from typing import Any

from .serialize_scalars import Convert, Members, blob_text, boolean_text, number_text, timestamp_formatter
from .shapes import ListShape, MapShape, ServiceModel, Shape, StructureShape

__all__ = ["XmlBodies"]

_Write = Callable[[list[str], Any], None]

# A parser reads a bare carriage return as a line feed, and white space of attributes as spaces.
_TEXT = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_ATTRIBUTE = {**_TEXT, ord('"'): "&quot;", ord("\n"): "&#10;", ord("\t"): "&#09;"}


class XmlBodies:
    """Compiles shapes to functions that write XML elements; one object serves one operation."""

    __slots__ = ("_known", "_service")

    def __init__(self, service: ServiceModel) -> None:
        self._known: dict[tuple[str, str, str, bool], _Write] = {}
        self._service = service

    def own_name(self, shape: Shape) -> str | None:
        """Return the element name that a shape has by itself, without the traits of a reference to it."""
        if not isinstance(shape, StructureShape):
            return None
        return self._service.shape_for(shape.name).serialization.get("name")

    def payload_name(self, owner: StructureShape, member: str, shape: Shape) -> str:
        """Return the element name of a member that is the whole body.

        That is what its reference says, else the shape's own name. Models also
        repeat the member's name there: it is meant only beside a namespace, as
        S3 has it for all of its bodies.
        """
        reference = self._service.source.shape(owner.name)["members"][member]
        name: str | None = reference.get("locationName")
        if name == member:
            name = self.own_name(shape) or (name if "xmlNamespace" in reference else None)
        return name or self.own_name(shape) or shape.name

    def document(self, shape: Shape, name: str) -> Callable[[Any], bytes]:
        """Return the function that makes a whole body with the root element ``name``."""
        write = self._element(shape, name)

        def document(value: Any) -> bytes:
            parts: list[str] = []
            write(parts, value)
            return "".join(parts).encode()

        return document

    def _element(self, shape: Shape, name: str) -> _Write:
        namespace = _namespace(shape)
        if not isinstance(shape, StructureShape | ListShape | MapShape):
            return _text_element(shape, name, namespace)
        flat = bool(shape.serialization.get("flattened", False))
        key = (shape.name, name, namespace, flat)
        found = self._known.get(key)
        if found is None:
            if isinstance(shape, StructureShape):
                found = self._structure(shape, name, namespace)
            else:
                later = _Later()
                self._known[key] = later  # A shape may hold itself.
                if isinstance(shape, ListShape):
                    found = self._list(shape, name, namespace, flat)
                else:
                    found = self._map(shape, name, namespace, flat)
                later.write = found
            self._known[key] = found
        return found

    def _structure(self, shape: StructureShape, name: str, namespace: str) -> _Write:
        def compile_member(key: str, member: Shape) -> _Write:
            member_name = member.serialization.get("name", key)
            if member.serialization.get("xmlAttribute"):
                return _attribute(member, member_name)
            if member_name == self.own_name(member):
                # A shape's own name is for root elements; a member has it only if it says so itself.
                record = self._service.source.shape(shape.name)["members"][key]
                member_name = record.get("locationName", key)
            return self._element(member, member_name)

        members = Members(shape, compile_member)
        attributes = [key for key, member in shape.members.items() if member.serialization.get("xmlAttribute")]
        start, closed = f"<{name}{namespace}", f"</{name}>"
        opened, empty = f"{start}>", f"{start} />"

        def write(parts: list[str], value: Any) -> None:
            parts.append(opened)
            before = len(parts)
            for key, item in value.items():
                if item is not None:
                    members[key](parts, item)
            if len(parts) == before:
                parts[-1] = empty
            else:
                parts.append(closed)

        def write_with_attributes(parts: list[str], value: Any) -> None:
            tag = [start]
            for key, item in value.items():
                if item is not None and key in attributes:
                    members[key](tag, item)
            head = "".join(tag)
            parts.append(f"{head}>")
            before = len(parts)
            for key, item in value.items():
                if item is not None and key not in attributes:
                    members[key](parts, item)
            if len(parts) == before:
                parts[-1] = f"{head} />"
            else:
                parts.append(closed)

        return write_with_attributes if attributes else write

    def _list(self, shape: ListShape, name: str, namespace: str, flat: bool) -> _Write:
        if flat:
            return self._repeated(self._element(shape.member, name))
        inner = self._element(shape.member, shape.member.serialization.get("name", "member"))
        return _wrapped(self._repeated(inner), name, namespace)

    @staticmethod
    def _repeated(inner: _Write) -> _Write:
        def write(parts: list[str], value: Any) -> None:
            for item in value:
                inner(parts, item)

        return write

    def _map(self, shape: MapShape, name: str, namespace: str, flat: bool) -> _Write:
        write_key = self._element(shape.key, shape.key.serialization.get("name", "key"))
        write_value = self._element(shape.value, shape.value.serialization.get("name", "value"))
        entry = f"{name}{namespace}" if flat else "entry"
        opened, closed = f"<{entry}>", f"</{name if flat else 'entry'}>"

        def write(parts: list[str], value: Any) -> None:
            for key, item in value.items():
                parts.append(opened)
                write_key(parts, key)
                write_value(parts, item)
                parts.append(closed)

        return write if flat else _wrapped(write, name, namespace)


class _Later:
    """Stands for a list or map while its own items are compiled."""

    write: _Write

    def __call__(self, parts: list[str], value: Any) -> None:
        self.write(parts, value)


def _wrapped(inner: _Write, name: str, namespace: str) -> _Write:
    opened, empty, closed = f"<{name}{namespace}>", f"<{name}{namespace} />", f"</{name}>"

    def write(parts: list[str], value: Any) -> None:
        if value:
            parts.append(opened)
            inner(parts, value)
            parts.append(closed)
        else:
            parts.append(empty)

    return write


def _namespace(shape: Shape) -> str:
    trait = shape.serialization.get("xmlNamespace")
    if not trait:
        return ""
    if isinstance(trait, str):
        trait = {"uri": trait}
    prefix = trait.get("prefix")
    attribute = f"xmlns:{prefix}" if prefix else "xmlns"
    return f' {attribute}="{str(trait["uri"]).translate(_ATTRIBUTE)}"'


def _text_of(shape: Shape) -> Convert:
    kind = shape.type_name
    if kind == "boolean":
        return boolean_text
    if kind == "blob":
        return blob_text
    if kind in ("float", "double", "bigdecimal"):
        return number_text
    if kind == "timestamp":
        formatter = timestamp_formatter(shape, "iso8601")
        return lambda value: str(formatter(value))
    return str


def _text_element(shape: Shape, name: str, namespace: str) -> _Write:
    convert = _text_of(shape)
    opened, empty, closed = f"<{name}{namespace}>", f"<{name}{namespace} />", f"</{name}>"
    escaped = shape.type_name == "string"

    def write(parts: list[str], value: Any) -> None:
        text = convert(value)
        if not text:
            parts.append(empty)
        elif escaped and ("&" in text or "<" in text or ">" in text or "\r" in text):
            parts.append(f"{opened}{text.translate(_TEXT)}{closed}")
        else:
            parts.append(f"{opened}{text}{closed}")

    return write


def _attribute(shape: Shape, name: str) -> _Write:
    convert = _text_of(shape)

    def write(parts: list[str], value: Any) -> None:
        parts.append(f' {name}="{convert(value).translate(_ATTRIBUTE)}"')

    return write
