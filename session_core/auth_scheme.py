"""Which signature an operation gets, from the model's traits, the endpoint rules and the configuration."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..components.unsigned import UNSIGNED
from .plan import OperationPlan
from .state import ClientState

__all__ = ["NONE", "S3_NAMES", "apply_auth_scheme", "signature_version_of"]

NONE = "none"
"""The signature version of a request that is not signed."""

VERSIONS = {
    "aws.auth#sigv4": "v4",
    "aws.auth#sigv4a": "v4a",
    "smithy.api#httpBearerAuth": "bearer",
    "smithy.api#noAuth": NONE,
    "sigv4": "v4",
    "sigv4a": "v4a",
    "sigv4-s3express": "v4-s3express",
    "bearer": "bearer",
    "none": NONE,
}
"""Signature versions by the names of the auth schemes, in traits and in endpoint rules."""

_CLASSIC = {"s3": "s3v4"}

S3_NAMES = frozenset({"s3", "s3-outposts", "s3-object-lambda", "s3express"})
"""Signing names whose SigV4 does not normalise paths and signs the payload's hash as a header."""


def signature_version_of(model_version: str | None) -> str:
    """Return the signature version that a model's classic one means today."""
    return _CLASSIC.get(model_version or "v4", model_version or "v4")


def apply_auth_scheme(
    state: ClientState, plan: OperationPlan, properties: Mapping[str, Any], context: dict[str, Any]
) -> None:
    """Put ``auth_type``, ``signing`` and ``endpoint_properties`` into the context of a call."""
    if properties:
        context["endpoint_properties"] = properties
    auth_type = plan.model.auth_type
    if auth_type == "none":
        context["auth_type"] = NONE
        return
    if auth_type == "v4-unsigned-body":
        context["unsigned_payload"] = True
    explicit = state.signer.explicit_version
    scheme = None if explicit is UNSIGNED else _endpoint_scheme(state, properties)
    if scheme is not None:
        signing: dict[str, Any] = {}
        region = scheme.get("signingRegion") or ",".join(scheme.get("signingRegionSet", ()))
        if region:
            signing["region"] = region
        if "signingName" in scheme:
            signing["signing_name"] = scheme["signingName"]
        if "disableDoubleEncoding" in scheme:
            signing["disableDoubleEncoding"] = scheme["disableDoubleEncoding"]
        context["signing"] = signing
    if explicit is not None:
        return
    if plan.model.auth or auth_type == "bearer" or state.signer.prefers_bearer:
        options = plan.model.auth or plan.model.metadata.get("auth") or ["smithy.api#httpBearerAuth"]
        chosen = _first_usable(state, options)
        if chosen is not None and (scheme is None or chosen in ("bearer", NONE)):
            context["auth_type"] = chosen
            return
    if scheme is not None:
        context["auth_type"] = VERSIONS[scheme["name"]]


def _endpoint_scheme(state: ClientState, properties: Mapping[str, Any]) -> Mapping[str, Any] | None:
    schemes: list[Mapping[str, Any]] = properties.get("authSchemes") or []
    usable = [scheme for scheme in schemes if VERSIONS.get(scheme["name"]) in state.signer.signers]
    preferred = state.signer.preference
    for name in preferred:
        for scheme in usable:
            if VERSIONS.get(scheme["name"]) == name:
                return scheme
    # A scheme that no signer knows is handed on: signing then says which one is missing.
    known = usable or [scheme for scheme in schemes if scheme["name"] in VERSIONS]
    return known[0] if known else None


def _first_usable(state: ClientState, options: Iterable[str]) -> str | None:
    versions = [VERSIONS[option] for option in options if option in VERSIONS]
    versions.sort(key=lambda version: (version not in state.signer.preference, version != "bearer"))
    for version in versions:
        if version == "bearer" and not state.signer.has_token():
            continue
        if version == NONE or version in state.signer.signers or version == "bearer":
            return version
    return None
