"""Copies between regions: the request for one holds itself once more, as a URL presigned for the other region.

The service fetches from there what is to be copied, in the name of the caller.
Source: ``PresignedUrl`` of CopySnapshot (EC2 API reference), ``PreSignedUrl`` of
CopyDBSnapshot and others (RDS API reference).
"""

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from ..components.errors import InvalidRegionError
from ..components.percent import percent_encode_sequence
from .auth_scheme import apply_auth_scheme
from .client_region import is_host_label
from .effects import Answer, Effect, Run

if TYPE_CHECKING:
    from .plan import OperationPlan
    from .state import ClientState

__all__ = ["add_presigned_url"]

_EXPIRES = 3600
_URL_NAMES = ("PresignedUrl", "PreSignedUrl")


def add_presigned_url(
    state: "ClientState", plan: "OperationPlan", params: Any, request: dict[str, Any], context: Mapping[str, Any]
) -> Generator[Effect, Answer, None]:
    """Put the URL into the form of a request, unless the caller gave one, or no region.

    Of EC2 the region of the client goes with it, as ``DestinationRegion``; RDS
    and its kin know no ``SourceRegion``, which is taken out of the form.
    """
    form = request["body"]
    shape = plan.model.input_shape
    if not isinstance(form, dict) or shape is None:
        return
    name = next(name for name in _URL_NAMES if name in shape.members)
    source = params.get("SourceRegion")
    of_ec2 = "DestinationRegion" in shape.members
    if not of_ec2:
        form.pop("SourceRegion", None)
    if not source or name in params:
        return
    if not is_host_label(source):
        raise InvalidRegionError(region_name=str(source), hint="")
    target = state.region_name
    own = {"is_presign_request": True, **{key: context[key] for key in ("client_region", "client_config")}}
    endpoint = yield from state.endpoint.resolve(state, plan, params, own, source)
    apply_auth_scheme(state, plan, endpoint.properties, own)
    query = {**{key: value for key, value in form.items() if key != "DestinationRegion"}, "DestinationRegion": target}
    base = endpoint.url if endpoint.url.count("/") > 2 else f"{endpoint.url}/"
    copy = {
        "method": "GET",
        "url": f"{base}?{percent_encode_sequence(query)}",
        "headers": {},
        "body": b"",
        "context": own,
    }
    answer = yield Run(lambda: state.signer.generate_presigned_url(copy, plan.name, _EXPIRES, source), "presigned copy")
    if answer.error is not None:
        raise answer.error
    form[name] = answer.value
    if of_ec2:
        form["DestinationRegion"] = target
