"""What a signer is: the values that it gets and the interface that it fulfils."""

from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from ..http import AWSRequest

__all__ = ["Identity", "PayloadSigning", "Signer", "SigningOptions"]

PayloadSigning = Literal["signed", "unsigned", "streaming-unsigned-trailer"]


class Identity(Protocol):
    """The credentials that a request is signed with, taken at one moment."""

    @property
    def access_key(self) -> str:
        """The access key id."""
        ...

    @property
    def secret_key(self) -> str:
        """The secret access key."""
        ...

    @property
    def token(self) -> str | None:
        """The session token of temporary credentials."""


class SigningOptions(NamedTuple):
    """How one request is to be signed.

    ``payload`` says what the signature covers: the body's hash, nothing of the
    body (``x-amz-content-sha256: UNSIGNED-PAYLOAD``), or a chunked body with an
    unsigned trailer. ``expires`` is the life of a presigned URL in seconds.
    ``double_encode`` and ``normalize_path`` are about the path of services
    other than S3, whose signers leave paths alone whatever is said here.
    """

    payload: PayloadSigning = "signed"
    expires: int = 3600
    double_encode: bool = True
    normalize_path: bool = True


class Signer(Protocol):
    """Sign requests; no state of its own, safe in threads."""

    def sign(
        self,
        request: AWSRequest,
        identity: Identity | None,
        signing_name: str,
        region_name: str,
        now: datetime,
        context: SigningOptions = ...,
    ) -> None:
        """Put the signature into the request's headers or URL.

        ``now`` is aware, or naive in UTC. A request that was signed before may
        be signed again. Raises NoCredentialsError when the signer needs an
        identity and gets ``None``, UnseekableStreamError when a body must be
        hashed and cannot be rewound.
        """
