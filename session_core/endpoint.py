"""Where a client's calls go: the endpoint rules of its service, with what the client knows filled in."""

from collections.abc import Callable, Generator, Mapping
from typing import Any, NamedTuple

from ..components.errors import EndpointProviderError, EndpointResolutionError
from ..models.endpoint_params import compile_endpoint_binder
from ..models.endpoint_rules import EndpointResolver
from .effects import Answer, Effect, Run
from .plan import OperationPlan
from .state import ClientState

__all__ = ["ClientEndpoint", "ResolvedEndpoint"]

ACCOUNT_ID = "AWS::Auth::AccountId"
ACCOUNT_ID_MODE = "AWS::Auth::AccountIdEndpointMode"


class ResolvedEndpoint(NamedTuple):
    """The endpoint of one call."""

    url: str
    properties: Mapping[str, Any]
    headers: Mapping[str, Any]


class ClientEndpoint:
    """The endpoints of one client.

    ``builtins`` are the values that the rules may ask of the client
    (``AWS::Region`` ...); ``before-endpoint-resolution`` handlers may change
    them for a call. A service without rules has one endpoint, ``fixed_url``.
    Safe in threads.
    """

    __slots__ = (
        "_builtins",
        "_client_params",
        "_needs_account",
        "_resolver",
        "_url",
        "fixed_url",
        "inject_host_prefix",
        "rules_tell",
        "use_ssl",
    )

    def __init__(
        self,
        resolver: EndpointResolver | None,
        builtins: Mapping[str, Any],
        client_params: Mapping[str, Any],
        *,
        fixed_url: Callable[[], str],
        use_ssl: bool = True,
        inject_host_prefix: bool = True,
        rules_tell: bool = False,
    ) -> None:
        self._resolver = resolver
        self._builtins = dict(builtins)
        self._client_params = dict(client_params)
        self.fixed_url = fixed_url
        self.use_ssl = use_ssl
        self.inject_host_prefix = inject_host_prefix
        self.rules_tell = rules_tell
        self._url: str | None = None
        self._needs_account = (
            resolver is not None
            and any(declared.get("builtIn") == ACCOUNT_ID for declared in resolver.parameters.values())
            and builtins.get(ACCOUNT_ID_MODE) != "disabled"
        )

    def __repr__(self) -> str:
        return f"<endpoint in {self._builtins.get('AWS::Region')}>"

    def resolve(
        self, state: ClientState, plan: OperationPlan, params: Any, context: dict[str, Any]
    ) -> Generator[Effect, Answer, ResolvedEndpoint]:
        """Return the endpoint of a call, after ``before-endpoint-resolution``."""
        builtins: Mapping[str, Any] = dict(self._builtins)
        state.events.emit(
            plan.before_endpoint_resolution, builtins=builtins, model=plan.model, params=params, context=context
        )
        resolver = self._resolver
        if resolver is None:
            return ResolvedEndpoint(self.fixed_url(), {}, {})
        if self._needs_account and builtins.get(ACCOUNT_ID) is None and plan.model.auth_type != "none":
            builtins = {**builtins, ACCOUNT_ID: (yield from _account_id(state))}
        bind = plan.binders.get(resolver)
        if bind is None:
            bind = plan.binders[resolver] = compile_endpoint_binder(plan.model, resolver.read_parameters)
        found = resolver.resolve(bind(params, builtins, self._client_params))
        url = found.url
        if not self.use_ssl and url.startswith("https://") and builtins.get("SDK::Endpoint") is None:
            url = "http://" + url[len("https://") :]
        return ResolvedEndpoint(url, found.properties, found.headers)

    def url(self) -> str:
        """Return what ``client.meta.endpoint_url`` shows: what was configured, or the classic host of the service.

        Calls go by the rules, whose hosts may differ (``api.aws`` where the classic table knows none).
        """
        if self._url is None:
            self._url = self._find_url()
        return self._url

    def _find_url(self) -> str:
        explicit = self._builtins.get("SDK::Endpoint")
        if explicit is not None:
            return str(explicit)
        if self._resolver is None or not self.rules_tell:
            return self.fixed_url()
        values = dict(self._client_params)
        for name, declared in self._resolver.read_parameters.items():
            known = self._builtins.get(declared.get("builtIn", ""))
            if known is not None:
                values.setdefault(name, known)
        try:
            url = self._resolver.resolve(values).url
        except (EndpointResolutionError, EndpointProviderError):
            return self.fixed_url()
        return url if self.use_ssl else url.replace("https://", "http://", 1)


def _account_id(state: ClientState) -> Generator[Effect, Answer, str | None]:
    """The account of the identity; without credentials the rules go on without it."""
    answer = yield Run(state.identities.identity, "account id")
    return None if answer.error is not None else getattr(answer.value, "account_id", None)
