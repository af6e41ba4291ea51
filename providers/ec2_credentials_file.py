"""Keys in the file of the old EC2 command line tools: the ``ec2-credentials-file`` provider."""

import os
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..components.errors import ConfigNotFound, CredentialRetrievalError, PartialCredentialsError
from .credentials import ReadOnlyCredentials
from .provider import CredentialProvider, NotConfigured
from .reloading import ReloadingCredentials

__all__ = ["OriginalEC2Provider"]

_VARIABLE: Final = "AWS_CREDENTIAL_FILE"
_ACCESS_KEY: Final = "AWSAccessKeyId"
_SECRET_KEY: Final = "AWSSecretKey"  # noqa: S105 - the name of a key


class OriginalEC2Provider(CredentialProvider):
    """Keys in the file that ``AWS_CREDENTIAL_FILE`` names: lines of ``AWSAccessKeyId=...`` and ``AWSSecretKey=...``.

    A rewritten file is seen at the next call. A file that is not there, or
    cannot be read, stops the chain.
    """

    METHOD = "ec2-credentials-file"
    CANONICAL_NAME = "Ec2Config"

    def __init__(
        self, environ: Mapping[str, str] | None = None, expand_path: Callable[[str], str] = os.path.expanduser
    ) -> None:
        super().__init__()
        self._environ = os.environ if environ is None else environ
        self._expand = expand_path
        self._seen: tuple[Any, ReadOnlyCredentials | None] = (None, None)  # one value: threads replace it whole

    def load(self) -> Any:
        """Return the keys; raises ``ConfigNotFound``, and ``PartialCredentialsError`` for half a pair."""
        path = self._environ.get(_VARIABLE)
        if not path:
            return NotConfigured(f"{_VARIABLE} is not set", f"set {_VARIABLE} to a file with {_ACCESS_KEY}")
        path = self._expand(path)
        found = self._read(path)
        if found is None:
            return NotConfigured(f"no {_ACCESS_KEY} in {path}", f"put {_ACCESS_KEY} and {_SECRET_KEY} into it")
        return ReloadingCredentials(found, lambda: self._read(path), method=self.METHOD, each_time=True)

    def source(self) -> str:
        """Name the file."""
        return self._expand(self._environ.get(_VARIABLE, ""))

    def _read(self, path: str) -> ReadOnlyCredentials | None:
        try:
            status = os.stat(path)
            fingerprint = (status.st_mtime_ns, status.st_size, status.st_ino)
            seen, found = self._seen
            if fingerprint != seen:
                with open(path, encoding="utf-8") as file:
                    found = self._parse(file.read())
                self._seen = (fingerprint, found)
        except (FileNotFoundError, NotADirectoryError):
            raise ConfigNotFound(path=path) from None
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise CredentialRetrievalError(
                provider=self.METHOD, error_msg=f"the file {path} that {_VARIABLE} names cannot be read: {reason}"
            ) from None
        return found

    def _parse(self, text: str) -> ReadOnlyCredentials | None:
        lines = (line.partition("=") for line in text.splitlines())
        values = {name.strip(): value.strip() for name, separator, value in lines if separator}
        if not values.get(_ACCESS_KEY):
            return None
        if not values.get(_SECRET_KEY):
            raise PartialCredentialsError(provider=self.METHOD, cred_var=_SECRET_KEY)
        return ReadOnlyCredentials(values[_ACCESS_KEY], values[_SECRET_KEY])
