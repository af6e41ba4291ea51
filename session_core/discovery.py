"""Endpoint discovery: services that say themselves where their operations are to be sent.

An operation with the ``endpointdiscovery`` trait is sent to an address that
the service's ``DescribeEndpoints`` answers with, which is good for some minutes.
Where the trait says ``required`` there is no other way; elsewhere the usual
endpoint serves too, and discovery happens only if it is asked for.

Source: https://smithy.io/2.0/aws/aws-core.html#client-endpoint-discovery
"""

from collections.abc import Callable, Generator, Hashable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ..components.errors import (
    ClientError,
    EndpointDiscoveryRefreshFailed,
    EndpointDiscoveryRequired,
    HTTPClientError,
)
from ..components.errors import ConnectionError as SomeConnectionError
from ..components.flight import Flights
from ..components.log_events import ENDPOINT_DISCOVERY_FAILED
from ..components.logging import get_logger
from .effects import Answer, Effect, Pipeline, Run
from .request_url import join_url

if TYPE_CHECKING:
    from ..models.shapes import ServiceModel
    from .attempt import Attempted
    from .plan import OperationPlan
    from .state import ClientState

__all__ = ["DiscoveredEndpoint", "EndpointDiscovery"]

_PAUSE = 60.0
"""Seconds without discovery after one that failed, where a call can do without."""

_PATIENCE = 60.0
"""Seconds that a caller waits for another one's discovery, before it makes its own."""

_KEPT = 1000
"""Keys whose addresses are kept."""

_NOT_REACHED = (HTTPClientError, SomeConnectionError)

_log = get_logger("endpoints")

Call = Callable[["ClientState", "OperationPlan", Mapping[str, Any]], Pipeline]


class _Operations(Protocol):
    """The operations of a service (``service_plan.ServicePlan``)."""

    @property
    def model(self) -> "ServiceModel":
        """The model of the service."""
        ...

    def operation(self, name: str) -> "OperationPlan":
        """Return what is fixed for all calls of an operation."""
        ...


class _Known(NamedTuple):
    """An address, and the moment (of the monotonic clock) until which it is good."""

    address: str
    expires: float


class EndpointDiscovery:
    """The discovered endpoints of one service in one region, shared by all clients of a blueprint.

    ``mode`` is the setting ``endpoint_discovery_enabled``: ``True``, ``False``
    or ``"auto"`` (only where it is required). Addresses are kept by access key
    and by what the operation identifies itself with. Safe in threads and across
    fork: of callers that need the same address at once, one asks for it.
    """

    __slots__ = ("_failed_until", "_flights", "_known", "_mode", "_operation", "_service")

    def __init__(self, service: "_Operations", mode: bool | str) -> None:
        self._service = service
        self._mode = mode
        self._operation: OperationPlan | None = None
        self._known: dict[Hashable, list[_Known]] = {}
        self._failed_until: dict[Hashable, float] = {}
        self._flights = Flights()

    def check(self, plan: "OperationPlan") -> None:
        """Raise ``EndpointDiscoveryRequired`` for an operation that needs what is switched off."""
        if self._mode is False and plan.discovery == "required":
            raise EndpointDiscoveryRequired(operation_name=plan.name)

    def concerns(self, plan: "OperationPlan") -> bool:
        """Whether an operation is to be sent to a discovered endpoint."""
        return (plan.discovery == "required" and self._mode is not False) or (
            plan.discovery == "optional" and self._mode is True
        )

    def address(
        self, state: "ClientState", plan: "OperationPlan", params: Any, call: Call
    ) -> Generator[Effect, Answer, str | None]:
        """Return the base URL for an attempt, ``None`` for the usual one; ``call`` runs an operation.

        Errors where discovery is required and no earlier address is known:
        what the service answered (``ClientError``), ``EndpointDiscoveryRefreshFailed`` otherwise.
        """
        key, request = yield from self._key(state, plan, params)
        now = state.clock.monotonic()
        known = self._known.get(key, [])
        good = self._good(key, now)
        if good is None and (self._failed_until.get(key, 0.0) <= now or (plan.discovery == "required" and not known)):
            answer = yield from self._discover(state, key, request, call)
            if answer.error is None:
                good = answer.value
            elif not isinstance(answer.error, ClientError | EndpointDiscoveryRefreshFailed):
                raise answer.error  # no credentials, a handler's own: the call would come to the same
            else:
                self._failed_until[key] = now + _PAUSE
                _log.warning(
                    ENDPOINT_DISCOVERY_FAILED,
                    service=plan.model.service_model.service_name,
                    operation=plan.name,
                    reason=type(answer.error).__name__,
                )
                if not known and plan.discovery == "required":
                    raise answer.error
        if good is None and known:
            good = known[0]  # better an old address than none
        return None if good is None else _url_of(good.address)

    def forget(self, address: str) -> None:
        """Drop an address that the service does not answer at any more."""
        for key, known in list(self._known.items()):
            if any(_url_of(each.address) == address for each in known):
                self._known.pop(key, None)

    def _good(self, key: Hashable, now: float) -> _Known | None:
        return next((each for each in self._known.get(key, ()) if each.expires > now), None)

    def _key(
        self, state: "ClientState", plan: "OperationPlan", params: Any
    ) -> Generator[Effect, Answer, tuple[Hashable, dict[str, Any]]]:
        """Return what an address is kept under, and the parameters of the call that finds it."""
        answer = yield Run(state.identities.identity, "account id")
        access_key = getattr(answer.value, "access_key", None)
        shape = self._discovering().model.input_shape
        members = {} if shape is None else shape.members
        request: dict[str, Any] = {}
        if "Operation" in members:
            request["Operation"] = plan.name
        if "Identifiers" in members and (identifiers := _identifiers(plan, params)):
            request["Identifiers"] = identifiers
        return (access_key, request.get("Operation"), *sorted(request.get("Identifiers", {}).items())), request

    def _discovering(self) -> "OperationPlan":
        found = self._operation
        if found is None:
            model = self._service.model.endpoint_discovery_operation
            assert model is not None, "an operation with the trait has one that discovers"
            found = self._operation = self._service.operation(model.name)
        return found

    def _discover(
        self, state: "ClientState", key: Hashable, request: dict[str, Any], call: Call
    ) -> Generator[Effect, Answer, Answer]:
        """Find addresses, or wait for somebody who does; the answer is the first of them, or an error."""
        flight, leads = self._flights.join(key)
        if not leads:
            yield Run(lambda: flight.done.wait(_PATIENCE), "endpoint discovery")
            if flight.result is not None or flight.error is not None:
                return Answer(flight.result, flight.error)
        try:
            good = self._good(key, state.clock.monotonic())  # found by another who landed just before
            if good is not None:
                flight.result = good
                return Answer(good)
            answer = yield from call(state, self._discovering(), request)
            if answer.error is None:
                now = state.clock.monotonic()
                found = [
                    _Known(each["Address"], now + 60.0 * each.get("CachePeriodInMinutes", 0))
                    for each in answer.value.get("Endpoints") or ()
                    if each.get("Address")
                ]
                if found:
                    if len(self._known) >= _KEPT:
                        self._known.clear()
                    self._known[key] = found
                    flight.result = found[0]
                    return Answer(found[0])
            flight.error = _failure(answer.error)
            return Answer(error=flight.error)
        finally:
            if leads:
                self._flights.land(key, flight)


class DiscoveredEndpoint:
    """The discovered endpoint of one call: asked for before each attempt, and left once if it is not the right one."""

    __slots__ = ("_address", "_discovery", "_left", "_params", "_plan", "_state")

    def __init__(self, discovery: EndpointDiscovery, state: "ClientState", plan: "OperationPlan", params: Any) -> None:
        self._discovery = discovery
        self._state = state
        self._plan = plan
        self._params = params
        self._address: str | None = None
        self._left = False

    @classmethod
    def of_call(cls, state: "ClientState", plan: "OperationPlan", params: Any) -> "DiscoveredEndpoint | None":
        """Return that of a call, ``None`` if it goes to the usual endpoint."""
        discovery = state.discovery() if state.discovery is not None else None
        if discovery is None or not discovery.concerns(plan):
            return None
        return cls(discovery, state, plan, params)

    def moved(self, request: dict[str, Any], call: Call) -> Generator[Effect, Answer, dict[str, Any]]:
        """Return the request as it is to be sent."""
        self._address = yield from self._discovery.address(self._state, self._plan, self._params, call)
        if self._address is None:
            return request
        return {**request, "url": join_url(self._address, request["url_path"], request["query_string"])}

    def was_left(self, done: "Attempted") -> bool:
        """Whether the service is not at the address any more; it is forgotten then. A call may say so once."""
        if self._left or self._address is None or done.http is None or done.parsed is None:
            return False
        if done.http.status_code != 421 and done.parsed.get("Error", {}).get("Code") != "InvalidEndpointException":
            return False
        self._left = True
        self._discovery.forget(self._address)
        return True


def _failure(cause: BaseException | None) -> Exception:
    """What callers get: a connection that failed, told as such; other errors as they are."""
    if isinstance(cause, Exception) and not isinstance(cause, _NOT_REACHED):
        return cause
    failed = EndpointDiscoveryRefreshFailed(error="no endpoint in the answer" if cause is None else cause)
    failed.__cause__ = cause
    return failed


def _identifiers(plan: "OperationPlan", params: Any) -> dict[str, Any]:
    """The values of the members that the model marks as identifiers (``endpointdiscoveryid``)."""
    shape = plan.model.input_shape
    if shape is None or not isinstance(params, Mapping):
        return {}
    return {
        name: params[name]
        for name, member in shape.members.items()
        if member.metadata.get("endpointdiscoveryid") and params.get(name) is not None
    }


def _url_of(address: str) -> str:
    return address if address.startswith(("http://", "https://")) else f"https://{address}"
