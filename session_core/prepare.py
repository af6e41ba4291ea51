"""The first half of a call: parameters, endpoint, and the request that all attempts are made from."""

from collections.abc import Generator, Mapping
from typing import Any

from .auth_names import EXPRESS
from .auth_scheme import apply_auth_scheme
from .bucket_regions import known_region
from .effects import Answer, Effect
from .plan import OperationPlan
from .request_url import join_url
from .state import ClientState
from .trace_header import add_trace

__all__ = ["new_context", "provide_parameters", "request_dict_of"]


def new_context(state: ClientState, plan: OperationPlan) -> dict[str, Any]:
    """Return the context of a new call, which all of its events share."""
    return {"client_region": state.region_name, "client_config": state.config, **plan.context}


def provide_parameters(
    state: ClientState, plan: OperationPlan, params: Mapping[str, Any], context: dict[str, Any]
) -> Any:
    """Let ``provide-client-params`` change or replace the parameters, and ``before-parameter-build`` change them.

    Between them the checksum of the answer is asked for. Then come the service's own
    changes and the idempotency tokens that are still missing.
    """
    emitter = state.events
    given: Any = params
    if emitter.heard[plan.provide_client_params]:
        responses = emitter.emit(plan.provide_client_params, params=given, model=plan.model, context=context)
        given = next((response for _, response in responses if response is not None), given)
    if plan.integrity is not None and plan.integrity.mode_member is not None:
        given = plan.integrity.with_mode(given, state.integrity, context)
    if emitter.heard[plan.before_parameter_build]:
        emitter.emit(plan.before_parameter_build, params=given, model=plan.model, context=context)
    left_out = emitter.left_out
    changes = plan.changes if not left_out else plan.changes_without(left_out)
    if changes.params is not None and isinstance(given, dict):
        given = changes.params(given, context)
    fill = plan.fill_tokens
    return given if fill is None else fill(given)


def request_dict_of(
    state: ClientState, plan: OperationPlan, params: Any, context: dict[str, Any]
) -> Generator[Effect, Answer, dict[str, Any]]:
    """Resolve the endpoint, check the parameters and serialize them.

    The result has the keys that ``before-call`` handlers know: ``url``,
    ``url_path``, ``query_string``, ``method``, ``headers``, ``body``, ``context``
    and, for operations on a bucket of S3, ``auth_path``.
    """
    if params.__class__ is not dict and state.validate_parameters and not isinstance(params, dict):
        plan.validate(params)  # what comes next looks into them
    if plan.discovery is not None and state.discovery is not None:
        state.discovery().check(plan)
    events = state.events
    left_out = events.left_out
    region = known_region(state, plan, params, left_out) if state.bucket_regions else None
    endpoint = None
    if region is None and not events.heard[plan.before_endpoint_resolution] and "use_global_endpoint" not in context:
        endpoint = state.endpoint.at_hand(plan, params)
    if endpoint is None:
        endpoint = yield from state.endpoint.resolve(state, plan, params, context, region)
    request = (plan.serialize_valid if state.validate_parameters else plan.serialize)(params)
    url = endpoint.url
    if "host_prefix" in request:
        prefix = request.pop("host_prefix")
        if state.endpoint.inject_host_prefix and not plan.customization.rules_fill_host:
            scheme, _, rest = url.partition("://")
            url = f"{scheme}://{prefix}{rest}"
    headers = request["headers"]
    headers["User-Agent"] = state.user_agent
    if plan.discovery is not None and plan.discovery == "discovers":
        headers["x-amz-api-version"] = plan.model.service_model.api_version
    if endpoint.headers:
        for name, values in endpoint.headers.items():
            headers[name] = ",".join(values) if isinstance(values, list) else values
    request["url"] = join_url(url, request["url_path"], request["query_string"])
    request["context"] = context
    apply_auth_scheme(state, plan, endpoint.properties, context)
    if plan.auth_path is not None:
        request["auth_path"] = plan.auth_path(params, request["url_path"])
        if context.get("auth_type") == EXPRESS:
            context["S3Express"] = {"bucket_name": params["Bucket"]}  # whose session signs
    changes = plan.changes if not left_out else plan.changes_without(left_out)
    if "is_presign_request" in context:  # a URL is opened by others
        if changes.presigned is not None:
            changes.presigned(params, request)
        return request
    if changes.request is not None:
        changes.request(params, request)
    if changes.copies:
        from .presigned_copies import add_presigned_url  # few operations copy between regions

        yield from add_presigned_url(state, plan, params, request, context)
    if state.in_lambda:
        add_trace(headers, plan.model, left_out)
    return request
