"""From a blueprint to the setting in which a client's calls run; done at its first call."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..components.forksafe import ForkSafeLock
from ..components.invocation import invocation_id
from ..components.unsigned import UNSIGNED
from .identity import ClientIdentity
from .request_signer import RequestSigner
from .state import ClientState, Identity

if TYPE_CHECKING:
    from ..components.config import Config
    from ..components.events import EventEmitter
    from .client_arguments import ClientArguments
    from .client_blueprint import ClientBlueprint
    from .express_sessions import ExpressSessions
    from .registry import Components
    from .session_view import SessionView

__all__ = ["new_state", "new_transport"]

_first_session = ForkSafeLock()


def new_state(
    session: "SessionView",
    components: "Components",
    blueprint: "ClientBlueprint",
    arguments: "ClientArguments",
    events: "EventEmitter",
    create_session: Callable[[str], Mapping[str, Any]],
) -> ClientState:
    """Return the state of a new client; ``components`` are those of the moment at which it was made.

    ``create_session`` makes a session of a directory bucket, as a client of S3 can.
    """
    clock = components["clock"].get()
    identities = _identity(session, arguments.credentials)
    config, model = blueprint.config, blueprint.service_model
    return ClientState(
        service_model=model,
        events=events,
        config=config,
        region_name=blueprint.place.region,
        endpoint=blueprint.endpoint,
        signer=_signer(
            components,
            blueprint,
            identities,
            events,
            _bucket_identity(components, blueprint, identities, create_session) if model.service_id == "S3" else None,
        ),
        retry=_retry(components["retry_strategy"].get(), model.service_id.hyphenize(), config.retries or {}),
        clock=clock,
        identities=identities,
        exceptions=components["exceptions_factory"].get().create(model),
        user_agent=blueprint.user_agent(components["user_agent"].get()),
        new_invocation_id=invocation_id,
        integrity=blueprint.integrity,
        discovery=blueprint.discovery if blueprint.discovers else None,
        region_note=blueprint.region_note,
    )


def new_transport(components: "Components", blueprint: "ClientBlueprint", verify: bool | str | None) -> Any:
    """Return the transport of a client: the one that is registered, or a new one of the registered kind."""
    component = components["transport"].get()
    if hasattr(component, "send") and not isinstance(component, type):
        return component
    config = blueprint.config
    return component(
        timeout=(config.connect_timeout, config.read_timeout),
        verify=(blueprint.ca_bundle() or True) if verify is None else verify,
        cert=config.client_cert,
        proxies=config.proxies,
        proxies_config=config.proxies_config,
        max_pool_connections=config.max_pool_connections,
        tcp_keepalive=bool(config.tcp_keepalive),
    )


def _identity(session: "SessionView", explicit: Any) -> ClientIdentity:
    if explicit is not None:
        return ClientIdentity(lambda: explicit, tuple)
    return ClientIdentity(session.get_credentials, session.credential_attempts, session.credentials_are_loaded)


def _signer(
    components: "Components",
    blueprint: "ClientBlueprint",
    identities: ClientIdentity,
    events: "EventEmitter",
    bucket_identity: Callable[[str], Identity] | None,
) -> RequestSigner:
    model, config = blueprint.service_model, blueprint.config
    explicit = blueprint.explicit_version
    tokens = components["token_provider"]
    place = blueprint.place
    signing_name = place.signing_name or model.signing_name
    return RequestSigner(
        model.service_id.hyphenize(),
        place.signing_region,
        signing_name,
        blueprint.signature_version,
        identities,
        events,
        signers=components["signers"].get(),
        clock=components["clock"].get(),
        explicit_version=UNSIGNED if explicit is UNSIGNED else explicit,
        preference=_preference(config),
        token=lambda: tokens.get().load_token(signing_name),
        prefers_token=(lambda: _is_preferred(tokens.get(), signing_name)) if blueprint.may_prefer_token else _never,
        payload_signing=(config.s3 or {}).get("payload_signing_enabled"),
        presigns_as=blueprint.presigning_version,
        bucket_identity=bucket_identity,
        region_set=_region_set(config.sigv4a_signing_region_set),
    )


def _bucket_identity(
    components: "Components",
    blueprint: "ClientBlueprint",
    identities: ClientIdentity,
    create_session: Callable[[str], Mapping[str, Any]],
) -> Callable[[str], Identity]:
    """Return what gives the keys of a directory bucket; the sessions are set up when the first is asked for."""

    def identity(bucket: str) -> Identity:
        sessions = identities.sessions
        if sessions is None:
            with _first_session:
                sessions = identities.sessions
                if sessions is None:
                    sessions = identities.sessions = _new_sessions()
        return sessions.identity(bucket)

    def _new_sessions() -> "ExpressSessions":
        from .express_sessions import ExpressSessions  # few clients talk to directory buckets

        return ExpressSessions(
            create_session,
            identities.credentials,
            {"region": blueprint.place.region, "endpoint": blueprint.endpoint.url()},
            sharing=components["lock"].get(),
            clock=components["clock"].get().time,
        )

    return identity


def _is_preferred(tokens: Any, signing_name: str) -> bool:
    """Whether a bearer token was set for this service."""
    is_preferred = getattr(tokens, "is_preferred", None)
    if is_preferred is None:
        return tokens.load_token(signing_name) is not None
    return bool(is_preferred(signing_name))


def _never() -> bool:
    return False


def _preference(config: "Config") -> list[str]:
    preferred = config.auth_scheme_preference
    if not preferred:
        return []
    names = preferred.split(",") if isinstance(preferred, str) else preferred
    short = {"sigv4": "v4", "sigv4a": "v4a", "httpBearerAuth": "bearer", "noAuth": "none"}
    return [short[name.strip().rpartition("#")[2]] for name in names if name.strip().rpartition("#")[2] in short]


def _region_set(given: str | Sequence[str] | None) -> str | None:
    """Return the regions of version 4A as the header names them."""
    regions = given.split(",") if isinstance(given, str) else given or ()
    return ",".join([region.strip() for region in regions if region.strip()]) or None


def _retry(component: Any, service_id: str, retries: Mapping[str, Any]) -> Any:
    if hasattr(component, "on_attempt") and not isinstance(component, type):
        return component
    return component(service_id=service_id, retries=retries)
