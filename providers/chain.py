"""The default chain of credential providers: one visible list."""

import os
import time
from collections.abc import Callable, Mapping
from os.path import expanduser
from typing import TYPE_CHECKING, Any

from ..components.configfile import load_full_config
from .assume_role import AssumeRoleProvider
from .config_file import ConfigProvider
from .container import ContainerProvider
from .env import EnvProvider
from .instance_metadata import InstanceMetadataFetcher, InstanceMetadataProvider
from .profile_keys import profiles_of
from .resolver import CredentialResolver
from .shared_credentials import SharedCredentialProvider

if TYPE_CHECKING:
    from .assume_role_fetcher import Prompter
    from .refresh import Sharing

__all__ = ["ProviderContext", "create_credential_resolver"]


def _no_client(service: str, **options: Any) -> Any:
    from ..components.errors import InvalidConfigError

    raise InvalidConfigError(error_msg=f"Nothing was given that creates clients, so {service} cannot be called.")


def _nothing(name: str) -> Any:
    return None


class ProviderContext:
    """What providers need of the world around them; all of it injectable.

    ``load_config()`` returns the full configuration (``{"profiles": {...}}``)
    and ``load_credentials_file()`` the profiles of the credentials file alone;
    both must keep what they parsed until the file changes (the same object
    means unchanged). By default they read the two paths. ``profile_name`` is the profile in use,
    ``explicit_profile`` whether the program named it (and not the
    environment). ``setting(name)`` reads a configuration variable
    (``metadata_service_timeout``, ...); ``create_client(service, region_name=,
    credentials=)`` makes clients. ``sharing`` is the host's ``SharedFetch``, or
    ``None`` for credentials that stay in this process.
    """

    __slots__ = (
        "clock",
        "config_path",
        "create_client",
        "credentials_path",
        "environ",
        "explicit_profile",
        "load_config",
        "load_credentials_file",
        "mfa_prompter",
        "profile_name",
        "random",
        "region_name",
        "setting",
        "sharing",
        "sts_scope",
        "user_agent",
    )

    def __init__(
        self,
        *,
        environ: Mapping[str, str] | None = None,
        load_config: Callable[[], Mapping[str, Any]] | None = None,
        load_credentials_file: Callable[[], Mapping[str, Mapping[str, Any]]] | None = None,
        profile_name: str | None = None,
        explicit_profile: bool = False,
        setting: Callable[[str], Any] = _nothing,
        create_client: Callable[..., Any] = _no_client,
        region_name: Callable[[], str | None] | None = None,
        sts_scope: Callable[[], Mapping[str, str | None]] | None = None,
        sharing: "Sharing | None" = None,
        mfa_prompter: "Prompter | None" = None,
        user_agent: str | None = None,
        config_path: str = "~/.aws/config",
        credentials_path: str = "~/.aws/credentials",
        clock: Callable[[], float] = time.time,
        random: Callable[[], float] | None = None,
    ) -> None:
        self.environ = os.environ if environ is None else environ
        self.load_config = load_config or (
            lambda: load_full_config(expanduser(config_path), expanduser(credentials_path))
        )
        self.load_credentials_file = load_credentials_file or (
            lambda: profiles_of(load_full_config("", expanduser(credentials_path)))
        )
        self.profile_name = profile_name or "default"
        self.explicit_profile = explicit_profile
        self.setting = setting
        self.create_client = create_client
        self.region_name = region_name
        self.sts_scope = sts_scope
        self.sharing = sharing
        self.mfa_prompter = mfa_prompter
        self.user_agent = user_agent
        self.config_path = config_path
        self.credentials_path = credentials_path
        self.clock = clock
        self.random = random


def create_credential_resolver(context: ProviderContext) -> CredentialResolver:
    """Return the default chain; a profile that the program named itself takes the environment out of it."""
    env = EnvProvider(context.environ, clock=context.clock)
    container = ContainerProvider(context.environ, sharing=context.sharing, clock=context.clock, random=context.random)
    instance = InstanceMetadataProvider(
        _instance_fetcher(context), sharing=context.sharing, clock=context.clock, random=context.random
    )
    assume_role = AssumeRoleProvider(
        context.load_config,
        context.create_client,
        context.profile_name,
        profile_providers=lambda name: _of_profile(context, name),
        credential_sources=lambda: (env, instance, container),
        sts_scope=context.sts_scope,
        region_name=context.region_name,
        mfa_prompter=context.mfa_prompter,
        sharing=context.sharing,
        clock=context.clock,
        random=context.random,
    )
    shared_credentials, config_file = _of_profile(context, context.profile_name)
    chain = [env, assume_role, shared_credentials, config_file, container, instance]
    if context.explicit_profile:
        chain.remove(env)
    return CredentialResolver(chain, sharing=context.sharing)


def _of_profile(context: ProviderContext, name: str) -> tuple[SharedCredentialProvider, ConfigProvider]:
    """Return the providers that read keys of one profile, in order."""
    return (
        SharedCredentialProvider(context.load_credentials_file, name, path=context.credentials_path),
        ConfigProvider(context.load_config, name, path=context.config_path),
    )


def _instance_fetcher(context: ProviderContext) -> InstanceMetadataFetcher:
    return InstanceMetadataFetcher.by_settings(context.setting, context.environ, context.user_agent)
