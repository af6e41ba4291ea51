"""S3: calls that are sent to another region than their bucket's are sent again to that one, which is remembered.

Source: "Making requests using the REST API: redirects and the REST API", Amazon S3 user guide.
"""

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from ..components.errors import ClientError
from .attempt import Attempted, error_code_of
from .auth_names import DIRECTORY_SUFFIXES
from .auth_scheme import apply_auth_scheme
from .changes import is_left_out
from .client_region import is_host_label
from .effects import Answer, Effect, Pipeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from .plan import OperationPlan
    from .state import ClientState

__all__ = ["known_region", "moved_request", "note_refused_again"]

_KEPT = 10000
"""Buckets whose regions a client keeps."""

_REGION_HEADER = "x-amz-bucket-region"
_MOVED = frozenset(("301", "PermanentRedirect"))
_ELSEWHERE = frozenset(("AuthorizationHeaderMalformed", "IllegalLocationConstraintException"))
_FOR_A_WHILE = frozenset(("307", "TemporaryRedirect"))


def _bucket_of(params: Any) -> str | None:
    """Return the bucket whose region may be another one: ARNs say theirs, directory buckets have one zone."""
    bucket = params.get("Bucket") if isinstance(params, Mapping) else None
    if not isinstance(bucket, str) or not bucket or bucket.startswith("arn:") or bucket.endswith(DIRECTORY_SUFFIXES):
        return None
    return bucket


def known_region(
    state: "ClientState", plan: "OperationPlan", params: Any, left_out: frozenset[tuple[str, str]]
) -> str | None:
    """Return the region in which a call's bucket was found before, ``None`` for that of the client."""
    if is_left_out("redirect_from_cache", plan.model, left_out):
        return None
    bucket = _bucket_of(params)
    return None if bucket is None else state.bucket_regions.get(bucket)


def moved_request(
    state: "ClientState",
    plan: "OperationPlan",
    params: Any,
    request: dict[str, Any],
    context: dict[str, Any],
    done: Attempted,
    call: "Callable[[ClientState, OperationPlan, Mapping[str, Any]], Pipeline]",
) -> Generator[Effect, Answer, bool]:
    """Point a request that was sent to the wrong region to the right one; ``False`` for all other refusals.

    The region is in the answer, or a ``HeadBucket`` finds it. A call is pointed
    elsewhere once: a bucket that is nowhere has the error of its second region.
    """
    bucket = _bucket_of(params)
    if bucket is None or context.get("s3_redirected") or not _is_elsewhere(plan, done):
        return False
    if is_left_out("redirect_from_error", plan.model, state.events.left_out):
        return False
    region = _region_in(done)
    if region is None and plan.name != "HeadBucket":
        region = yield from _asked_for(state, plan, bucket, call)
    if region is None:
        return False
    from .request_url import join_url

    regions = state.bucket_regions
    if len(regions) >= _KEPT:
        regions.clear()
    regions[bucket] = region
    context["s3_redirected"] = region
    endpoint = yield from state.endpoint.resolve(state, plan, params, context, region)
    request["url"] = join_url(endpoint.url, request["url_path"], request["query_string"])
    context.pop("signing", None)
    apply_auth_scheme(state, plan, endpoint.properties, context)
    return True


def note_refused_again(error: Exception, context: Mapping[str, Any]) -> None:
    """Say on an error of redirection that it was followed once, and did not help."""
    region = context.get("s3_redirected")
    if region is not None and isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code")
        if code in _MOVED or code in _FOR_A_WHILE or code in _ELSEWHERE:
            error.add_note(
                f"S3 named {region} as the bucket's region, and refused the request there too. The bucket may have "
                "been made or deleted just now, or what answers is not S3: ask get_bucket_location, see endpoint_url"
            )


def _is_elsewhere(plan: "OperationPlan", done: Attempted) -> bool:
    code = error_code_of(done.parsed)
    if code is None or done.http is None:
        return False
    if code in _ELSEWHERE and plan.name == "CreateBucket":
        return False  # that is about the bucket which is not there yet
    if code in _MOVED or code in _FOR_A_WHILE or code in _ELSEWHERE:
        return True
    # What answers a HEAD has no body, and so no code.
    return plan.http_method == "HEAD" and code == "400"


def _region_in(done: Attempted) -> str | None:
    assert done.http is not None
    assert done.parsed is not None
    region = done.http.headers.get(_REGION_HEADER) or done.parsed["Error"].get("Region")
    return _checked(region)


def _asked_for(
    state: "ClientState", plan: "OperationPlan", bucket: str, call: Any
) -> Generator[Effect, Answer, str | None]:
    head = plan.sibling("HeadBucket")
    answer = yield from call(state, head, {"Bucket": bucket})
    found = answer.value
    if answer.error is not None:
        if not isinstance(answer.error, ClientError):
            return None  # the call's own refusal says more
        found = answer.error.response
    return _checked(found.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get(_REGION_HEADER))


def _checked(region: Any) -> str | None:
    """Return a region, unless it cannot be one: it comes from the network."""
    return region if isinstance(region, str) and is_host_label(region) else None
