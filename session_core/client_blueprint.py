"""What a session's settings and the arguments of ``client(...)`` fix, worked out once for all clients alike.

A blueprint is kept with the snapshot of the settings that it was made from:
other settings, a changed variable or file, give another snapshot. Sessions
whose components are the default ones share snapshots, and so blueprints.
"""

from __future__ import annotations

import os

from ..components.config import Config
from ..components.forksafe import ForkSafeLock
from .auth_names import VERSIONS, signature_version_of
from .client_config import EndpointOptions, builtins_of, given_config, options_of_settings
from .client_region import checked_endpoint_url, classic_url, place_of
from .service_plan import codecs_of, plan_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from ..components.settings_snapshot import Snapshot
    from ..models.shapes import ServiceModel
    from .client_arguments import ClientArguments
    from .client_region import Place
    from .discovery import EndpointDiscovery
    from .endpoint import ClientEndpoint
    from .integrity_policy import IntegrityPolicy
    from .registry import Component, Components
    from .service_plan import ServicePlan

__all__ = ["ClientBlueprint", "blueprint_of"]

_ASKED = (
    "data_loader",
    "endpoint_resolver",
    "regions",
    "signers",
    "serializers",
    "parsers",
    "validators",
    "user_agent",
)
"""The components that a blueprint is made with. Where one is not the default one, it is for clients of its session."""

_first = ForkSafeLock()
"""Held while what all clients share is put in its place, where two would not do."""

_KEPT = 512
"""Blueprints kept per snapshot, about 3 KiB each."""


_S3_DUALSTACK = frozenset({"S3", "S3 Control"})
"""Services that heed ``use_dualstack_endpoint`` of the ``s3`` options."""

_TOLD_BY_RULES = frozenset({"S3", "STS"})
"""Services whose ``meta.endpoint_url`` depends on options that the classic table does not know."""


class ClientBlueprint:
    """All that clients of one service, region and configuration have in common. Immutable; safe in threads."""

    __slots__ = (
        "_discovery",
        "_endpoint",
        "_endpoint_options",
        "_integrity",
        "_presigns_as",
        "_regions",
        "_rules",
        "_user_agent",
        "config",
        "creating_event",
        "discovers",
        "explicit_version",
        "given",
        "may_prefer_token",
        "monitored",
        "place",
        "plan",
        "service_model",
        "settings",
        "signature_version",
        "use_ssl",
    )

    def __init__(
        self,
        components: Components,
        model: ServiceModel,
        settings: Snapshot,
        given: Config,
        arguments: ClientArguments,
        endpoint_url: str | None,
    ) -> None:
        asked = arguments.region_name or given.region_name or settings.get("region")
        mode = given.defaults_mode or settings.get("defaults_mode")
        if mode != "legacy":
            from .client_defaults import given_by_mode  # few programs ask for another mode

            given = given_by_mode(mode, given, settings, asked, components["data_loader"].get())
        open_options = options_of_settings(given, settings)
        if endpoint_url is not None:
            endpoint_url = checked_endpoint_url(endpoint_url)
        rules = components["endpoint_resolver"].get()
        place = place_of(rules, model.endpoint_prefix, asked, endpoint_url is not None)
        if place.fips:
            open_options["use_fips_endpoint"] = True
        elsewhere = open_options["s3"].get("use_dualstack_endpoint") and model.service_id in _S3_DUALSTACK
        if elsewhere and given.use_dualstack_endpoint is None:
            open_options.setdefault("use_dualstack_endpoint", True)
        self.service_model = model
        self.plan: ServicePlan = plan_of(model, codecs_of(components))
        self.creating_event = f"creating-client-class.{model.service_id.hyphenize()}"
        self.place: Place = place
        self.use_ssl = arguments.use_ssl
        self.explicit_version = given.signature_version
        auth: Sequence[str] = model.metadata.get("auth") or ()
        # What the code says about schemes goes before a token in the environment; what a file says does not.
        self.may_prefer_token = "smithy.api#httpBearerAuth" in auth and given.auth_scheme_preference is None
        self.signature_version = _signature_version(model, given, components)
        self.monitored = bool(settings.get("csm_enabled"))
        """Whether calls are told about (``client_monitoring``)."""
        config = given.merge(Config(**open_options, region_name=place.region, signature_version=self.signature_version))
        self.config = config
        self.given = given
        self._integrity: IntegrityPolicy | None = None
        self.settings = settings
        self._rules = rules
        self._regions = _regions(components)
        self._endpoint_options = EndpointOptions(
            place.rules_region,
            endpoint_url,
            # An endpoint of the user's own has no variants.
            bool(config.use_dualstack_endpoint) and endpoint_url is None,
            bool(config.use_fips_endpoint) and endpoint_url is None,
            config.s3 or {},
        )
        self._endpoint: ClientEndpoint | None = None
        self.discovers = arguments.endpoint_url is None
        """Whether operations may be sent to discovered endpoints; a URL that the client was given is final."""
        self._discovery: EndpointDiscovery | None = None
        self._user_agent: str | None = None
        self._presigns_as: tuple[str | None] | None = None

    def __repr__(self) -> str:
        return f"<blueprint of {self.service_model.service_name} in {self.place.region}>"

    def region_note(self) -> str | None:
        """Return what is to be said of the region where no endpoint of AWS answers."""
        if self._endpoint_options.endpoint_url is not None:
            return None
        from .client_region import unknown_region_note

        return unknown_region_note(self._rules, self.place.region)

    @property
    def endpoint(self) -> ClientEndpoint:
        """The endpoints of the clients."""
        found = self._endpoint
        if found is None:
            found = self._endpoint = self._make_endpoint()
        return found

    @property
    def integrity(self) -> IntegrityPolicy:
        """Which checksums the clients add and check."""
        found = self._integrity
        if found is None:
            from .integrity_policy import integrity_policy

            options = self._endpoint_options
            found = self._integrity = integrity_policy(self.given, self.settings, options.endpoint_url)
        return found

    def discovery(self) -> EndpointDiscovery:
        """Return the discovered endpoints that the clients share."""
        found = self._discovery
        if found is None:
            from .discovery import EndpointDiscovery  # three services have it

            mode = self.config.endpoint_discovery_enabled
            made = EndpointDiscovery(self.plan, "auto" if mode is None else mode)
            with _first:
                found = self._discovery = self._discovery or made
        return found

    def user_agent(self, maker: Any) -> str:
        """The ``User-Agent`` of the clients, made by the component."""
        found = self._user_agent
        if found is None:
            from .feature_ids import feature_ids  # at the first call

            retries = self.config.retries or {}
            resolver = self._rules.resolver_for(self.service_model)
            parameters = {} if resolver is None else resolver.parameters
            own_endpoint = self._endpoint_options.endpoint_url is not None
            marks = feature_ids(self.config, parameters, own_endpoint, self.integrity.adds)
            found = self._user_agent = maker.for_client(self.config, str(retries.get("mode", "standard")), marks)
        return found

    def monitor(self, events: Any, clock: Any) -> None:
        """Let the calls of a client be told about."""
        from .client_monitoring import monitor_of  # for those who ask for it

        monitor = monitor_of(self.settings, clock)
        if monitor is not None:
            monitor.listen(events)

    def presigning_version(self) -> str | None:
        """The signature version of URLs and policies, ``None`` where it is that of requests."""
        if self.service_model.service_id != "S3" or self.explicit_version is not None:
            return None
        found = self._presigns_as
        if found is None:
            from .presign_s3 import presigning_version  # for those who presign

            found = self._presigns_as = (
                presigning_version(self._regions(), self.service_model.endpoint_prefix, self.place),
            )
        return found[0]

    def rules_read(self) -> Mapping[str, Mapping[str, Any]]:
        """The parameters that the endpoint rules of the service read; nothing where it has no rules."""
        resolver = self._rules.resolver_for(self.service_model)
        return {} if resolver is None else resolver.read_parameters

    def ca_bundle(self) -> str | None:
        """The CA bundle that is configured."""
        bundle: str | None = self.settings.get("ca_bundle")
        return bundle

    def _make_endpoint(self) -> ClientEndpoint:
        from ..models.endpoint_params import client_context_values
        from .endpoint import ClientEndpoint

        options, model, config = self._endpoint_options, self.service_model, self.config
        # Endpoint parameters that the service lets a client set, from the S3 options or ``client_context_params``.
        context = dict(config.client_context_params or {})
        if model.service_id == "S3":
            context = {**options.s3, "Accelerate": options.s3.get("use_accelerate_endpoint"), **context}
        return ClientEndpoint(
            self._rules.resolver_for(model),
            builtins_of(options, config, self.settings, None),
            client_context_values(model.client_context_parameters, context),
            fixed_url=self._fixed_url,
            rules_tell=model.service_id in _TOLD_BY_RULES,
            use_ssl=self.use_ssl,
            inject_host_prefix=bool(config.inject_host_prefix),
        )

    def _fixed_url(self) -> str:
        """The endpoint of a service without endpoint rules, and what ``client.meta.endpoint_url`` shows."""
        options = self._endpoint_options
        return options.endpoint_url or classic_url(
            self._regions(),
            self.service_model.endpoint_prefix,
            self.place,
            options.use_dualstack,
            options.use_fips,
            self.use_ssl,
        )


def blueprint_of(components: Components, arguments: ClientArguments) -> ClientBlueprint:
    """Return the blueprint of what is asked for, kept from an earlier client wherever nothing has changed since.

    Errors: those of ``create_client``.
    """
    settings: Snapshot = components["config_store"].get().snapshot()
    loader = components["data_loader"].get()
    version = arguments.api_version or (settings.get("api_versions") or {}).get(arguments.service_name)
    model: ServiceModel = loader.service_model(arguments.service_name, version)
    own, known = arguments.config, components.known("client_config")
    defaults = None if known is None else known.get()
    endpoint_url = arguments.endpoint_url
    if endpoint_url is None and not _ignores_configured_urls(own, defaults):
        endpoint_url = settings.endpoint_url(str(model.service_id))
    key = (
        model,
        arguments.region_name,
        arguments.use_ssl,
        endpoint_url,
        arguments.endpoint_url is None,
        own,
        defaults,
        os.environ.get("AWS_EXECUTION_ENV"),
        loader.own_data,
        *(() if components.root is None else _registered(components)),
    )
    found: ClientBlueprint | None = settings.derived.get(key)
    if found is None:
        made = ClientBlueprint(components, model, settings, given_config(own, defaults), arguments, endpoint_url)
        if len(settings.derived) >= _KEPT:
            settings.derived.clear()
        kept: ClientBlueprint = settings.derived.setdefault(key, made)
        return kept
    return found


def _registered(components: Components) -> list[Component]:
    # A default component that nobody has looked up yet is not there: ``get`` gives None.
    return [
        component for name in _ASKED if (component := components.get(name)) is not None and not component.is_default
    ]


def _ignores_configured_urls(own: Config | None, defaults: Config | None) -> bool:
    for config in (own, defaults):
        if config is not None and config.ignore_configured_endpoint_urls is not None:
            return config.ignore_configured_endpoint_urls
    return False


def _regions(components: Components) -> Callable[[], Any]:
    """Return what gives the enumeration of endpoints; it is large, and few services need it."""
    regions = components["regions"]
    if not regions.is_default:
        return regions.get
    loader = components["data_loader"].get()  # not the component: it would keep its session alive

    def enumeration() -> Any:
        from .endpoint_rule_sets import classic_endpoints

        return classic_endpoints(loader)

    return enumeration


def _signature_version(model: ServiceModel, config: Config, components: Components) -> Any:
    """Return the signature version that is asked for, or the first of the model's that can be made."""
    explicit = config.signature_version
    if explicit is not None:
        return explicit
    schemes = [VERSIONS[name] for name in model.metadata.get("auth", ()) if name in VERSIONS]
    classic = model.signature_version
    if len(schemes) == 1:
        classic = schemes[0]
    elif schemes:
        signers = components["signers"].get()
        classic = next((scheme for scheme in schemes if scheme in signers or scheme in ("bearer", "none")), schemes[0])
    if classic == "v4":  # a scheme says no more than that; S3's own form of it stands in the older trait
        classic = model.signature_version
    return signature_version_of(classic)
