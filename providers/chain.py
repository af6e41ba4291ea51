"""The default chain of credential providers: one visible list."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from os.path import expanduser
from typing import TYPE_CHECKING, Any

from ..components.configfile import load_full_config
from .assume_role import AssumeRoleProvider
from .boto_config import BotoProvider
from .config_file import ConfigProvider
from .container import ContainerProvider
from .ec2_credentials_file import OriginalEC2Provider
from .env import EnvProvider
from .instance_metadata import InstanceMetadataFetcher, InstanceMetadataProvider
from .login import LoginProvider
from .order import fit_in
from .process import ProcessProvider
from .profile_keys import profiles_of
from .provider import CredentialProvider
from .resolver import CredentialResolver
from .shared_credentials import SharedCredentialProvider
from .sso import SSOProvider
from .web_identity import AssumeRoleWithWebIdentityProvider

if TYPE_CHECKING:
    from .assume_role_fetcher import Prompter
    from .sharing import Sharing

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
    credentials=)`` makes clients, ``endpoint_url(service)`` tells what is
    configured for them. ``sharing`` is the host's ``SharedFetch``, or
    ``None`` for credentials that stay in this process. ``expand_path`` replaces
    ``~`` in the paths that variables name. ``installed()`` gives the providers
    that other packages bring.
    """

    __slots__ = (
        "clock",
        "config_path",
        "create_client",
        "credentials_path",
        "endpoint_url",
        "environ",
        "expand_path",
        "explicit_profile",
        "installed",
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
        endpoint_url: Callable[[str], str | None] = _nothing,
        sharing: "Sharing | None" = None,
        installed: Callable[[], Sequence[CredentialProvider]] = tuple,
        mfa_prompter: "Prompter | None" = None,
        user_agent: str | None = None,
        config_path: str = "~/.aws/config",
        credentials_path: str = "~/.aws/credentials",
        expand_path: Callable[[str], str] = expanduser,
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
        self.endpoint_url = endpoint_url
        self.sharing = sharing
        self.installed = installed
        self.mfa_prompter = mfa_prompter
        self.user_agent = user_agent
        self.config_path = config_path
        self.credentials_path = credentials_path
        self.expand_path = expand_path
        self.clock = clock
        self.random = random


def create_credential_resolver(context: ProviderContext) -> CredentialResolver:
    """Return the default chain, with what installed packages bring.

    A profile that the program named itself takes the environment out of it.
    Raises ``ResolverOrderError`` for providers that cannot be put in order.
    """
    env = EnvProvider(context.environ, clock=context.clock)
    container = ContainerProvider(context.environ, sharing=context.sharing, clock=context.clock, random=context.random)
    instance = InstanceMetadataProvider(
        _instance_fetcher(context), sharing=context.sharing, clock=context.clock, random=context.random
    )
    assume_role = AssumeRoleProvider(
        context.load_config,
        context.create_client,
        context.profile_name,
        profile_providers=lambda name: _of_profile(context, name, None),
        credential_sources=lambda: (env, instance, container),
        sts_scope=context.sts_scope,
        region_name=context.region_name,
        mfa_prompter=context.mfa_prompter,
        sharing=context.sharing,
        clock=context.clock,
        random=context.random,
    )
    chain: list[CredentialProvider] = [
        env,
        assume_role,
        *_of_profile(context, context.profile_name, None if context.explicit_profile else context.environ),
        OriginalEC2Provider(context.environ, context.expand_path),
        BotoProvider(context.environ, context.expand_path),
        container,
        instance,
    ]
    chain = fit_in(chain, context.installed(), default_before=container.METHOD)
    if context.explicit_profile:
        chain.remove(env)
    return CredentialResolver(chain, sharing=context.sharing)


def _of_profile(context: ProviderContext, name: str, environ: Mapping[str, str] | None) -> list[CredentialProvider]:
    """Return the providers that find credentials of one profile without other ones to assume a role with, in order.

    ``environ`` is what the variables of a web identity are looked up in, ``None`` for the profile alone.
    """
    return [
        AssumeRoleWithWebIdentityProvider(
            context.load_config,
            context.create_client,
            name,
            environ=environ,
            sts_scope=context.sts_scope,
            region_name=context.region_name,
            sharing=context.sharing,
            clock=context.clock,
            random=context.random,
        ),
        SSOProvider(context.load_config, context.create_client, name, **_signing_in(context)),
        SharedCredentialProvider(context.load_credentials_file, name, path=context.credentials_path),
        LoginProvider(context.load_config, context.create_client, name, **_signing_in(context)),
        ProcessProvider(
            name,
            context.load_config,
            environ=context.environ,
            timeout=lambda: context.setting("credential_process_timeout"),
            sharing=context.sharing,
            clock=context.clock,
            random=context.random,
        ),
        ConfigProvider(context.load_config, name, path=context.config_path),
    ]


def _signing_in(context: ProviderContext) -> dict[str, Any]:
    """Return what providers need that a person has signed in for."""
    return {
        "environ": context.environ,
        "endpoint_url": context.endpoint_url,
        "sharing": context.sharing,
        "clock": context.clock,
        "random": context.random,
    }


def _instance_fetcher(context: ProviderContext) -> InstanceMetadataFetcher:
    return InstanceMetadataFetcher.by_settings(context.setting, context.environ, context.user_agent)
