"""Bodies of answers in the formats of the protocols, made at random from the shapes that a client expects."""

import json
import struct
from base64 import b64encode
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from wire_values import WireValues

DOCUMENTS = ({"a": [1, 2.5, None, "é"]}, "text", 3, True, [1, "x"], {})
INTEGERS = ("integer", "long", "short", "byte")


class Seconds:
    """A time in a CBOR body."""

    def __init__(self, value: float) -> None:
        self.value = value


def plain(values: WireValues, shape: Any, above: tuple[str, ...] = (), cbor: bool = False) -> Any:
    """Return what JSON (or, with ``cbor``, CBOR) holds for a shape."""
    kind = shape.type_name
    if kind == "structure":
        return _structure(values, shape, above, cbor)
    inside = (*above, shape.name)
    if kind == "list":
        return [plain(values, shape.member, inside, cbor) for _ in range(values.count(shape.member, inside))]
    if kind == "map":
        keys = [values.text(shape.key) for _ in range(values.count(shape.value, inside))]
        return {key: plain(values, shape.value, inside, cbor) for key in keys}
    if kind == "timestamp":
        if cbor:
            return Seconds(values.seconds())
        form = shape.serialization.get("timestampFormat", "unixTimestamp")
        return values.seconds() if form.lower() == "unixtimestamp" else values.time(form)
    if kind == "blob":
        found = values.blob()
        return found if cbor else b64encode(found).decode()
    if kind in ("float", "double"):
        special = values.special()
        return (float(special) if cbor else special) if special else values.number()
    return _scalar(values, shape)


def _scalar(values: WireValues, shape: Any) -> Any:
    if shape.type_name in INTEGERS:
        return values.integer()
    if shape.type_name == "boolean":
        return values.boolean()
    assert shape.type_name == "string", shape.type_name
    return values.text(shape)


def _structure(values: WireValues, shape: Any, above: tuple[str, ...], cbor: bool) -> Any:
    if getattr(shape, "is_document_type", False):
        return values.random.choice(DOCUMENTS)
    found = {}
    for name, member in values.members(shape, above):
        wire_name = name if cbor else member.serialization.get("name", name)
        found[wire_name] = plain(values, member, (*above, shape.name), cbor)
    if values.fill == "some" and not getattr(shape, "is_tagged_union", False):
        if values.random.random() < 0.1:
            found["NotInTheModel"] = {"a": [1, None]}
        elif values.random.random() < 0.1 and shape.members:
            found[next(iter(shape.members))] = None
    return found


def json_body(found: Any, values: WireValues) -> bytes:
    """Return JSON, with or without escapes for what is not ASCII."""
    return json.dumps(found, ensure_ascii=values.boolean()).encode()


def cbor_body(found: Any) -> bytes:
    """Return CBOR (RFC 8949); the outermost map has no length, as some services send it."""
    if isinstance(found, dict):
        return b"\xbf" + b"".join(_cbor(key) + _cbor(value) for key, value in found.items()) + b"\xff"
    return _cbor(found)


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    for code, form, limit in ((24, ">B", 1 << 8), (25, ">H", 1 << 16), (26, ">I", 1 << 32)):
        if number < limit:
            return bytes([major << 5 | code]) + struct.pack(form, number)
    return bytes([major << 5 | 27]) + struct.pack(">Q", number)


def _cbor(found: Any) -> bytes:
    if found is None:
        return b"\xf6"
    if isinstance(found, bool):
        return b"\xf5" if found else b"\xf4"
    if isinstance(found, int):
        return _head(0, found) if found >= 0 else _head(1, -1 - found)
    if isinstance(found, float):
        return b"\xfb" + struct.pack(">d", found)
    if isinstance(found, Seconds):
        return b"\xc1" + _cbor(found.value)
    if isinstance(found, bytes):
        return _head(2, len(found)) + found
    if isinstance(found, str):
        return _head(3, len(found.encode())) + found.encode()
    if isinstance(found, list):
        return _head(4, len(found)) + b"".join(_cbor(item) for item in found)
    return _head(5, len(found)) + b"".join(_cbor(key) + _cbor(value) for key, value in found.items())


def xml_members(
    values: WireValues, shape: Any, above: tuple[str, ...] = (), but: tuple[str, ...] = ()
) -> tuple[str, str]:
    """Return the attributes and the content of a structure's element, ``but`` for some members."""
    attributes, content = "", []
    for name, member in values.members(shape, above):
        traits = member.serialization
        if name in but or ("location" in traits and not above):
            continue  # a header is not of the body
        if traits.get("xmlAttribute"):
            prefix = traits["name"].partition(":")[0]
            attributes += (
                f' xmlns:{prefix}="http://example.com/{prefix}" {traits["name"]}={quoteattr(values.text(member))}'
            )
        else:
            content.append(xml_element(values, member, traits.get("name", name), (*above, shape.name)))
    if values.fill == "some" and values.random.random() < 0.1:
        content.append("<NotInTheModel><a>1</a></NotInTheModel>")
    return attributes, "".join(content)


def xml_element(values: WireValues, shape: Any, tag: str, above: tuple[str, ...]) -> str:
    """Return the element of a value; a flattened list or map is many."""
    kind, flattened, inside = shape.type_name, shape.serialization.get("flattened"), (*above, shape.name)
    if kind == "structure":
        attributes, content = xml_members(values, shape, above or ("root",))
        return f"<{tag}{attributes}>{content}</{tag}>"
    if kind == "list":
        item = shape.member.serialization.get("name", tag if flattened else "member")
        items = "".join(
            xml_element(values, shape.member, item, inside) for _ in range(values.count(shape.member, inside))
        )
        return items if flattened else f"<{tag}>{items}</{tag}>"
    if kind == "map":
        entry = tag if flattened else "entry"
        key, value = (
            side.serialization.get("name", name) for side, name in ((shape.key, "key"), (shape.value, "value"))
        )
        entries = "".join(
            f"<{entry}>{xml_element(values, shape.key, key, inside)}"
            f"{xml_element(values, shape.value, value, inside)}</{entry}>"
            for _ in range(values.count(shape.value, inside))
        )
        return entries if flattened else f"<{tag}>{entries}</{tag}>"
    return f"<{tag}>{xml_text(values, shape)}</{tag}>"


def xml_text(values: WireValues, shape: Any) -> str:
    """Return a scalar as the text of an element."""
    kind = shape.type_name
    if kind == "timestamp":
        return values.time(shape.serialization.get("timestampFormat", "iso8601"))
    if kind == "blob":
        return b64encode(values.blob()).decode()
    if kind in ("float", "double"):
        return values.special() or repr(values.number())
    found = _scalar(values, shape)
    return str(found).lower() if isinstance(found, bool) else escape(str(found))
