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
    once, and again when a token for this service comes or goes, or a signer is
    registered.
    """
    if properties:
        context["endpoint_properties"] = properties
    signer = state.signer
    prefers_token = signer.prefers_token()
    key = plan, id(properties), prefers_token, getattr(signer.signers, "revision", 0)
    known = state.auth.get(key)
    if known is None or known[0] is not properties:
        # With the properties, so that their id stays theirs.
        known = properties, _auth_of(state, plan, properties, prefers_token)
        if len(state.auth) >= _KEPT:
            state.auth.clear()
        state.auth[key] = known
    found = known[1]
    if found:
        context.update(found)
        if "signing" in found:
            context["signing"] = found["signing"].copy()  # handlers change it


_BEARER = "smithy.api#httpBearerAuth"

_KEPT = 4096
"""Pairs of operation and endpoint properties kept per client."""


def _auth_of(
    state: ClientState, plan: OperationPlan, properties: Mapping[str, Any], prefers_token: bool
) -> dict[str, Any]:
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
        region = scheme.get("signingRegion")
        if region is None and (explicit is None or explicit in ("v4a", "s3v4a")):  # others sign for one region
            region = ",".join(scheme.get("signingRegionSet", ()))
        if region:
            signing["region"] = region
        if "signingName" in scheme:
            signing["signing_name"] = scheme["signingName"]
        if "disableDoubleEncoding" in scheme:
            signing["disableDoubleEncoding"] = scheme["disableDoubleEncoding"]
        found["signing"] = signing
    if explicit is not None:
        return found
    options = plan.model.auth or plan.model.metadata.get("auth") or ()
    if plan.model.auth or auth_type == "bearer" or _BEARER in options or (options and "v4a" in state.signer.preference):
        chosen = _first_usable(state, options or (_BEARER,), prefers_token)
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


def _first_usable(state: ClientState, options: Iterable[str], prefers_token: bool) -> str | None:
    """Return the first of the versions that can be made, in the order of the preference, else the model's.

    A token that was set for this service goes before a preference that the
    environment or a file holds. Where bearer is preferred, a token that is
    missing is an error when the request is signed, and not a reason to sign in
    another way.
    """
    preference = ("bearer",) if prefers_token else state.signer.preference
    versions = [VERSIONS[option] for option in options if option in VERSIONS]
    versions.sort(key=lambda version: preference.index(version) if version in preference else len(preference))
    for version in versions:
        if version == NONE or version in state.signer.signers:
            return version
    return None
