"""Where a client's calls go: the endpoint rules of its service, with what the client knows filled in."""

from collections.abc import Callable, Generator, Mapping
from typing import Any

from ..components.errors import EndpointProviderError, EndpointResolutionError
from ..models.endpoint_params import EndpointBinder, compile_endpoint_binder
from ..models.endpoint_rules import Endpoint, EndpointResolver
from .effects import Answer, Effect, Run
from .plan import OperationPlan
from .state import ClientState

__all__ = ["ClientEndpoint"]

ACCOUNT_ID = "AWS::Auth::AccountId"
ACCOUNT_ID_MODE = "AWS::Auth::AccountIdEndpointMode"

_Bound = tuple[EndpointBinder, dict[str, Any]]
_KEPT = 2048
"""Operations, by account, whose parameters are kept bound (no service has a third of it); endpoints by parameter."""


class ClientEndpoint:
    """The endpoints of one client.

    ``builtins`` are the values that the rules may ask of the client
    (``AWS::Region`` ...); ``before-endpoint-resolution`` handlers may change
    them for a call. A service without rules has one endpoint, ``fixed_url``.
    Safe in threads.
    """

    __slots__ = (
        "_bound",
        "_builtins",
        "_client_params",
        "_fixed",
        "_known",
        "_needs_account",
        "_reads",
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
        self._bound: dict[tuple[OperationPlan, str | None, bool], _Bound] = {}
        self._fixed: dict[tuple[OperationPlan, str | None, bool], Endpoint] = {}
        self._known: dict[tuple[OperationPlan, str | None], Endpoint] = {}
        self._reads: dict[OperationPlan, str] = {}
        self._needs_account = (
            resolver is not None
            and any(declared.get("builtIn") == ACCOUNT_ID for declared in resolver.parameters.values())
            and builtins.get(ACCOUNT_ID_MODE) != "disabled"
            and builtins.get("SDK::Endpoint") is None  # which no account changes
        )

    def __repr__(self) -> str:
        return f"<endpoint in {self._builtins.get('AWS::Region')}>"

    def at_hand(self, plan: OperationPlan, params: Any) -> Endpoint | None:
        """Return the endpoint of a call if one like it was resolved before, for a call that nobody changes anything of.

        Like it are calls of the operation with the same text in the one
        parameter that the rules read, such as a bucket's name.
        """
        member = self._reads.get(plan)
        if member is None:
            return None
        value = params.get(member)
        if value is not None and value.__class__ is not str:
            return None  # validation says what is wrong with it
        return self._known.get((plan, value))

    def resolve(
        self,
        state: ClientState,
        plan: OperationPlan,
        params: Any,
        context: dict[str, Any],
        region: str | None = None,
    ) -> Generator[Effect, Answer, Endpoint]:
        """Return the endpoint of a call, after ``before-endpoint-resolution``; ``region`` takes the client's place."""
        resolver = self._resolver
        event = plan.before_endpoint_resolution
        builtins: dict[str, Any] | None = None if region is None else {**self._builtins, "AWS::Region": region}
        variant: Mapping[str, Any] | None = None  # changes that are the same for every call
        special = plan.customization
        if special.changes_builtins:
            changed = special.builtins_for(plan.name, params, self._builtins)
            if changed is not None:
                builtins = {**(self._builtins if builtins is None else builtins), **changed}
        if context.get("use_global_endpoint") and plan.model.service_model.service_id == "S3":
            changed = _global_builtins(params, self._builtins if builtins is None else builtins)
            if changed is not None:
                if builtins is None:
                    variant = changed
                else:
                    builtins = {**builtins, **changed}
        if state.events.heard[event]:
            builtins = {**(self._builtins if builtins is None else builtins), **(variant or {})}
            variant = None
            state.events.emit(event, builtins=builtins, model=plan.model, params=params, context=context)
        if resolver is None:
            return Endpoint(self.fixed_url(), {}, {})
        account = (self._builtins if builtins is None else builtins).get(ACCOUNT_ID)
        if self._needs_account and account is None and plan.model.auth_type != "none":
            at_hand = getattr(state.identities, "at_hand", None)
            identity = None if at_hand is None else at_hand()
            if identity is None:
                known = yield Run(state.identities.identity, "account id")
                identity = known.value  # without credentials the rules go on without it
            account = getattr(identity, "account_id", None)
        found = self._fixed.get((plan, account, variant is not None)) if builtins is None else None
        if found is not None:
            return found
        bind, values = self._bound_to(resolver, plan, account, variant)
        try:
            if builtins is not None:  # a handler may have changed any of them
                return self._resolved(resolver, bind(params, {**builtins, ACCOUNT_ID: account}, self._client_params))
            if bind.of_call is not None:
                found = self._resolved(resolver, bind.of_call(params, values))
                if bind.reads is not None and variant is None and not self._needs_account:
                    self._keep(plan, bind.reads, params.get(bind.reads), found)
                return found
            found = self._resolved(resolver, values)
        except EndpointResolutionError as refused:
            error = plan.customization.endpoint_error(_advised(refused), params)
            if error is refused:
                raise
            raise error from refused
        if len(self._fixed) < _KEPT:
            self._fixed[plan, account, variant is not None] = found
        if variant is None and not self._needs_account:
            self._keep(plan, "", None, found)
        return found

    def _keep(self, plan: OperationPlan, member: str, value: Any, found: Endpoint) -> None:
        """Have an endpoint at hand for the next call like this one."""
        if value is None or value.__class__ is str:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[plan, value] = found
            self._reads[plan] = member

    def prepare(self, plan: OperationPlan) -> None:
        """Read the rules, and bind the operation, before its first call."""
        if self._resolver is not None:
            self._bound_to(self._resolver, plan, None)

    def _bound_to(
        self,
        resolver: EndpointResolver,
        plan: OperationPlan,
        account: str | None,
        variant: Mapping[str, Any] | None = None,
    ) -> _Bound:
        """Return an operation's binder, and what it binds of the client's own values: once per account.

        ``variant`` changes these values, always in the same way.
        """
        key = plan, account, variant is not None
        bound = self._bound.get(key)
        if bound is None:
            bind = compile_endpoint_binder(plan.model, resolver.read_parameters)
            builtins = {**self._builtins, **(variant or {}), ACCOUNT_ID: account}
            bound = bind, bind({}, builtins, self._client_params)
            if len(self._bound) < _KEPT:
                self._bound[key] = bound
        return bound

    def _resolved(self, resolver: EndpointResolver, values: Mapping[str, Any]) -> Endpoint:
        found = resolver.resolve(values)
        url = found.url
        if not self.use_ssl and url.startswith("https://") and not _is_custom(resolver, values):
            return Endpoint("http://" + url[len("https://") :], found.properties, found.headers)
        return found

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


def _global_builtins(params: Any, builtins: Mapping[str, Any]) -> Mapping[str, Any] | None:
    global _global_builtins
    from .presign_s3 import global_builtins  # for presigned URLs alone

    _global_builtins = global_builtins
    return global_builtins(params, builtins)


def _is_custom(resolver: EndpointResolver, values: Mapping[str, Any]) -> bool:
    """Whether the endpoint is one that the user gave."""
    return any(
        values.get(name) is not None
        for name, declared in resolver.parameters.items()
        if declared.get("builtIn") == "SDK::Endpoint"
    )


def _advised(refused: EndpointResolutionError) -> EndpointResolutionError:
    """Add what to do to a refusal that is about the client's settings and not about the call."""
    text = str(refused)
    if not text.startswith("AccountIdEndpointMode is required but no AccountID"):
        return refused
    return EndpointResolutionError(
        msg=f"{text}. Give the credentials an account (aws_account_id=..., AWS_ACCOUNT_ID, aws_account_id of the "
        "profile), or set account_id_endpoint_mode to preferred"
    )
