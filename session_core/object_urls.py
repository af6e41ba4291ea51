"""Presigned URLs of objects, straight from their parameters: what a bucket fixes is worked out once.

The way of ``presign`` is that of a call, with its events. It ends in a host, a
signer and the names that it signs for, and none of them depends on the key. So
they are kept: the next URL of the bucket takes path, query and headers from its
parameters, and goes to the signer.

That is done where nobody could notice: no handler listens to an event of the
URL, nothing stands in place of the library's own parts, and the values are
text, numbers and truth values, which run no code of the program that might
register a handler on the way.
"""

from collections.abc import Callable, Mapping
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..components.events import EventEmitter
from ..components.http import AWSRequest
from ..components.percent import percent_encode_sequence
from ..components.signers.base import SigningOptions
from .presign import presign_context, presigned_url, unsent_request
from .request_signer import RequestSigner

if TYPE_CHECKING:
    from ..components.signers.base import Signer
    from .client_blueprint import ClientBlueprint
    from .plan import OperationPlan
    from .registry import Components
    from .state import ClientState

__all__ = ["ObjectUrls", "presigner"]

_SCALARS: Final = frozenset({str, int, bool})
_SIGNED_STRAIGHT: Final = frozenset({"s3v4-query", "s3-query"})
"""Signature versions whose signers look at the request alone, and not at the context of its call."""

_MADE_BY: Final = ("data_loader", "endpoint_resolver", "regions", "serializers", "signers", "validators")
"""Components that a URL is made by. Others than those of the library might register handlers on the way."""

_KEPT: Final = 1024
"""Buckets kept per operation of a client, half a KiB each."""


def presigner(
    state: "ClientState", blueprint: "ClientBlueprint", components: "Components"
) -> Callable[["OperationPlan", Mapping[str, Any], Any, str | None], str]:
    """Return what makes a client's URLs, of an operation, its parameters, a life and a method other than its own."""
    partition = blueprint.place.partition
    if (
        blueprint.service_model.service_id == "S3"
        and not blueprint.may_prefer_token
        and all(components[name].is_default for name in _MADE_BY)
    ):
        read = blueprint.rules_read()
        if not any(declared.get("builtIn") == "AWS::Auth::AccountId" for declared in read.values()):
            return ObjectUrls(state, partition, frozenset(read)).url
    return partial(presigned_url, state, partition)


class _Target(NamedTuple):
    """What the URLs of an operation on the objects of one bucket have in common; no secrets."""

    base: str
    prefix: str
    """What stands before the path where the signature has the bucket in it."""
    signer: "Signer"
    signing_name: str
    region: str


class _Operation:
    """What an operation fixes, and the targets of its buckets: ``None`` for one whose URLs go the usual way."""

    __slots__ = ("events", "in_url", "members", "targets")

    def __init__(self, plan: "OperationPlan", read: frozenset[str]) -> None:
        self.events = (
            plan.provide_client_params,
            plan.before_parameter_build,
            plan.before_endpoint_resolution,
            plan.choose_signer,
            plan.before_sign,
        )
        """All that can be heard of a URL."""
        self.targets: dict[str, _Target | None] = {}
        self.members: frozenset[str] = frozenset()
        """The parameters that may be there; none where the operation goes the usual way."""
        self.in_url: frozenset[str] = frozenset()
        """Those of them that the service changes nothing about, once the bucket is known to be good."""
        shape = plan.model.input_shape
        if shape is not None and _is_of_objects(plan, read):
            places = [(name, member.serialization.get("location")) for name, member in shape.members.items()]
            self.in_url = frozenset(name for name, place in places if place in ("uri", "querystring"))
            self.members = self.in_url.union(name for name, place in places if place == "header")


def _is_of_objects(plan: "OperationPlan", read: frozenset[str]) -> bool:
    """Whether the key is in the path of an operation's URL, and its host depends on nothing but the bucket."""
    model = plan.model
    asked = {pair for pair in (*model.context_parameters, *model.operation_context_parameters) if pair[0] in read}
    return (
        plan.auth_path is not None
        and str(model.http.get("requestUri", "")).startswith("/{Key+}")
        and asked == {("Bucket", "Bucket")}
        and not model.endpoint
        and plan.discovery is None
        and plan.fill_tokens is None
        and plan.changes.presigned is None
    )


class _QuietSigner(RequestSigner):
    """A client's signer, whose events nobody hears."""

    def __init__(self, signer: RequestSigner) -> None:
        self.__dict__.update(signer.__dict__)
        self._events = EventEmitter()

    def choice_for(self, context: Mapping[str, Any]) -> tuple[Any, str, str | None]:
        """Return the version of a URL's signature, and the name and the region that it is made for."""
        return self._choose("choose-signer", context, "presign-url")


class ObjectUrls:
    """The presigned URLs of one client of S3. Safe in threads."""

    __slots__ = ("_operations", "_partition", "_quiet", "_read", "_state")

    def __init__(self, state: "ClientState", partition: str, read: frozenset[str]) -> None:
        self._state = state
        self._partition = partition
        self._read = read
        self._operations: dict[str, _Operation] = {}
        self._quiet: tuple[ClientState, _QuietSigner] | None = None

    def url(self, plan: "OperationPlan", params: Mapping[str, Any], expires_in: Any, http_method: str | None) -> str:
        """Return a presigned URL; see ``presign.presigned_url``, which makes the same ones."""
        operation = self._operations.get(plan.name)
        if operation is None:
            operation = self._operations.setdefault(plan.name, _Operation(plan, self._read))
        target = self._target(plan, operation, params, expires_in)
        state = self._state
        if target is None:
            return presigned_url(state, self._partition, plan, params, expires_in, http_method)
        base, prefix, signer, signing_name, region = target
        made = _serialized(state, plan, operation, params)
        path, query = made["url_path"], made["query_string"]
        request = AWSRequest(
            made["method"] if http_method is None else http_method,
            base + (_with_query(path, query) if query else path),
            made["headers"],
            auth_path=prefix + path.partition("?")[0],
        )
        identity = state.identities.identity()
        signer.sign(request, identity, signing_name, region, state.clock.now(), SigningOptions("signed", expires_in))
        return request.url

    def _target(
        self, plan: "OperationPlan", operation: _Operation, params: Mapping[str, Any], expires_in: Any
    ) -> _Target | None:
        """Return where a URL points, ``None`` if it has to go the usual way."""
        if (
            params.__class__ is not dict
            or not params.keys() <= operation.members
            or expires_in.__class__ is not int
            or not self._is_unheard(operation)
        ):
            return None
        bucket, key = params.get("Bucket"), params.get("Key")
        if (
            bucket.__class__ is not str
            or key.__class__ is not str
            or not key
            or (len(params) > 2 and not set(map(type, params.values())) <= _SCALARS)
            or bucket in self._state.bucket_regions
        ):
            return None
        try:
            return operation.targets[bucket]
        except KeyError:
            pass
        target = self._new_target(plan, operation, params)
        if len(operation.targets) >= _KEPT:
            operation.targets.clear()
        operation.targets[bucket] = target
        return target

    def _is_unheard(self, operation: _Operation) -> bool:
        """Whether nobody listens to an event of a URL, and neither steps nor signers of the library were replaced."""
        emitter = self._state.events
        if emitter.left_out or self._state.signer.signers.revision:
            return False
        heard = emitter.heard
        first, second, third, fourth, fifth = operation.events
        return not (heard[first] or heard[second] or heard[third] or heard[fourth] or heard[fifth])

    def _new_target(self, plan: "OperationPlan", operation: _Operation, params: Mapping[str, Any]) -> _Target | None:
        """Go the usual way up to the signature, and return where it led; its errors are raised."""
        if self._quiet is None:
            # What a handler or a call of another thread changes meanwhile is not for all later URLs.
            quiet = copy(self._state)
            quiet.events = EventEmitter()
            quiet.bucket_regions = {}
            self._quiet = quiet, _QuietSigner(self._state.signer)
        state, signer = self._quiet
        request = unsent_request(state, plan, params, presign_context(state, plan, self._partition))
        version, signing_name, region = signer.choice_for(request["context"])
        made = _serialized(state, plan, operation, params)
        path = made["url_path"]
        tail = _with_query(path, made["query_string"])
        plain_path = path.partition("?")[0]
        base, auth_path = request["url"].removesuffix(tail), request["auth_path"]
        if (
            version not in _SIGNED_STRAIGHT
            or base + tail != request["url"]
            or "?" in base
            or not auth_path.endswith(plain_path)
            or made["headers"] != request["headers"]
            or made["body"] != b""
        ):
            return None
        prefix = auth_path.removesuffix(plain_path)
        return _Target(base, prefix, signer.signers[version], signing_name, region or "")


def _serialized(state: "ClientState", plan: "OperationPlan", operation: _Operation, params: Any) -> dict[str, Any]:
    change = plan.changes.params
    if change is not None and not params.keys() <= operation.in_url:
        params = change(params, {})
    return (plan.serialize_valid if state.validate_parameters else plan.serialize)(params)


def _with_query(path: str, query: Any) -> str:
    if not query:
        return path
    return f"{path}{'&' if '?' in path else '?'}{percent_encode_sequence(query)}"
