"""json 1.0, json 1.1 and smithy-rpc-v2-cbor: the whole result is the body."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..components.errors import ResponseParserError
from .parse_answer import Answer, ReadOutput
from .parse_error import apply_query_error, json_error
from .parse_json import JsonCompiler, decode_cbor, decode_json
from .parse_json_typed import TypedReader
from .parse_json_whole import WholeJsonCompiler
from .parse_locate import locate
from .shapes import Shape, StructureShape

__all__ = ["RpcCodec"]

_Value = TypeVar("_Value")


class RpcCodec:
    """Reads the answers of a service whose bodies are JSON or CBOR documents."""

    header_first = False
    """Whether the code of an error is looked for in the header before the body."""

    def __init__(self, protocol: str) -> None:
        self.compiler = JsonCompiler(protocol)
        self._whole = WholeJsonCompiler(protocol)
        self._cbor = protocol == "smithy-rpc-v2-cbor"
        self.decode = decode_cbor if self._cbor else decode_json

    def output(self, shape: StructureShape) -> ReadOutput:
        """Return what reads the result of an operation; an empty body is an empty result."""
        read_body = self.read_body(shape)

        def read(answer: Answer) -> dict[str, Any]:
            body = answer.body
            return read_body(body if body.__class__ is bytes else answer.content())

        return read

    def no_output(self, answer: Answer) -> dict[str, Any]:
        """Return an empty result: the body is not looked at."""
        return {}

    def read_body(self, shape: StructureShape) -> Callable[[bytes], dict[str, Any]]:
        """Return what reads the members of a structure; none of them if there is no body."""
        convert = self.compiler.structure(shape)
        if self._cbor:
            return lambda body: self.typed(convert, shape, body) if body.strip() else {}
        convert_whole = self._whole.structure(shape)
        read_typed = TypedReader(shape, integers=False)

        def read(body: bytes) -> dict[str, Any]:
            found: dict[str, Any] | None = read_typed(body)
            if found is not None:
                return found
            if b"null" in body:
                return self.typed(convert, shape, body)
            return self.typed(convert_whole, shape, body) if body.strip() else {}

        return read

    def read_payload(self, member: Shape) -> Callable[[bytes], Any]:
        """Return what reads a body that is one member; ``null`` is ``None``."""
        convert = self.compiler.convert(member)
        if convert is None:
            return self.decode

        def unless_null(content: Any) -> Any:
            return None if content is None else convert(content)

        return lambda body: self.typed(unless_null, member, body)

    def untyped(self, body: bytes) -> Any:
        """Read an error without its model; text that is no JSON becomes the message, as in boto3."""
        if not body.strip():
            return {}
        try:
            content = self.decode(body)
        except ResponseParserError:
            return {} if self._cbor else {"message": body.decode("utf-8", "replace")}
        if self._cbor and isinstance(content, dict):
            return {name: value for name, value in content.items() if value is not None}
        return content

    def error(self, answer: Answer, known: Mapping[str, StructureShape]) -> dict[str, Any]:
        """Read ``Error``."""
        error = json_error(self.untyped(answer.body), answer.status, answer.lower, self.header_first)
        apply_query_error(error, answer.lower)
        return {"Error": error}

    def error_members(self, answer: Answer, shape: StructureShape) -> dict[str, Any]:
        """Read the members of a modelled error."""
        if not answer.body.strip():
            return {}
        return self.typed(self.compiler.structure(shape), shape, answer.body)

    def typed(
        self, convert: Callable[[Any], _Value], shape: Shape, body: bytes, skip: frozenset[str] = frozenset()
    ) -> _Value:
        """Decode a body and give it its types; ``ResponseParserError`` names the place that has another type."""
        content = self.decode(body)
        try:
            return convert(content)
        except (AttributeError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            # Decoded anew: what was converted before the fault is no longer as it came.
            place = locate(shape, self.decode(body), self.compiler, skip) or str(error)
        except RecursionError:
            place = "values are nested too deeply"
        raise ResponseParserError(reason=f"{place} (body of {len(body)} bytes)")
