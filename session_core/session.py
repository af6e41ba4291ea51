"""The session: components wired together, and the interface of boto3's and botocore's sessions over them."""

from __future__ import annotations

import os

from ..components import errors
from ..components.after_fork import hear_forks_first
from ..components.forksafe import ForkSafeLock
from ..components.secret import Secret
from .client_arguments import ClientArguments
from .client_factory import create_client
from .default_holder import made_by
from .registry import ComponentRegistry
from .session_extras import SessionExtras
from .wiring import DEFAULT_COMPONENTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from ..components.config import Config
    from ..components.events import EventEmitter

    _Keys = tuple[str, Secret, Secret | None, str | None]

__all__ = ["Session"]

_locks = ForkSafeLock()


class Session(SessionExtras):
    """Configuration, credentials and handlers that a group of clients shares.

    One class serves both habits: ``client``, ``resource``, ``events``,
    ``region_name``, ``profile_name`` as in boto3, and ``create_client``,
    ``get_component``, ``set_default_client_config``, ``get_config_variable``
    as in botocore. Nothing is read before it is needed. Safe in threads and
    across fork; pickles as a recipe without secrets (``UnsupportedPickleError``
    where that cannot be). A copy within the process is the session itself.
    """

    #: What makes this session in another process, a function of a module and its arguments, where the settings given
    #: in code are not all of it (handlers, components).
    recipe: tuple[Callable[..., Any], tuple[Any, ...]] | None = None

    _shared_with: Session | None = None
    _overrides: dict[str, Any]
    registry: ComponentRegistry

    def __init__(
        self,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        region_name: str | None = None,
        botocore_session: Session | None = None,
        profile_name: str | None = None,
        aws_account_id: str | None = None,
        *,
        profile: str | None = None,
        environ: Mapping[str, str] | None = None,
        credential_keep_warm: bool | None = None,
    ) -> None:
        hear_forks_first()
        self.environ: Mapping[str, str] = os.environ if environ is None else environ
        self._credentials: Any = None
        self._keys: _Keys | None = None
        self._lock: ForkSafeLock | None = None
        if botocore_session is not None:
            self._shared_with = botocore_session
            self.registry = botocore_session.registry
            self._overrides = botocore_session._overrides
        else:
            self._overrides = {}
            self.registry = ComponentRegistry(DEFAULT_COMPONENTS, self)
        if region_name is not None:
            self.set_config_variable("region", region_name)
        if credential_keep_warm is not None:
            self.set_config_variable("credential_keep_warm", credential_keep_warm)
        chosen = profile_name if profile_name is not None else profile
        if chosen is not None:
            self.set_config_variable("profile", chosen)
            if chosen not in self.available_profiles:
                raise errors.ProfileNotFound(profile=chosen)
        if aws_access_key_id or aws_secret_access_key or aws_session_token:
            self.set_credentials(aws_access_key_id, aws_secret_access_key, aws_session_token, aws_account_id)

    def __repr__(self) -> str:
        return f"Session(region_name={self.region_name!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        if self.recipe is not None:
            return self.recipe
        from .recipe import session_recipe

        return _from_recipe, (session_recipe(self),)

    def __copy__(self) -> Session:
        return self

    def __deepcopy__(self, memo: Any) -> Session:
        return self

    # -- components ------------------------------------------------------------------------------

    def get_component(self, name: str) -> Any:
        """Return a component; ``UnknownComponentError`` names near matches."""
        return self.registry.get_component(name)

    def register_component(self, name: str, component: Any) -> None:
        """Put a component in place of the one of that name; clients made from now on get it."""
        self.registry.register_component(name, component)
        self._forget(name)

    def lazy_register_component(self, name: str, component: Callable[[], Any]) -> None:
        """Put a factory in place of the component of that name; it runs once, at first use."""
        self.registry.lazy_register_component(name, component)
        self._forget(name)

    def _forget(self, name: str) -> None:
        if name == "credential_provider" and self._keys is None:
            self._credentials = None

    @property
    def config_overrides(self) -> dict[str, Any]:
        """The settings that were given in code."""
        return self._overrides

    # -- events ----------------------------------------------------------------------------------

    @property
    def events(self) -> EventEmitter:
        """The session's emitter; a client copies it when it is made."""
        emitter: EventEmitter = self.get_component("event_emitter")
        return emitter

    def register(
        self, event_name: str, handler: Callable[..., Any], unique_id: Any = None, unique_id_uses_count: bool = False
    ) -> None:
        """Register a handler with the session's emitter."""
        self.events.register(event_name, handler, unique_id=unique_id, unique_id_uses_count=unique_id_uses_count)

    def unregister(
        self,
        event_name: str,
        handler: Callable[..., Any] | None = None,
        unique_id: Any = None,
        unique_id_uses_count: bool = False,
    ) -> None:
        """Take a handler off the session's emitter."""
        self.events.unregister(event_name, handler, unique_id=unique_id, unique_id_uses_count=unique_id_uses_count)

    def emit(self, event_name: str, **kwargs: Any) -> Any:
        """Emit an event of the session."""
        return self.events.emit(event_name, **kwargs)

    def emit_first_non_none_response(self, event_name: str, **kwargs: Any) -> Any:
        """Emit an event of the session and return the first response that is not ``None``."""
        return next((response for _, response in self.events.emit(event_name, **kwargs) if response is not None), None)

    # -- configuration ---------------------------------------------------------------------------

    def get_config_variable(self, logical_name: str) -> Any:
        """Return a setting: from this session, the environment, the files, or its default."""
        return self.get_component("config_store").get(logical_name)

    def set_config_variable(self, logical_name: str, value: Any) -> None:
        """Set a setting for this session, before every other source."""
        self.get_component("config_store").set_override(logical_name, value)
        if value is None:
            self._overrides.pop(logical_name, None)
        else:
            self._overrides[logical_name] = value
        if logical_name == "profile" and self._keys is None:
            self._credentials = None
            name = "credential_provider"
            self.registry.rewire(name)

    def explain(self, logical_name: str) -> Any:
        """Return a setting with its source (argument, variable, file and line, default) and what it shadows."""
        return self.get_component("config_store").explain(logical_name)

    @property
    def full_config(self) -> Mapping[str, Any]:
        """Both AWS files, read together: ``profiles``, ``sso_sessions``, ``services``."""
        config: Mapping[str, Any] = self.get_component("config_store").load_files()
        return config

    def get_scoped_config(self) -> Mapping[str, Any]:
        """Return the section of the profile; ``ProfileNotFound`` for a profile that was asked for and is not there."""
        profiles: Mapping[str, Mapping[str, Any]] = self.full_config.get("profiles", {})
        name = self.get_config_variable("profile")
        if name is None:
            return profiles.get("default", {})
        if name not in profiles:
            raise errors.ProfileNotFound(profile=name)
        return profiles[name]

    @property
    def profile(self) -> str | None:
        """The profile that was asked for, ``None`` for none."""
        name: str | None = self.get_config_variable("profile")
        return name

    @property
    def has_explicit_profile(self) -> bool:
        """Whether the profile was named in code, and not by the environment."""
        return "profile" in self._overrides

    @property
    def profile_name(self) -> str:
        """The profile in use."""
        return self.profile or "default"

    @property
    def available_profiles(self) -> list[str]:
        """The profiles of both AWS files."""
        return list(self.full_config.get("profiles", {}))

    @property
    def region_name(self) -> str | None:
        """The region in use."""
        region: str | None = self.get_config_variable("region")
        return region

    def set_default_client_config(self, client_config: Config | None) -> None:
        """Give every client of this session this configuration, under what it is given itself."""
        self.register_component("client_config", client_config)

    def get_default_client_config(self) -> Config | None:
        """Return the configuration that every client starts from."""
        config: Config | None = self.get_component("client_config")
        return config

    # -- credentials -----------------------------------------------------------------------------

    def set_credentials(
        self,
        access_key: str | None,
        secret_key: str | None,
        token: str | None = None,
        account_id: str | None = None,
    ) -> None:
        """Use these keys instead of the chain; ``PartialCredentialsError`` for half a pair."""
        self._keys = _whole_keys(access_key, secret_key, token, account_id)
        self._credentials = None

    @property
    def has_explicit_credentials(self) -> bool:
        """Whether keys were given in code."""
        return self._keys is not None

    def credentials_are_loaded(self) -> bool:
        """Whether ``get_credentials`` returns at once."""
        return self._credentials is not None or self._keys is not None

    def get_credentials(self) -> Any:
        """Return the session's credentials, resolved once; ``None`` if the chain has none.

        A chain without credentials is asked again at the next call.
        """
        found = self._credentials
        if found is None:
            if self._lock is None:
                with _locks:
                    self._lock = self._lock or ForkSafeLock()
            with self._lock:
                found = self._credentials
                if found is None:
                    found = self._credentials = self._load_credentials()
        return found

    def _load_credentials(self) -> Any:
        if self._keys is not None:
            return _credentials_of(self._keys)
        found = self.get_component("credential_provider").load_credentials()
        if getattr(found, "recipe", True) is None:
            from .recipe import SessionReference, credentials_of

            found.recipe = (credentials_of, (SessionReference(self),))
        keep_warm = getattr(found, "keep_warm", None)
        if keep_warm is not None and self.get_config_variable("credential_keep_warm"):
            keep_warm()
        return found

    def credential_attempts(self) -> Any:
        """Return the trace of the last resolve of the chain, an attempt per provider."""
        return getattr(self.get_component("credential_provider"), "last_trace", ())

    def explain_credentials(self) -> Any:
        """Run the chain and return what every provider said: outcome, reason, time, the setting that enables it."""
        return self.get_component("credential_provider").explain()

    def get_auth_token(self, *, signing_name: str | None = None) -> Any:
        """Return the bearer token for a service, or one that is bound to none; ``None`` if there is none.

        Its ``get_frozen_token()`` gives ``token`` and ``expiration`` of this moment.
        """
        return self.get_component("token_provider").load_token(signing_name)

    # -- clients ---------------------------------------------------------------------------------

    def client(
        self,
        service_name: str,
        region_name: str | None = None,
        api_version: str | None = None,
        use_ssl: bool = True,
        verify: bool | str | None = None,
        endpoint_url: str | None = None,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        config: Config | None = None,
        aws_account_id: str | None = None,
        *,
        credentials: Any = None,
    ) -> Any:
        """Make a client of a service; ``UnknownServiceError`` names near matches.

        ``verify`` is ``False`` or the path of a CA bundle. Keys given here, or
        ``credentials`` (an object that may refresh itself), are the client's
        own. Nothing is sent before the first call.
        """
        if aws_access_key_id is not None or aws_secret_access_key is not None:
            credentials = _credentials_of(
                _whole_keys(aws_access_key_id, aws_secret_access_key, aws_session_token, aws_account_id)
            )
        return self.make_client(
            ClientArguments(service_name, region_name, api_version, use_ssl, verify, endpoint_url, credentials, config)
        )

    create_client = client

    def make_client(self, arguments: ClientArguments) -> Any:
        """Make the client that is asked for."""
        hear_forks_first()
        return create_client(self, arguments)

    # -- models and regions ----------------------------------------------------------------------

    def get_available_services(self) -> list[str]:
        """Return the names of all services, private ones included."""
        services: list[str] = self.get_component("data_loader").list_available_services()
        return services

    def get_available_partitions(self) -> list[str]:
        """Return the names of all partitions."""
        partitions: list[str] = self.get_component("regions").get_available_partitions()
        return partitions

    def get_available_regions(
        self, service_name: str, partition_name: str = "aws", allow_non_regional: bool = False
    ) -> list[str]:
        """Return the regions of a partition in which a service has an endpoint, empty for an unknown service."""
        try:
            prefix = self.get_service_model(service_name).endpoint_prefix
        except errors.UnknownServiceError:
            return []
        regions: list[str] = self.get_component("regions").get_available_endpoints(
            prefix, partition_name, allow_non_regional
        )
        return regions

    def get_partition_for_region(self, region_name: str) -> str:
        """Return the partition of a region; ``UnknownRegionError`` if it fits none."""
        partition: str = self.get_component("regions").get_partition_for_region(region_name)
        return partition

    def get_service_model(self, service_name: str, api_version: str | None = None) -> Any:
        """Return the model of a service."""
        return self.get_component("data_loader").service_model(service_name, api_version)

    def get_service_data(self, service_name: str, api_version: str | None = None) -> Any:
        """Return the model of a service as a dictionary, without documentation."""
        return self.get_component("data_loader").load_service_model(service_name, "service-2", api_version)

    def get_data(self, data_path: str) -> Any:
        """Return a file of the models by its path (``s3/2006-03-01/waiters-2``)."""
        return self.get_component("data_loader").load_data(data_path)

    # -- pickling --------------------------------------------------------------------------------

    @property
    def _session(self) -> Session:
        return self

    def recipe_arguments(self) -> dict[str, Any]:
        """Return what makes an equal session elsewhere; for ``pickle``."""
        return {"overrides": dict(self._overrides), "client_config": self.get_default_client_config()}


def _whole_keys(access_key: str | None, secret_key: str | None, token: str | None, account_id: str | None) -> _Keys:
    if access_key and secret_key:
        return access_key, Secret(secret_key), Secret(token) if token else None, account_id
    missing = "aws_secret_access_key" if access_key else "aws_access_key_id"
    raise errors.PartialCredentialsError(provider="explicit", cred_var=missing)


def _credentials_of(keys: _Keys) -> Any:
    from ..providers.credentials import Credentials  # at the first call

    access_key, secret_key, token, account_id = keys
    return Credentials(access_key, secret_key.reveal(), token.reveal() if token else None, "explicit", account_id)


def _from_recipe(arguments: Mapping[str, Any]) -> Session:
    made = Session()
    for name, value in arguments["overrides"].items():
        made.set_config_variable(name, value)
    if arguments["client_config"] is not None:
        made.set_default_client_config(arguments["client_config"])
    return made


made_by(Session)
