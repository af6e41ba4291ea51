"""Keys in the shared credentials file (``~/.aws/credentials``): the ``shared-credentials-file`` provider."""

from collections.abc import Callable, Mapping
from typing import Any

from .credentials import ReadOnlyCredentials
from .profile_keys import read_keys
from .provider import CredentialProvider, NotConfigured
from .reloading import ReloadingCredentials

__all__ = ["SharedCredentialProvider"]


class SharedCredentialProvider(CredentialProvider):
    """Keys of a profile in the shared credentials file.

    ``load_profiles()`` returns the file's sections as a mapping of mappings; it
    is called for every attempt, so it must keep what it parsed until the file
    changes. A rewritten file is thus seen at the next call, without a restart.
    """

    METHOD = "shared-credentials-file"
    CANONICAL_NAME = "SharedCredentials"

    def __init__(
        self,
        load_profiles: Callable[[], Mapping[str, Mapping[str, Any]]],
        profile_name: str | None = None,
        *,
        path: str = "~/.aws/credentials",
    ) -> None:
        super().__init__()
        self._load_profiles = load_profiles
        self._profile_name = profile_name or "default"
        self._path = path
        self._seen: tuple[Any, ReadOnlyCredentials | None] = (None, None)  # one value: threads replace it whole

    def load(self) -> Any:
        """Return the keys; raises ``PartialCredentialsError`` for an access key id without its secret."""
        found = self._read()
        if found is None:
            profile = self._profile_name
            return NotConfigured(
                f"no aws_access_key_id in profile {profile!r} of {self._path}",
                f"put aws_access_key_id and aws_secret_access_key under [{profile}] in {self._path}",
            )
        return ReloadingCredentials(found, self._read, method=self.METHOD, each_time=True)

    def source(self) -> str:
        """Name the file and the profile in it."""
        return f"[{self._profile_name}] in {self._path}"

    def _read(self) -> ReadOnlyCredentials | None:
        profiles = self._load_profiles()
        seen, found = self._seen
        if profiles is not seen:
            found = read_keys(profiles.get(self._profile_name) or {}, self.METHOD)
            self._seen = (profiles, found)
        return found
