"""Which signature an operation gets, from the model's traits, the endpoint rules and the configuration."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..components.unsigned import UNSIGNED
from .auth_names import NONE, VERSIONS
from .plan import OperationPlan
from .state import ClientState

__all__ = ["apply_auth_scheme"]


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
