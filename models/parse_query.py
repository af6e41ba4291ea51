"""query and ec2: the result lies in the document, perhaps in a wrapper, with the metadata beside it."""

from collections.abc import Mapping
from typing import Any

from ..components.errors import ResponseParserError
from .parse_answer import Answer, ReadOutput
from .parse_error import looks_like_html, xml_error
from .parse_xml import read_xml
from .parse_xml_tables import FLAT_STRUCTURE, LEAF, STRUCTURE, LeavesTable, Structure, StructureTable, XmlCompiler
from .shapes import StructureShape

__all__ = ["QueryCodec", "read_xml_error", "read_xml_error_members"]

# Fields of a document beside those of the model: no member's name begins with a colon.
_RESULT, _REQUEST_ID, _RESPONSE_METADATA = ":result", ":request-id", ":metadata"
_BESIDE = {
    "ResponseMetadata": (
        STRUCTURE,
        _RESPONSE_METADATA,
        None,
        Structure.of(LeavesTable(RequestId=(LEAF, "RequestId", None, None))),
    ),
    "requestId": (LEAF, _REQUEST_ID, None, None),
    "RequestId": (LEAF, _REQUEST_ID, None, None),
}
_NOTHING = Structure.of(StructureTable(_BESIDE))


class QueryCodec:
    """Reads the answers of a query or ec2 service."""

    def __init__(self) -> None:
        self.compiler = XmlCompiler()

    def output(self, shape: StructureShape) -> ReadOutput:
        """Return what reads the result of an operation."""
        wrapper = shape.serialization.get("resultWrapper")
        structure = self.compiler.structure(shape)
        needed = bool(shape.members)
        if wrapper is None:
            # The members lie beside the metadata, and come first if a name is the same.
            beside = Structure(lambda made: _merge(made, structure))
            return lambda answer: _read_document(answer, beside, needed)
        root = Structure.of(StructureTable({**_BESIDE, wrapper: (FLAT_STRUCTURE, _RESULT, None, structure)}))

        def read(answer: Answer) -> dict[str, Any]:
            results: list[dict[str, Any]] = _read_document(answer, root, needed).get(_RESULT, [])
            if needed and not results:
                raise ResponseParserError(reason=f"no <{wrapper}> in the document")
            return results[0] if results else {}

        return read

    def no_output(self, answer: Answer) -> dict[str, Any]:
        """Read the metadata of an answer without a result."""
        return _read_document(answer, _NOTHING, False)

    def error(self, answer: Answer, known: Mapping[str, StructureShape]) -> dict[str, Any]:
        """Read ``Error`` and what stands beside it."""
        return read_xml_error(answer, known)

    def error_members(self, answer: Answer, shape: StructureShape) -> dict[str, Any]:
        """Read the members of a modelled error."""
        return read_xml_error_members(answer, self.compiler, shape)


def _merge(made: Structure, structure: Structure) -> None:
    if structure.table is None:
        structure.make(structure)
    made.attributes, made.finish = structure.attributes, structure.finish
    made.table = StructureTable({**_BESIDE, **(structure.table or {})})


def _read_document(answer: Answer, root: Structure, needed: bool) -> dict[str, Any]:
    """Read a document; what it says of itself goes into the metadata of the answer."""
    body = answer.content()
    if not needed and not body.strip():
        return {}
    if looks_like_html(body):
        raise ResponseParserError(reason=f"unexpected body of {len(body)} bytes")
    document: dict[str, Any] = read_xml(body, (STRUCTURE, "", None, root))[""]
    answer.metadata.pop("HostId", None)  # of a proxy, if at all
    identifier = document.pop(_REQUEST_ID, None)
    if identifier:
        answer.metadata["RequestId"] = identifier
    answer.metadata.update(document.pop(_RESPONSE_METADATA, ()))
    return document


def read_xml_error(answer: Answer, known: Mapping[str, StructureShape]) -> dict[str, Any]:
    """Read ``Error`` and what stands beside it out of an XML answer."""
    error, beside, answer.metadata = xml_error(answer.body, answer.status, answer.lower, known)
    return {"Error": error, **beside}


def read_xml_error_members(answer: Answer, compiler: XmlCompiler, shape: StructureShape) -> dict[str, Any]:
    """Read the members of a modelled error, wherever in the document its element is."""
    structure = compiler.structure(shape)
    error = (FLAT_STRUCTURE, "error", None, structure)
    inner = Structure.of(StructureTable({"Error": error}))
    outer = Structure.of(StructureTable({"Error": error, "Errors": (STRUCTURE, "errors", None, inner)}))
    wrapped: dict[str, Any] = read_xml(answer.body, (STRUCTURE, "", None, outer))[""]
    found: list[dict[str, Any]] = wrapped.get("error") or wrapped.get("errors", {}).get("error") or []
    if not found:  # the root is the error itself
        found = [read_xml(answer.body, (STRUCTURE, "", None, structure))[""]]
    return found[0]
