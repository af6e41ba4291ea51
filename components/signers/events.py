"""Signed event streams: the request's signature begins a chain, and every message is signed with the one before it.

A message is the payload of another, which has its date and its signature. The
empty message that ends the stream is signed too. Source: "Setting up a
streaming transcription", Amazon Transcribe developer guide (event stream encoding).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from ..event_frames import BYTES, TIMESTAMP, encode_frame, encode_headers
from ..http import AWSRequest
from .base import Identity, SigningOptions
from .header import SigV4Header
from .payload import sha256_hex
from .sigv4 import ALGORITHM, amz_date, credential_scope, signing_key

__all__ = ["STREAMING_EVENTS", "SigV4Events", "event_string_to_sign"]

STREAMING_EVENTS: Final = "STREAMING-AWS4-HMAC-SHA256-EVENTS"
_PAYLOAD: Final = f"{ALGORITHM}-PAYLOAD"


def event_string_to_sign(timestamp: str, scope: str, prior: str, headers: bytes, payload: bytes) -> str:
    """Return the string to sign of a message.

    ``prior`` is the signature of the message before it, or of the request;
    ``headers`` are the encoded headers but for the signature itself.
    """
    return f"{_PAYLOAD}\n{timestamp}\n{scope}\n{prior}\n{sha256_hex(headers)}\n{sha256_hex(payload)}"


class SigV4Events(SigV4Header):
    """Sign a request whose body is a signed event stream."""

    __slots__ = ()

    def _prepare(
        self, request: AWSRequest, identity: Identity, timestamp: str, region_name: str, context: SigningOptions
    ) -> None:
        super()._prepare(request, identity, timestamp, region_name, context)
        request.headers["X-Amz-Content-SHA256"] = STREAMING_EVENTS

    def messages(
        self,
        request: AWSRequest,
        identity: Identity,
        signing_name: str,
        region_name: str,
        now: Callable[[], datetime],
    ) -> Callable[[bytes], bytes]:
        """Return what wraps the messages of a signed request, in their order, into signed ones.

        ``now`` gives aware times: each message has its own. For one thread at a time.
        """
        prior = str(request.headers["Authorization"]).rpartition("Signature=")[2]

        def sign(message: bytes) -> bytes:
            nonlocal prior
            moment = now()
            timestamp = amz_date(moment)
            date = timestamp[:8]
            headers = encode_headers([(":date", TIMESTAMP, moment)])
            key = signing_key(identity.secret_key, date, region_name, signing_name)
            scope = credential_scope(date, region_name, signing_name)
            prior = key.sign(event_string_to_sign(timestamp, scope, prior, headers, message))
            return encode_frame(headers + encode_headers([(":chunk-signature", BYTES, bytes.fromhex(prior))]), message)

        return sign
