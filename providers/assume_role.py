"""Credentials of a role that a profile names: the ``assume-role`` provider.

Source: the AWS SDKs and Tools reference guide ("Assume role credential provider").
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from ..components.errors import CredentialRetrievalError, InfiniteLoopConfigError, InvalidConfigError
from .profile_keys import Profiles, assumes_role, has_keys, profiles_of
from .provider import CredentialProvider, NotConfigured
from .resolver import CredentialResolver

if TYPE_CHECKING:  # loaded at first use: most profiles assume no role
    from .assume_role_fetcher import CreateClient, Prompter
    from .refresh import DeferredRefreshableCredentials
    from .role_config import RoleConfig
    from .sharing import Sharing

__all__ = ["AssumeRoleProvider"]

_PERSON: Final = 120.0  # seconds for a person to find the device and type its code
_ARGUMENTS: Final = (
    ("RoleSessionName", "role_session_name"),
    ("ExternalId", "external_id"),
    ("DurationSeconds", "duration_seconds"),
    ("SerialNumber", "mfa_serial"),
)


class AssumeRoleProvider(CredentialProvider):
    """Assume the role of a profile with the credentials of another profile or source.

    ``profile_providers(name)`` gives the providers to ask, in order, for the
    credentials of a source profile that assumes no role itself;
    ``credential_sources()`` those that ``credential_source`` may name by their
    ``CANONICAL_NAME``. ``sts_scope()`` tells which STS would be called, for the
    name of the shared entry. Nothing is sent to STS before somebody needs the
    credentials. A broken configuration stops the chain. Credentials for which a
    person is asked for a code are used to their last minute; who else needs
    them meanwhile waits two minutes for the answer.
    """

    METHOD = "assume-role"
    CANONICAL_NAME = None

    def __init__(
        self,
        load_config: Callable[[], Mapping[str, Any]],
        create_client: "CreateClient",
        profile_name: str | None = None,
        *,
        profile_providers: Callable[[str], Iterable[Any]],
        credential_sources: Callable[[], Sequence[Any]],
        sts_scope: Callable[[], Mapping[str, str | None]] | None = None,
        region_name: Callable[[], str | None] | None = None,
        mfa_prompter: "Prompter | None" = None,
        sharing: "Sharing | None" = None,
        clock: Callable[[], float] = time.time,
        random: Callable[[], float] | None = None,
    ) -> None:
        super().__init__()
        self._load_config = load_config
        self._create_client = create_client
        self._profile_name = profile_name or "default"
        self._profile_providers = profile_providers
        self._credential_sources = credential_sources
        self._sts_scope = sts_scope
        self._region_name = region_name
        self._mfa_prompter = mfa_prompter
        self._sharing = sharing
        self._clock = clock
        self._random = random

    def load(self) -> Any:
        """Return the role's credentials, to be fetched at first use."""
        profiles = profiles_of(self._load_config())
        name = self._profile_name
        if not assumes_role(profiles.get(name) or {}):
            return NotConfigured(
                f"no role_arn in profile {name!r}", "set role_arn and source_profile (or credential_source) in it"
            )
        return self._role_of(profiles, name, (name,))

    def source(self) -> str:
        """Name the role and the profile that wants it."""
        role = (profiles_of(self._load_config()).get(self._profile_name) or {}).get("role_arn")
        return f"{role} of profile {self._profile_name!r}"

    def _role_of(self, profiles: Profiles, name: str, visited: tuple[str, ...]) -> "DeferredRefreshableCredentials":
        from .assume_role_fetcher import AssumeRoleCredentialFetcher
        from .refresh import DeferredRefreshableCredentials
        from .refresh_policy import MANDATORY_WINDOW
        from .role_config import read_role

        role = read_role(name, profiles[name])
        source = self._source_of(profiles, role, visited)
        arguments = {api: value for api, field in _ARGUMENTS if (value := getattr(role, field)) is not None}
        fetcher = AssumeRoleCredentialFetcher(
            self._create_client,
            source,
            role.role_arn,
            arguments,
            self._mfa_prompter,
            region_name=self._region_name() if self._region_name is not None else None,
            clock=self._clock,
        )

        def identify() -> Any:
            return fetcher.cache_identity(self._sts_scope() if self._sts_scope is not None else None)

        return DeferredRefreshableCredentials(
            fetcher.fetch_credentials,
            self.METHOD,
            sharing=self._sharing,
            identity=None if self._sharing is None else identify(),
            identify=identify,
            clock=self._clock,
            random=self._random,
            longest_fetch=_PERSON if role.mfa_serial else 0.0,
            advisory_timeout=MANDATORY_WINDOW if role.mfa_serial else None,
        )

    def _source_of(self, profiles: Profiles, role: "RoleConfig", visited: tuple[str, ...]) -> Any:
        if role.credential_source is not None:
            return self._from_source(role.credential_source, role.profile)
        name = str(role.source_profile)
        if name not in profiles:
            raise InvalidConfigError(
                error_msg=f"The profile {role.profile!r} names the source_profile {name!r}, which does not exist."
            )
        profile = profiles[name]
        if not has_keys(profile):
            if name in visited:
                raise InfiniteLoopConfigError(
                    source_profile=name, visited_profiles=list(visited), cycle=" → ".join((*visited, name))
                )
            if assumes_role(profile):
                return self._role_of(profiles, name, (*visited, name))
        found = CredentialResolver(self._profile_providers(name)).load_credentials()
        if found is None:
            raise InvalidConfigError(
                error_msg=f"The profile {role.profile!r} names the source_profile {name!r}, which has no credentials."
            )
        return found

    def _from_source(self, source: str, profile: str) -> Any:
        providers = [provider for provider in self._credential_sources() if provider.CANONICAL_NAME]
        for provider in providers:
            if provider.CANONICAL_NAME.lower() == source.lower():
                found = provider.load()
                if not found:
                    reason = f": {found.reason}" if isinstance(found, NotConfigured) else ""
                    raise CredentialRetrievalError(
                        provider=source,
                        error_msg=f"the credential_source of profile {profile!r} has no credentials{reason}",
                    )
                return found
        known = ", ".join(provider.CANONICAL_NAME for provider in providers)
        raise InvalidConfigError(
            error_msg=f"The credential_source {source!r} of profile {profile!r} does not exist; use one of: {known}."
        )
