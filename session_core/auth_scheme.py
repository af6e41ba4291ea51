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
    """Put ``auth_type``, ``signing`` and ``endpoint_properties`` into the context of a call.

    What an operation gets from an endpoint of these properties is worked out
    once, and again when a bearer token comes or goes, or a signer is registered.
    """
    if properties:
        context["endpoint_properties"] = properties
    signer = state.signer
    has_token = signer.has_token()
    key = plan, id(properties), has_token, getattr(signer.signers, "revision", 0)
    known = state.auth.get(key)
    if known is None or known[0] is not properties:
        # With the properties, so that their id stays theirs.
        known = properties, _auth_of(state, plan, properties, has_token)
        if len(state.auth) >= _KEPT:
            state.auth.clear()
        state.auth[key] = known
    for name, value in known[1].items():
        context[name] = value.copy() if type(value) is dict else value  # handlers change ``signing``


_KEPT = 4096
"""Pairs of operation and endpoint properties kept per client."""


def _auth_of(state: ClientState, plan: OperationPlan, properties: Mapping[str, Any], has_token: bool) -> dict[str, Any]:
    auth_type = plan.model.auth_type
    if auth_type == "none":
        return {"auth_type": NONE}
    found: dict[str, Any] = {}
    if auth_type == "v4-unsigned-body":
        found["unsigned_payload"] = True
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
        found["signing"] = signing
    if explicit is not None:
        return found
    if plan.model.auth or auth_type == "bearer" or has_token:
        options = plan.model.auth or plan.model.metadata.get("auth") or ["smithy.api#httpBearerAuth"]
        chosen = _first_usable(state, options)
        if chosen is not None and (scheme is None or chosen in ("bearer", NONE)):
            found["auth_type"] = chosen
            return found
    if scheme is not None:
        found["auth_type"] = VERSIONS[scheme["name"]]
    return found


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
