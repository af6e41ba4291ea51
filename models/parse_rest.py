"""rest-json and rest-xml: a result is put together from header fields, the status code and the body."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from ..components.errors import ResponseParserError
from .expat import read_tree
from .parse_answer import Answer, ReadOutput
from .parse_error import looks_like_html
from .parse_headers import OUTSIDE_THE_BODY, compile_headers
from .parse_json_typed import TypedReader
from .parse_query import read_xml_error, read_xml_error_members
from .parse_rpc import RpcCodec
from .parse_xml import read_xml
from .parse_xml_tables import STRUCTURE, XmlCompiler
from .shapes import ListShape, MapShape, Shape, StructureShape

__all__ = ["RestJsonCodec", "RestXmlCodec"]

_Fill = Callable[[Answer, dict[str, Any]], None]


class _Rest(ABC):
    """What both protocols share."""

    @abstractmethod
    def read_body(self, shape: StructureShape) -> Callable[[bytes], dict[str, Any]]:
        """Return what reads the members that are in the body."""

    @abstractmethod
    def read_payload(self, member: Shape) -> Callable[[bytes], Any]:
        """Return what reads a body that is one member."""

    def output(self, shape: StructureShape) -> ReadOutput:
        """Return what reads the result of an operation."""
        fill_headers = compile_headers(shape)
        fill_body: _Fill | None = None
        payload = shape.serialization.get("payload")
        if payload is not None:
            fill_body = self._payload(payload, shape.members[payload])
        elif any(member.serialization.get("location") not in OUTSIDE_THE_BODY for member in shape.members.values()):
            fill_body = self._body(shape)

        def read(answer: Answer) -> dict[str, Any]:
            result: dict[str, Any] = {"ResponseMetadata": answer.metadata}
            if fill_headers is not None:
                fill_headers(answer.lower, answer.headers, answer.status, result)
            if fill_body is not None:
                fill_body(answer, result)
            return result

        return read

    def no_output(self, answer: Answer) -> dict[str, Any]:
        """Return an empty result: the body is not looked at."""
        return {}

    def _body(self, shape: StructureShape) -> _Fill:
        read_body = self.read_body(shape)

        def fill(answer: Answer, result: dict[str, Any]) -> None:
            body = answer.content()
            if body.strip():
                if looks_like_html(body):
                    raise ResponseParserError(reason=f"unexpected body of {len(body)} bytes")
                result.update(read_body(body))

        return fill

    def _payload(self, name: str, member: Shape) -> _Fill:
        if member.type_name == "blob":
            return _blob_payload(name)
        if member.type_name == "string":
            return _text_payload(name)
        read_payload = self.read_payload(member)
        union = isinstance(member, StructureShape) and member.is_tagged_union
        empty: type[Any] | None = None
        if isinstance(member, ListShape):
            empty = list
        elif isinstance(member, MapShape) or (isinstance(member, StructureShape) and not union):
            empty = dict

        def fill(answer: Answer, result: dict[str, Any]) -> None:
            body = answer.content()
            if body.strip():
                result[name] = read_payload(body)
            elif empty is not None:
                result[name] = empty()

        return fill


def _blob_payload(name: str) -> _Fill:
    def fill(answer: Answer, result: dict[str, Any]) -> None:
        # A stream is handed on even if nothing will come out of it.
        if answer.body is not None and answer.body != b"":
            result[name] = answer.body

    return fill


def _text_payload(name: str) -> _Fill:
    def fill(answer: Answer, result: dict[str, Any]) -> None:
        try:
            result[name] = answer.content().decode()
        except UnicodeDecodeError as error:
            raise ResponseParserError(reason=f"{name} is no UTF-8 at byte {error.start}") from None

    return fill


class RestJsonCodec(_Rest, RpcCodec):
    """Reads the answers of a rest-json service."""

    header_first = True

    def __init__(self) -> None:
        RpcCodec.__init__(self, "rest-json")

    def read_body(self, shape: StructureShape) -> Callable[[bytes], dict[str, Any]]:
        """Return what reads the members that are in the body."""
        compiler = self.compiler
        outside = frozenset(
            name for name, member in shape.members.items() if member.serialization.get("location") in OUTSIDE_THE_BODY
        )
        convert = compiler.members(lambda: compiler.table(shape, outside)) if outside else compiler.structure(shape)
        read_typed = TypedReader(shape, integers=True, skip=outside)

        def read(body: bytes) -> dict[str, Any]:
            found: dict[str, Any] | None = read_typed(body)
            return self.typed(convert, shape, body, outside) if found is None else found

        return read

    def read_payload(self, member: Shape) -> Callable[[bytes], Any]:
        """Return what reads a body that is one member, as in the RPC protocols."""
        return RpcCodec.read_payload(self, member)

    def error_members(self, answer: Answer, shape: StructureShape) -> dict[str, Any]:
        """Read the members of a modelled error, those of the header included."""
        members = self.output(shape)(answer)
        del members["ResponseMetadata"]
        return members


class RestXmlCodec(_Rest):
    """Reads the answers of a rest-xml service."""

    def __init__(self) -> None:
        self.compiler = XmlCompiler()

    def read_body(self, shape: StructureShape) -> Callable[[bytes], dict[str, Any]]:
        """Return what reads the members that are in the body."""
        root = (STRUCTURE, "", None, self.compiler.structure(shape))

        def read(body: bytes) -> dict[str, Any]:
            result: dict[str, Any] = read_xml(body, root)[""]
            return result

        return read

    def read_payload(self, member: Shape) -> Callable[[bytes], Any]:
        """Return what reads a body that is one member."""
        root = self.compiler.entry(member, "")
        return lambda body: read_xml(body, root)[""]

    def untyped(self, body: bytes) -> Any:
        """Read an error without its model; what is no XML says nothing."""
        try:
            return read_tree(body)[1]
        except ResponseParserError:
            return {}

    def error(self, answer: Answer, known: Mapping[str, StructureShape]) -> dict[str, Any]:
        """Read ``Error`` and what stands beside it; without a document the ids are there, if empty, as in boto3."""
        parsed = read_xml_error(answer, known)
        if parsed["Error"]["Code"] == str(answer.status):
            answer.metadata = {"RequestId": "", "HostId": "", **answer.metadata}
        return parsed

    def error_members(self, answer: Answer, shape: StructureShape) -> dict[str, Any]:
        """Read the members of a modelled error, those of the header included."""
        result: dict[str, Any] = {}
        fill_headers = compile_headers(shape)
        if fill_headers is not None:
            fill_headers(answer.lower, answer.headers, answer.status, result)
        result.update(read_xml_error_members(answer, self.compiler, shape))
        return result
