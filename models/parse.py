"""From an answer to a result: one compiled parser per operation, for all six protocols.

``compile_parser(operation)`` returns a function that takes the answer as the
``before-parse`` event shows it (``status_code``, ``headers``, ``body``) and
returns the dictionary that the caller of a client method gets, or the error
that ``ClientError`` is made of. What a service's shapes compile to is kept
with its model and shared by all of its operations and clients.
"""

from collections.abc import Callable
from typing import Any

from ..components.errors import ResponseParserError
from .parse_answer import Answer, Codec, ReadOutput, Response
from .parse_error import generic_error, is_generic_error
from .shapes import OperationModel, ServiceModel

__all__ = ["Parser", "Response", "compile_parser", "parse_error"]

Parser = Callable[[Response], dict[str, Any]]
"""Takes an answer, returns the parsed dictionary; raises ``ResponseParserError`` only."""

_ERRORS_FROM = 300


def compile_parser(operation: OperationModel) -> Parser:
    """Return the parser of an operation; it may be called from any thread.

    Statuses below 300 give the result, all others a dictionary with ``Error``
    (``Code``, ``Message`` and what else the service says) and the members of
    the modelled error. Both have ``ResponseMetadata``. The body of a streaming
    output is put into the result as it was given, that of an event stream as
    an ``EventStream``. The parser raises ``ResponseParserError``, with the place
    of the fault, and nothing else; where it has to wait for the first message
    of an event stream, also what iterating over the stream raises.
    """
    service = operation.service_model
    codec = _codec(service)
    shape = operation.output_shape
    if operation.has_event_stream_output:
        read: ReadOutput = _event_stream_output(operation, codec)
    elif shape is None:
        read = codec.no_output
    else:
        read = codec.output(shape)

    def parse(response: Response) -> dict[str, Any]:
        answer = Answer(response)
        try:
            if answer.status >= _ERRORS_FROM:
                return _read_error(operation, codec, answer)
            return answer.finish(read(answer))
        except ResponseParserError as error:
            from .parse_report import report_answer  # few answers are so bad

            reason = report_answer(operation.name, service.resolved_protocol, answer, error.kwargs["reason"])
            raise type(error)(reason=reason) from error

    return parse


def parse_error(operation: OperationModel, response: Response) -> dict[str, Any]:
    """Read an answer as an error, whatever its status (S3 sends some with status 200)."""
    return _read_error(operation, _codec(operation.service_model), Answer(response))


def _read_error(operation: OperationModel, codec: Codec, answer: Answer) -> dict[str, Any]:
    answer.body = body = answer.content()
    if is_generic_error(answer.status, body) and "x-amzn-errortype" not in answer.lower:
        return answer.finish({"Error": generic_error(answer.status)})
    known = {code: shape for shape in operation.error_shapes if (code := shape.error_code)}
    parsed = codec.error(answer, known)
    error = parsed["Error"]
    for code in (error["Code"], error.get("QueryErrorCode")):
        if not code:
            continue
        shape = known.get(code) or operation.service_model.shape_for_error_code(code)
        if shape is not None:
            try:
                parsed.update(codec.error_members(answer, shape))
            except ResponseParserError:
                # The service's refusal counts for more than a member that cannot be read.
                pass
            break
    return answer.finish(parsed)


def _event_stream_output(operation: OperationModel, codec: Codec) -> ReadOutput:
    from .event_stream_output import compile_event_output  # few operations have a stream

    return compile_event_output(operation, codec)


def _codec(service: ServiceModel) -> Codec:
    kept = vars(service)
    if "_parse_codec" not in kept:
        # Two threads may make one each; the first to be kept is used by both.
        kept.setdefault("_parse_codec", _make_codec(service.resolved_protocol))
    codec: Codec = kept["_parse_codec"]
    return codec


def _make_codec(protocol: str) -> Codec:
    # The modules of the other protocols are not imported.
    if protocol in ("query", "ec2"):
        from .parse_query import QueryCodec

        return QueryCodec()
    if protocol == "rest-xml":
        from .parse_rest import RestXmlCodec

        return RestXmlCodec()
    if protocol == "rest-json":
        from .parse_rest import RestJsonCodec

        return RestJsonCodec()
    from .parse_rpc import RpcCodec

    return RpcCodec(protocol)
