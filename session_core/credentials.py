"""The credential chain of a session, put together from its settings and components."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..components.configfile import parse_config
from ..providers.chain import ProviderContext, create_credential_resolver
from ..providers.plugins import installed_providers
from ..providers.resolver import CredentialResolver
from .client_arguments import client_maker

if TYPE_CHECKING:
    from .session_view import SessionView

__all__ = ["credential_resolver", "open_credential_cache", "open_shared_fetch"]


def open_credential_cache(session: "SessionView") -> Any:
    """Open the cache that the settings ``credential_cache`` and ``credential_cache_*`` describe."""
    from ..components.cache_backends import open_cache

    return open_cache(
        session.get_config_variable("credential_cache") or "file",
        session.get_config_variable("credential_cache_location"),
        environ=session.environ,
        key_source=session.get_config_variable("credential_cache_key_source") or "file",
        keys=session.get_component("credential_cache_keys"),
    )


def open_shared_fetch(session: "SessionView") -> Any:
    """Open the single flight of fetches over the session's cache, by its clock."""
    from ..components.single_flight import SharedFetch

    clock = session.get_component("clock")
    return SharedFetch(
        session.get_component("credential_cache"), clock=clock.time, monotonic=clock.monotonic, sleep=clock.sleep
    )


def credential_resolver(session: "SessionView") -> CredentialResolver:
    """Return the default chain of a session; ``providers.chain`` has the list."""
    settings = session.get_component("config_store")

    def credentials_file() -> Mapping[str, Mapping[str, Any]]:
        return parse_config(settings.expand_path(settings.get("credentials_file"))).sections

    def sts_scope() -> Mapping[str, str | None]:
        return {"endpoint": settings.endpoint_url("sts"), "region": settings.get("region")}

    return create_credential_resolver(
        ProviderContext(
            environ=session.environ,
            load_config=lambda: session.full_config,
            load_credentials_file=credentials_file,
            profile_name=settings.get("profile"),
            explicit_profile=session.has_explicit_profile,
            setting=settings.get,
            create_client=client_maker(session.make_client, lambda: settings.get("region")),
            region_name=lambda: settings.get("region"),
            sts_scope=sts_scope,
            endpoint_url=settings.endpoint_url,
            sharing=session.get_component("lock"),
            installed=lambda: installed_providers(session),
            mfa_prompter=lambda question: session.get_component("mfa_prompter")(question),
            config_path=settings.get("config_file"),
            credentials_path=settings.get("credentials_file"),
            expand_path=settings.expand_path,
            clock=session.get_component("clock").time,
        )
    )
