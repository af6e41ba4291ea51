"""Presigned POST: the fields of a form with which anyone may upload to a bucket for a while, within a policy.

Source: "Browser-based uploads using POST", Amazon S3 API reference.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from ..components.http import AWSRequest
from ..components.signers.post import POST_FIELDS, POST_POLICY
from ..components.timestamps import format_iso8601
from .plan import OperationPlan
from .presign import checked_expiry, presign_context, unsent_request
from .state import ClientState

__all__ = ["presigned_post"]

_FILE_NAME: Final = "${filename}"


def presigned_post(
    state: ClientState,
    plan: OperationPlan,
    bucket: str,
    key: str,
    fields: Mapping[str, Any] | None,
    conditions: Sequence[Any] | None,
    expires_in: Any,
    partition: str,
) -> dict[str, Any]:
    """Return ``url`` and ``fields`` of a form; what is given stays as it is.

    ``plan`` is an operation on the bucket itself, whose URL the form is sent
    to. A key that ends in ``${filename}`` admits every name that begins so.
    """
    expires = checked_expiry(expires_in)
    request = unsent_request(state, plan, {"Bucket": bucket}, presign_context(state, plan, partition))
    if key.endswith(_FILE_NAME):
        of_key: Any = ["starts-with", "$key", key[: -len(_FILE_NAME)]]
    else:
        of_key = {"key": key}
    until = (state.clock.now() + timedelta(seconds=expires)).replace(microsecond=0)
    context = dict(request["context"])
    context[POST_FIELDS] = {**(fields or {}), "key": key}
    context[POST_POLICY] = {
        "expiration": format_iso8601(until),
        "conditions": [*(conditions or ()), {"bucket": bucket}, of_key],
    }
    form = AWSRequest(request["method"], request["url"], request["headers"], request["body"], context=context)
    state.signer.sign("PutObject", form, signing_type="presign-post")
    return {"url": form.url, "fields": form.context[POST_FIELDS]}
