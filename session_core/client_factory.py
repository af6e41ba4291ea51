"""From a session and the arguments of ``client(...)`` to a client."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ..components.config import Config
from ..components.unsigned import UNSIGNED
from ..models.endpoint_params import client_context_values
from ..models.shapes import ServiceModel
from .auth_scheme import VERSIONS, signature_version_of
from .client import BaseClient, make_client_class, method_for
from .client_arguments import ClientArguments
from .client_config import EndpointOptions, builtins_of, checksum_when_supported, given_config, resolved_config
from .client_region import Place, classic_url, place_of, validate_endpoint_url
from .endpoint import ClientEndpoint
from .identity import ClientIdentity
from .plan import ServicePlan, plan_of, shared_codecs
from .recipe import ClientRecipe
from .request_signer import RequestSigner
from .state import ClientState

if TYPE_CHECKING:
    from .session import Session

__all__ = ["create_client"]

_S3_DUALSTACK = frozenset({"S3", "S3 Control"})
"""Services that heed ``use_dualstack_endpoint`` of the ``s3`` options."""

_TOLD_BY_RULES = frozenset({"S3", "STS"})
"""Services whose ``meta.endpoint_url`` depends on options that the classic table does not know."""


def create_client(session: "Session", arguments: ClientArguments) -> BaseClient:
    """Make a client: its model, configuration, region, endpoint, signer, and a class to hold them.

    Errors: ``UnknownServiceError``, ``NoRegionError``, ``InvalidRegionError``,
    ``InvalidEndpointUrlError``, ``InvalidSettingError``, ``ConfigParseError``.
    Nothing is sent and no credentials are loaded before the first call.
    """
    component = session.get_component
    settings = component("config_store").snapshot()
    loader = component("data_loader")
    version = arguments.api_version or (settings.get("api_versions") or {}).get(arguments.service_name)
    model: ServiceModel = loader.service_model(arguments.service_name, version)
    given = given_config(arguments.config, component("client_config"))
    config = resolved_config(given, settings)
    asked = arguments.region_name or config.region_name or settings.get("region")
    rules = component("endpoint_resolver")
    prefix = model.endpoint_prefix
    endpoint_url = arguments.endpoint_url
    if endpoint_url is None and not config.ignore_configured_endpoint_urls:
        endpoint_url = settings.endpoint_url(str(model.service_id))
    if endpoint_url is not None:
        validate_endpoint_url(endpoint_url)
    place = place_of(rules, prefix, asked, endpoint_url is not None)
    region = place.region
    events = component("event_emitter").copy()
    clock = component("clock")
    identities = ClientIdentity(*_credentials(session, arguments.credentials))
    s3: Mapping[str, Any] = config.s3 or {}
    if place.fips:
        config = config.merge(Config(use_fips_endpoint=True))
    if s3.get("use_dualstack_endpoint") and config.use_dualstack_endpoint is None and model.service_id in _S3_DUALSTACK:
        config = config.merge(Config(use_dualstack_endpoint=True))
    dualstack, fips = bool(config.use_dualstack_endpoint), bool(config.use_fips_endpoint)
    options = EndpointOptions(
        # An endpoint of the user's own has no variants.
        place.rules_region, endpoint_url, dualstack and endpoint_url is None, fips and endpoint_url is None, s3
    )  # fmt: skip
    endpoint = ClientEndpoint(
        rules.resolver_for(model),
        builtins_of(options, config, settings, None),
        _client_context(model, config, s3),
        fixed_url=lambda: (
            endpoint_url or classic_url(component("regions"), prefix, place, dualstack, fips, arguments.use_ssl)
        ),
        rules_tell=model.service_id in _TOLD_BY_RULES,
        use_ssl=arguments.use_ssl,
        inject_host_prefix=bool(config.inject_host_prefix),
    )
    signer = _signer(session, model, config, place, identities, events)
    config = config.merge(Config(region_name=region, signature_version=signer.signature_version))
    retries = config.retries or {}
    state = ClientState(
        service_model=model,
        events=events,
        config=config,
        region_name=region,
        endpoint=endpoint,
        signer=signer,
        retry=_retry(component("retry_strategy"), model, retries),
        clock=clock,
        identities=identities,
        exceptions=component("exceptions_factory").create(model),
        user_agent=component("user_agent").for_client(config, str(retries.get("mode", "standard"))),
        new_invocation_id=lambda: str(uuid4()),
        checksum_when_supported=checksum_when_supported(given, settings, endpoint_url),
    )
    codecs = shared_codecs(component("serializers"), component("parsers"), component("validators"))
    made = _client_class(session, plan_of(model, codecs))
    return made(
        state=state,
        partition=place.partition,
        transport=_transport(session, config, arguments.verify),
        recipe=ClientRecipe(session, arguments),
    )


def _client_class(session: "Session", plan: ServicePlan) -> type[BaseClient]:
    """Return the shared class, or a new one where a ``creating-client-class`` handler has a say."""
    emitter = session.get_component("event_emitter")
    event = f"creating-client-class.{plan.model.service_id.hyphenize()}"
    if not emitter.has_handlers(event):
        if plan.client_class is None:
            plan.client_class = make_client_class(plan)
        shared: type[BaseClient] = plan.client_class
        return shared
    attributes: dict[str, Any] = {
        method: method_for(method, operation, plan.model.service_name) for method, operation in plan.methods.items()
    }
    bases: list[type] = [BaseClient]
    emitter.emit(event, class_attributes=attributes, base_classes=bases)
    return make_client_class(plan, attributes, bases)


def _credentials(session: "Session", explicit: Any) -> tuple[Callable[[], Any], Callable[[], Any]]:
    if explicit is not None:
        return (lambda: explicit), tuple
    return session.get_credentials, session.credential_attempts


def _client_context(model: ServiceModel, config: Config, s3: Mapping[str, Any]) -> dict[str, Any]:
    """Endpoint parameters that the service lets a client set, from the S3 options or ``client_context_params``."""
    options = {**s3, "Accelerate": s3.get("use_accelerate_endpoint")} if model.service_id == "S3" else {}
    return client_context_values(model.client_context_parameters, {**options, **(config.client_context_params or {})})


def _signer(
    session: "Session",
    model: ServiceModel,
    config: Config,
    place: Place,
    identities: ClientIdentity,
    events: Any,
) -> RequestSigner:
    explicit = config.signature_version
    classic = model.signature_version
    schemes = [VERSIONS[name] for name in model.metadata.get("auth", ()) if name in VERSIONS]
    signers = session.get_component("signers")
    if schemes:
        classic = next((scheme for scheme in schemes if scheme in signers or scheme in ("bearer", "none")), schemes[0])
    if classic == "v4":  # a scheme says no more than that; S3's own form of it stands in the older trait
        classic = model.signature_version
    version = explicit if explicit is not None else signature_version_of(classic)
    tokens = session.get_component("token_provider")
    signing_name = place.signing_name or model.signing_name
    return RequestSigner(
        model.service_id.hyphenize(),
        place.signing_region,
        signing_name,
        version,
        identities,
        events,
        signers=signers,
        clock=session.get_component("clock"),
        explicit_version=UNSIGNED if explicit is UNSIGNED else explicit,
        preference=_preference(config),
        token=lambda: tokens.load_token(signing_name),
        payload_signing=(config.s3 or {}).get("payload_signing_enabled"),
    )


def _preference(config: Config) -> list[str]:
    preferred = config.auth_scheme_preference
    if not preferred:
        return []
    names = preferred.split(",") if isinstance(preferred, str) else preferred
    short = {"sigv4": "v4", "sigv4a": "v4a", "httpBearerAuth": "bearer", "noAuth": "none"}
    return [short[name.strip().rpartition("#")[2]] for name in names if name.strip().rpartition("#")[2] in short]


def _retry(component: Any, model: ServiceModel, retries: Mapping[str, Any]) -> Any:
    if hasattr(component, "on_attempt"):
        return component
    return component(service_id=model.service_id.hyphenize(), retries=retries)


def _transport(session: "Session", config: Config, verify: bool | str | None) -> Callable[[], Any]:
    """Return what makes the client's transport at its first call."""
    component = session.get_component("transport")
    if hasattr(component, "send") and not isinstance(component, type):
        return lambda: component

    def make() -> Any:
        chosen: bool | str = True if verify is None else verify
        if verify is None:
            chosen = session.get_config_variable("ca_bundle") or True
        return component(
            timeout=(config.connect_timeout, config.read_timeout),
            verify=chosen,
            cert=config.client_cert,
            proxies=config.proxies,
            proxies_config=config.proxies_config,
            max_pool_connections=config.max_pool_connections,
            tcp_keepalive=bool(config.tcp_keepalive),
        )

    return make
