"""Keys in the configuration file of boto 2: the ``boto-config`` provider."""

import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from ..components.configfile import load_full_config
from ..components.errors import PartialCredentialsError
from .credentials import ReadOnlyCredentials
from .provider import CredentialProvider, NotConfigured
from .reloading import ReloadingCredentials

__all__ = ["BotoProvider"]

_VARIABLE: Final = "BOTO_CONFIG"
_PATHS: Final = ("/etc/boto.cfg", "~/.boto")
_SECTION: Final = "Credentials"


class BotoProvider(CredentialProvider):
    """Keys under ``[Credentials]`` in the file that ``BOTO_CONFIG`` names, else in ``/etc/boto.cfg`` or ``~/.boto``.

    The first file with an access key id counts. A rewritten file is seen at the
    next call. A malformed file stops the chain (``ConfigParseError``).
    """

    METHOD = "boto-config"
    CANONICAL_NAME = "Boto2Config"

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        expand_path: Callable[[str], str] = os.path.expanduser,
        paths: tuple[str, ...] = _PATHS,
    ) -> None:
        super().__init__()
        self._environ = os.environ if environ is None else environ
        self._expand = expand_path
        self._paths = paths
        self._found: str | None = None

    def load(self) -> Any:
        """Return the keys; raises ``PartialCredentialsError`` for an access key id without its secret."""
        named = self._environ.get(_VARIABLE)
        paths = [self._expand(path) for path in ((named,) if named else self._paths)]
        for path in paths:
            if (found := self._read(path)) is not None:
                self._found = path
                return ReloadingCredentials(found, partial(self._read, path), method=self.METHOD, each_time=True)
        return NotConfigured(
            f"no aws_access_key_id under [{_SECTION}] in {' or '.join(paths)}",
            f"set {_VARIABLE} to a file that has it, or rather use ~/.aws/credentials",
        )

    def source(self) -> str:
        """Name the file."""
        return f"[{_SECTION}] in {self._found}"

    def _read(self, path: str) -> ReadOnlyCredentials | None:
        keys = load_full_config(path, "").get(_SECTION) or {}
        access_key = keys.get("aws_access_key_id")
        if not access_key:
            return None
        secret_key = keys.get("aws_secret_access_key")
        if not secret_key:
            raise PartialCredentialsError(provider=self.METHOD, cred_var="aws_secret_access_key")
        return ReadOnlyCredentials(access_key, secret_key)
