"""Keys in the shared configuration file (``~/.aws/config``): the ``config-file`` provider."""

from collections.abc import Callable, Mapping
from typing import Any

from .credentials import ReadOnlyCredentials
from .profile_keys import profiles_of, read_keys
from .provider import CredentialProvider, NotConfigured
from .reloading import ReloadingCredentials

__all__ = ["ConfigProvider"]


class ConfigProvider(CredentialProvider):
    """Keys of a profile in the configuration file.

    ``load_config()`` returns the full configuration (``{"profiles": {...}}``)
    and keeps it until a file changes, as it is called for every attempt.
    """

    METHOD = "config-file"
    CANONICAL_NAME = "SharedConfig"

    def __init__(
        self,
        load_config: Callable[[], Mapping[str, Any]],
        profile_name: str | None = None,
        *,
        path: str = "~/.aws/config",
    ) -> None:
        super().__init__()
        self._load_config = load_config
        self._profile_name = profile_name or "default"
        self._path = path
        self._seen: tuple[Any, ReadOnlyCredentials | None] = (None, None)  # one value: threads replace it whole

    def load(self) -> Any:
        """Return the keys; raises ``PartialCredentialsError`` for an access key id without its secret."""
        found = self._read()
        if found is None:
            return NotConfigured(
                f"no aws_access_key_id in profile {self._profile_name!r} of {self._path}",
                f"put aws_access_key_id and aws_secret_access_key under [{self._section()}] in {self._path}",
            )
        return ReloadingCredentials(found, self._read, method=self.METHOD, each_time=True)

    def source(self) -> str:
        """Name the file and the profile in it."""
        return f"[{self._section()}] in {self._path}"

    def _section(self) -> str:
        return "default" if self._profile_name == "default" else f"profile {self._profile_name}"

    def _read(self) -> ReadOnlyCredentials | None:
        config = self._load_config()
        seen, found = self._seen
        if config is not seen:
            found = read_keys(profiles_of(config).get(self._profile_name) or {}, self.METHOD)
            self._seen = (config, found)
        return found
