"""Signing, driven by events: ``choose-signer`` is asked, ``before-sign`` is told, then the signer signs."""

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from ..components.aws_chunked import ChunkedBody
from ..components.clock import Clock
from ..components.clock_skew import SkewedClock
from ..components.errors import UnknownSignatureVersionError, UnsupportedSignatureVersionError
from ..components.event_body import EventBody
from ..components.events import EventEmitter
from ..components.http import AWSRequest
from ..components.request_body import is_rewindable
from ..components.signers.base import PayloadSigning, SigningOptions
from ..components.signers.payload import STREAMING_UNSIGNED_TRAILER
from ..components.signers.table import SignerTable
from ..components.unsigned import UNSIGNED
from .auth_names import EXPRESS, NONE, S3_NAMES
from .effects import Answer, Effect, Run
from .identity import ClientIdentity
from .plan import OperationPlan
from .state import Identity, IdentitySource

__all__ = ["RequestSigner"]

_USUAL = SigningOptions()
_QUERY = {"presign-url": "-query", "presign-post": "-presign-post"}
_EVENTS = "-events"
_CHUNKS = "-chunks"
_FOR_REGION_SETS = frozenset({"v4a", "v4a-query", "s3v4a", "s3v4a-query"})
_S3_FORMS = {"v4": "s3v4", "v4a": "s3v4a"}
_UNSIGNED_BODY = {"v4-unsigned-body": "v4"}
"""Signature versions of the older ``authtype`` trait that say how the payload is signed, in their plain form."""


_USUAL_VERSIONS = frozenset({"v4", "s3v4"})


class _Nobody(NamedTuple):
    """Whose signature no server takes."""

    access_key: str = "none"
    secret_key: str = ""
    token: str | None = None


class RequestSigner:
    """Signs the requests of one client.

    Event handlers get it as ``request_signer`` and may call ``sign`` or
    ``generate_presigned_url``. Programs may make one of their own, of a service
    id, a region, a name to sign for, a version, credentials, and the events of
    a session; ``identities`` are credentials, or what gives an identity.

    ``choose-signer`` is told the region and name that the request is going to be
    signed for, ``before-sign`` the client's own, as boto3 tells them.
    ``explicit_version`` is the signature version that the user asked for,
    ``UNSIGNED``, or ``None``. ``token`` loads the bearer token, ``prefers_token``
    says whether one was set for this service.
    ``presigns_as`` gives the version of URLs and policies where it is another
    one than that of requests, ``bucket_identity`` the one that signs for a
    directory bucket. ``region_set`` is what version 4A signs for, in place of
    what the endpoint rules say.
    Safe in threads.
    """

    def __init__(
        self,
        service_id: str,
        region_name: str | None,
        signing_name: str,
        signature_version: Any,
        identities: Any,
        event_emitter: EventEmitter,
        *,
        signers: SignerTable | None = None,
        clock: Clock | None = None,
        explicit_version: Any = None,
        preference: Sequence[str] = (),
        token: Callable[[], Any] = lambda: None,
        prefers_token: Callable[[], bool] = lambda: False,
        payload_signing: bool | None = None,
        presigns_as: Callable[[], str | None] = lambda: None,
        bucket_identity: Callable[[str], Identity] | None = None,
        region_set: str | None = None,
    ) -> None:
        hyphenize: Any = getattr(service_id, "hyphenize", None)
        self.service_id: str = service_id if hyphenize is None else hyphenize()
        self.region_name = region_name
        self.signing_name = signing_name
        self.signature_version = signature_version
        self.explicit_version = explicit_version
        self.signers = SignerTable() if signers is None else signers
        self.preference = tuple(preference)
        self._identities: IdentitySource = identities if hasattr(identities, "identity") else _own(identities)
        self._load_identity = Run(self._identities.identity, "credentials")
        self._at_hand: Callable[[], Identity | None] = getattr(self._identities, "at_hand", _nobody)
        self._events = event_emitter
        self._clock = Clock() if clock is None else clock
        self._token = token
        self.prefers_token = prefers_token
        self._payload_signing = payload_signing
        self._presigns_as = presigns_as
        self._bucket_identity = bucket_identity
        self._region_set = region_set

    def __repr__(self) -> str:
        return f"<RequestSigner {self.signing_name} {self.region_name} {self.signature_version}>"

    @property
    def _credentials(self) -> Any:
        # Programs that know boto3 from inside look the client's credentials up here.
        return getattr(self._identities, "credentials", lambda: None)()

    def sign_attempt(
        self, plan: OperationPlan, request: AWSRequest, clock: SkewedClock
    ) -> Generator[Effect, Answer, Identity | None]:
        """Sign a request of the pipeline and return whose signature it bears, ``None`` for no signature."""
        version, signing_name, region = self._choose(plan.choose_signer, request.context, "standard")
        if self._events.heard[plan.before_sign]:
            self._tell(plan.before_sign, plan.name, request, version)
        data = request.data
        events = chunks = None
        if data.__class__ is EventBody:
            events = data
            events.sign = None  # an earlier attempt's
        elif data.__class__ is ChunkedBody:
            chunks = data
        if version is UNSIGNED:
            if chunks is not None:
                request.headers["X-Amz-Content-SHA256"] = STREAMING_UNSIGNED_TRAILER  # S3 asks for it all the same
            return None
        if version == "bearer":
            answer = yield Run(lambda: self._sign_bearer(request, signing_name, region, clock.now()), "token")
            if answer.error is not None:
                raise answer.error
            return None
        identity: Identity | None = self._at_hand() if version in _USUAL_VERSIONS else None
        if identity is None:
            answer = yield self._identity_effect(version, request.context)
            if answer.error is not None:
                raise answer.error
            identity = answer.value
        now = clock.now()
        if events is not None:
            version = f"{version}{_EVENTS}"
        elif chunks is not None and chunks.signed:
            version = f"{version}{_CHUNKS}"
        self._sign(version, request, identity, signing_name, region, now, None)
        if events is not None:
            signer: Any = self.signers[version]
            events.sign = signer.messages(request, identity, signing_name, region or "", clock.now)
        elif chunks is not None and chunks.signed:
            framing: Any = self.signers[version]
            chunks.framing = framing.chunks(request, identity, signing_name, region or "", now)
        return identity

    def prepare(self) -> None:
        """Have ready what the first signature needs."""
        version = self.signature_version
        if version in _USUAL_VERSIONS:
            request = AWSRequest("GET", "https://localhost/")
            self.signers[version].sign(request, _Nobody(), self.signing_name, "", self._clock.now())

    def sign(
        self,
        operation_name: str,
        request: AWSRequest,
        region_name: str | None = None,
        signing_type: str = "standard",
        expires_in: int | None = None,
        signing_name: str | None = None,
    ) -> None:
        """Sign a request now, in this thread, with the events of an attempt.

        ``signing_type`` is ``standard``, ``presign-url``, for which ``expires_in``
        is the life of the URL in seconds, or ``presign-post``, which completes
        the fields in the request's context.
        """
        suffix = f".{self.service_id}.{operation_name}"
        version, name, region = self._choose(f"choose-signer{suffix}", request.context, signing_type)
        name = signing_name or name
        region = region_name or region
        event = f"before-sign{suffix}"
        if self._events.heard[event]:
            self._tell(event, operation_name, request, version)
        if version is UNSIGNED:
            return
        if version == "bearer":
            self._sign_bearer(request, name, region, self._clock.now())
            return
        identity = self._identity_effect(version, request.context).function()
        assert identity is not None
        self._sign(version, request, identity, name, region, self._clock.now(), expires_in)

    def generate_presigned_url(
        self,
        request_dict: Mapping[str, Any],
        operation_name: str,
        expires_in: int = 3600,
        region_name: str | None = None,
        signing_name: str | None = None,
    ) -> str:
        """Return the URL of a request dictionary, signed in its query; it holds for ``expires_in`` seconds."""
        request = AWSRequest(
            request_dict["method"],
            request_dict["url"],
            request_dict["headers"],
            request_dict.get("body", b""),
            auth_path=request_dict.get("auth_path"),
            context=dict(request_dict.get("context", {})),
        )
        self.sign(operation_name, request, region_name, "presign-url", expires_in, signing_name)
        return request.prepare().url if request.params else request.url

    def _choose(self, event: str, context: Mapping[str, Any], signing_type: str) -> tuple[Any, str, str | None]:
        signing_name, region = self.signing_name, self.region_name
        signing = context.get("signing")
        if signing:
            signing_name = signing.get("signing_name") or signing_name
            region = signing.get("region") or region
        version = context.get("auth_type") or self.signature_version
        suffix = "" if signing_type == "standard" else _QUERY.get(signing_type, "")
        chosen = None
        if self._events.heard[event]:
            _, chosen = self._events.emit_until_response(
                event,
                signing_name=signing_name,
                region_name=region,
                signature_version=_with_suffix(version, suffix),
                context=context,
            )
        if chosen is None and suffix and signing_name != "s3express" and not str(version).startswith("v4a"):
            chosen = self._presigns_as()
        if chosen is None:
            chosen = _UNSIGNED_BODY.get(version, version)
            if signing and signing_name in S3_NAMES and chosen in _S3_FORMS:
                chosen = _S3_FORMS[chosen]  # the rules of S3 endpoints say sigv4 and mean S3's form of it
        if self._region_set is not None and chosen in _FOR_REGION_SETS:
            region = self._region_set
        if chosen == NONE:
            return UNSIGNED, signing_name, region
        return (_with_suffix(chosen, suffix) if suffix else chosen), signing_name, region

    def _identity_effect(self, version: Any, context: Mapping[str, Any]) -> Run:
        """Return what loads the identity: the client's, or the one of a directory bucket's session."""
        if "S3Express" in context and self._bucket_identity is not None and version[:12] == EXPRESS:
            return Run(partial(self._bucket_identity, context["S3Express"]["bucket_name"]), "credentials")
        return self._load_identity

    def _tell(self, event: str, operation_name: str, request: AWSRequest, version: Any) -> None:
        self._events.emit(
            event,
            request=request,
            signing_name=self.signing_name,
            region_name=self.region_name,
            signature_version=version,
            request_signer=self,
            operation_name=operation_name,
        )

    def _sign_bearer(self, request: AWSRequest, signing_name: str, region: str | None, now: datetime) -> None:
        self.signers["bearer"].sign(request, self._token(), signing_name, region or "", now)

    def _sign(
        self,
        version: Any,
        request: AWSRequest,
        identity: Identity,
        signing_name: str,
        region: str | None,
        now: datetime,
        expires_in: int | None,
    ) -> None:
        signer = self.signers.get(version)
        if signer is None:
            if any(
                str(version).removesuffix(suffix) in self.signers for suffix in (*_QUERY.values(), _EVENTS, _CHUNKS)
            ):
                raise UnsupportedSignatureVersionError(signature_version=version)
            raise UnknownSignatureVersionError(signature_version=version)
        context = request.context
        payload = self._payload(request, signing_name)
        signing = context.get("signing")
        single = signing is not None and signing.get("disableDoubleEncoding", False)
        options = _USUAL
        if payload != "signed" or single or expires_in is not None:
            options = SigningOptions(payload, 3600 if expires_in is None else expires_in, not single)
        signer.sign(request, identity, signing_name, region or "", now, options)

    def _payload(self, request: AWSRequest, signing_name: str) -> PayloadSigning:
        """What the signature covers: S3 may leave a stream's body out where TLS and a checksum protect it."""
        context = request.context
        if request.data.__class__ is ChunkedBody:
            return "streaming-unsigned-trailer"
        if context.get("unsigned_payload"):
            return "unsigned"
        if signing_name not in S3_NAMES or self._payload_signing:
            return "signed"
        if self._payload_signing is False:
            return "unsigned"
        if not request.url.startswith("https:") or not context.get("has_streaming_input"):
            return "signed"
        algorithm = context.get("checksum", {}).get("request_algorithm")
        name = algorithm["name"] if isinstance(algorithm, dict) else "Content-MD5"
        return "unsigned" if name in request.headers or not is_rewindable(request.data) else "signed"


def _nobody() -> None:
    return None


def _own(credentials: Any) -> ClientIdentity:
    """Return credentials, or ``None``, as what a client has."""
    return ClientIdentity(lambda: credentials, tuple)


def _with_suffix(version: Any, suffix: str) -> Any:
    if not suffix or not isinstance(version, str) or version == NONE or version.endswith(suffix):
        return version
    return version + suffix
