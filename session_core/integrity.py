"""Checksums of bodies: what a request gets by its operation's traits (``integrity_trait``) and its client's policy.

``resolve_checksum`` decides before ``before-call``, so that its handlers see
the decision in the context, as boto3's do; ``apply_checksum`` carries it out
on the body that they have left. Over TLS the checksum of a stream follows it in
a trailer; else it is a header, and the body is read twice.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..components.errors import AwsChunkedWrapperError, FlexibleChecksumError
from ..components.request_body import blocks_of, is_rewindable, length_of
from ..components.unsigned import UNSIGNED

if TYPE_CHECKING:
    from .integrity_trait import Integrity
    from .plan import OperationPlan
    from .state import ClientState

__all__ = ["apply_checksum", "resolve_checksum"]

_DEFAULT = "crc32"


def resolve_checksum(
    state: "ClientState",
    plan: "OperationPlan",
    integrity: "Integrity",
    params: Mapping[str, Any],
    request: dict[str, Any],
    context: dict[str, Any],
) -> None:
    """Put ``checksum`` into the context: the checksum of the body, and those that the answer may be checked by."""
    decision: dict[str, Any] = {}
    if not any(name.lower().startswith("x-amz-checksum-") for name in request["headers"]):
        _resolve_request(state, plan, integrity, params, request, decision)
    if integrity.mode_member in params and "Range" not in params:  # the checksum is one of the whole
        decision["response_algorithms"] = integrity.usable()
    if decision:
        context["checksum"] = decision


def _resolve_request(
    state: "ClientState",
    plan: "OperationPlan",
    integrity: "Integrity",
    params: Mapping[str, Any],
    request: Mapping[str, Any],
    decision: dict[str, Any],
) -> None:
    policy = state.integrity
    member = integrity.algorithm_member
    chosen = None if member is None else params.get(member)
    if chosen is not None:
        algorithm = str(chosen).lower()
    elif integrity.required and (policy.md5 or integrity.by_md5):
        decision["request_algorithm"] = "conditional-md5"
        return
    elif integrity.required or (member is not None and policy.adds):
        algorithm = _DEFAULT
        if integrity.algorithm_header is not None:
            decision["request_algorithm_header"] = {"name": integrity.algorithm_header, "value": _DEFAULT.upper()}
    else:
        return
    _check(plan.name, algorithm)
    place = "header"
    if plan.streaming_input and state.config.signature_version != "s3":
        # Without TLS nothing protects a trailer that is not signed: what can be read twice has a header.
        over_tls = request["url"].startswith("https:")
        if (over_tls and policy.trailers) or not is_rewindable(request["body"]):
            place = "trailer"
    decision["request_algorithm"] = {"algorithm": algorithm, "in": place, "name": f"x-amz-checksum-{algorithm}"}


def _check(operation_name: str, algorithm: str) -> None:
    if algorithm == _DEFAULT:
        return
    from ..components.checksums.algorithms import PRIORITY, is_known, new_checksum

    if not is_known(algorithm):
        known = ", ".join(name.upper() for name in PRIORITY)
        raise FlexibleChecksumError(
            error_msg=f"{operation_name} cannot have the checksum {algorithm.upper()!r}: there are {known}"
        )
    new_checksum(algorithm)  # says what is missing, if anything is


def apply_checksum(state: "ClientState", plan: "OperationPlan", request: dict[str, Any]) -> None:
    """Put the checksum that was decided upon into a header, or the body into chunks with the checksum behind them."""
    context: Mapping[str, Any] = request["context"].get("checksum", {})
    chosen = context.get("request_algorithm")
    if chosen is None:
        _frame_without_checksum(state, plan, request)
        return
    headers = request["headers"]
    if chosen == "conditional-md5":
        if _named(headers, "content-md5") is None and is_rewindable(request["body"]):
            headers["Content-MD5"] = _digest_text(plan.name, "md5", request["body"])
        return
    if _named(headers, chosen["name"]) is not None:
        return  # a handler has put it there
    if chosen["in"] == "trailer":
        _frame(state, plan, request, chosen["algorithm"])
    else:
        headers[chosen["name"]] = _digest_text(plan.name, chosen["algorithm"], request["body"])
    named = context.get("request_algorithm_header")
    if named is not None:
        headers[named["name"]] = named["value"]


def _frame_without_checksum(state: "ClientState", plan: "OperationPlan", request: dict[str, Any]) -> None:
    """Without TLS the body counts in the signature: one that can be read only once is signed chunk by chunk."""
    body = request["body"]
    if plan.streaming_input and _is_signed_in_chunks(state, request) and not is_rewindable(body):
        _frame(state, plan, request, None)


def _is_signed_in_chunks(state: "ClientState", request: Mapping[str, Any]) -> bool:
    version = request["context"].get("auth_type") or state.config.signature_version
    if version in ("s3", "none", UNSIGNED) or version.endswith("v4a"):
        return False
    wanted = (state.config.s3 or {}).get("payload_signing_enabled")
    return not request["url"].startswith("https:") if wanted is None else bool(wanted)


def _frame(state: "ClientState", plan: "OperationPlan", request: dict[str, Any], algorithm: str | None) -> None:
    """Put the body into chunks, and say so in the headers."""
    from ..components.aws_chunked import ChunkedBody

    headers, body = request["headers"], request["body"]
    length = length_of(body)
    given = _named(headers, "content-length")
    if given is not None:
        announced = headers.pop(given)
        length = int(announced) if length is None else length
    signed = _is_signed_in_chunks(state, request)
    if signed and length is None:
        if not request["url"].startswith("https:"):
            raise AwsChunkedWrapperError(
                error_msg=f"{plan.name} cannot sign a body of unknown length without TLS: "
                "give ContentLength, a seekable file, or an https endpoint"
            )
        signed = False  # TLS protects it
    framed = ChunkedBody(body, length, algorithm, signed=signed)
    coding = _named(headers, "content-encoding")
    if coding is None:
        headers["Content-Encoding"] = "aws-chunked"
    else:
        headers[coding] += ",aws-chunked"
    if framed.trailer is not None:
        headers["X-Amz-Trailer"] = framed.trailer
    if length is not None:
        headers["X-Amz-Decoded-Content-Length"] = str(length)
    if not signed:
        headers["Transfer-Encoding"] = "chunked"
    else:
        headers["Content-Length"] = str(framed.signed_length())
    request["body"] = framed


_SLICES_KNOW = frozenset({"crc32", "md5", "sha1", "sha256"})


def _digest_text(operation_name: str, algorithm: str, body: Any) -> str:
    """Return the checksum of a body, which is put back to where it was."""
    from ..components.checksums.algorithms import new_checksum, text_of

    checksum = new_checksum(algorithm)
    if body is None or isinstance(body, bytes | bytearray | memoryview | str):
        checksum.update(body.encode() if isinstance(body, str) else body or b"")
        return text_of(checksum)
    if not is_rewindable(body):
        raise FlexibleChecksumError(
            error_msg=f"{operation_name} needs a checksum of its body, and the stream cannot be rewound: "
            "pass bytes or a seekable file"
        )
    by_itself = getattr(body, "digest", None)
    if by_itself is not None and algorithm in _SLICES_KNOW:  # a slice reads itself once for all digests
        from base64 import b64encode

        return b64encode(by_itself(algorithm)).decode()
    start = body.tell()
    try:
        for block in blocks_of(body, 1 << 20):
            checksum.update(block)
    finally:
        body.seek(start)
    return text_of(checksum)


def _named(headers: Mapping[str, Any], wanted: str) -> str | None:
    """Return a header's name as it is written there, ``None`` if it is not there."""
    return next((name for name in headers if name.lower() == wanted), None)
