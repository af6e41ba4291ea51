"""Credentials of a container: the ``container-role`` provider (ECS task roles, EKS Pod Identity, Greengrass).

Source: the AWS SDKs and Tools reference guide ("Container credential provider").
"""

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from ..components.errors import CredentialRetrievalError, MetadataRetrievalError
from .provider import CredentialProvider, NotConfigured

if TYPE_CHECKING:  # loaded at first use: most processes are in no container
    from ..components.cache import EntryIdentity
    from .metadata_client import MetadataClient
    from .sharing import Sharing

__all__ = ["ContainerProvider"]

_RELATIVE: Final = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
_FULL: Final = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
_TOKEN: Final = "AWS_CONTAINER_AUTHORIZATION_TOKEN"  # noqa: S105 - the name of a variable
_TOKEN_FILE: Final = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"  # noqa: S105 - the name of a variable
_ECS_HOST: Final = "http://169.254.170.2"
_HOSTS: Final = frozenset({"169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost"})
_TIMEOUT: Final = 2.0
_ATTEMPTS: Final = 3


class ContainerProvider(CredentialProvider):
    """Credentials from the endpoint that the container's environment names.

    The relative URI wins over the full one; a full URI may use plain HTTP only
    to a loopback address or one of the link-local endpoints of ECS and EKS. The
    token file is read again for every request. An endpoint that is named and
    fails stops the chain (``CredentialRetrievalError``).
    """

    METHOD = "container-role"
    CANONICAL_NAME = "EcsContainer"

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        client: "MetadataClient | None" = None,
        *,
        sharing: "Sharing | None" = None,
        clock: Callable[[], float] = time.time,
        random: Callable[[], float] | None = None,
    ) -> None:
        super().__init__()
        self._environ = os.environ if environ is None else environ
        self._client = client
        self._sharing = sharing
        self._clock = clock
        self._random = random

    def load(self) -> Any:
        """Fetch the first set."""
        if not self._environ.get(_RELATIVE) and not self._environ.get(_FULL):
            return NotConfigured(
                f"neither {_RELATIVE} nor {_FULL} is set", "run in an ECS task or EKS pod that has a role"
            )
        from .refresh import DeferredRefreshableCredentials

        credentials = DeferredRefreshableCredentials(
            self._fetch,
            self.METHOD,
            sharing=self._sharing,
            identity=self.cache_identity(),
            identify=self.cache_identity,
            clock=self._clock,
            random=self._random,
        )
        credentials.get_frozen_credentials()
        return credentials

    def source(self) -> str:
        """Name the endpoint's host; its path may be as good as a secret."""
        from urllib.parse import urlsplit

        return f"the container endpoint at {urlsplit(self._url()).netloc}"

    def cache_identity(self) -> "EntryIdentity | None":
        """Return the endpoint, whom its token stands for, and the host and container that we are."""
        if self._sharing is None:
            return None
        from ..components.cache import EntryIdentity
        from ..components.hostid import host_attributes
        from .token_file import subject_of

        token = self._token()
        subject = None if token is None else subject_of(token)
        return EntryIdentity.of(self.METHOD, endpoint=self._url(), token_subject=subject, **host_attributes())

    def _fetch(self) -> Mapping[str, Any]:
        headers = {"Accept": "application/json"}
        if (token := self._token()) is not None:
            headers["Authorization"] = token
        try:
            answer = self._metadata_client().request("GET", self._url(), headers)
        except MetadataRetrievalError as failure:
            error = self._broken(f"container endpoint: {failure.kwargs['error_msg']}")
            if (seconds := getattr(failure, "retry_after", None)) is not None:
                error.retry_after = seconds  # type: ignore[attr-defined] # read by SharedFetch
            raise error from failure
        if answer.status != 200:
            raise self._broken(f"container endpoint: {answer.said()}")
        return self._read(answer.body)

    def _metadata_client(self) -> "MetadataClient":
        if self._client is None:
            from .metadata_client import MetadataClient

            self._client = MetadataClient(timeout=_TIMEOUT, attempts=_ATTEMPTS)
        return self._client

    def _url(self) -> str:
        relative = self._environ.get(_RELATIVE)
        if relative:
            if not relative.startswith("/"):
                raise self._broken(f"{_RELATIVE} does not begin with a slash")
            return _ECS_HOST + relative
        from urllib.parse import urlsplit

        full = self._environ.get(_FULL, "")
        try:
            parts = urlsplit(full)
        except ValueError:
            parts = urlsplit("")
        host = parts.hostname
        if not host or parts.scheme not in ("http", "https"):
            raise self._broken(f"{_FULL} is no http or https URL")
        if parts.scheme == "http" and host not in _HOSTS and not _is_loopback(host):
            raise self._broken(
                f"{_FULL} names the host {host!r}: plain HTTP is allowed to a loopback address and to "
                f"{', '.join(sorted(_HOSTS))}; use https for any other"
            )
        return full

    def _token(self) -> str | None:
        path = self._environ.get(_TOKEN_FILE)
        if path:
            from .token_file import read_token_file

            token: str | None = read_token_file(path, self.METHOD, _TOKEN_FILE)
            source = _TOKEN_FILE
        else:
            token, source = self._environ.get(_TOKEN), _TOKEN
        if not token:
            return None
        if "\r" in token or "\n" in token:
            raise self._broken(f"the token of {source} holds a line break")
        return token

    def _read(self, body: bytes) -> Mapping[str, Any]:
        from .document import check_keys, read_object

        try:
            document = read_object(body)
            check_keys(document, "AccessKeyId", "SecretAccessKey", "Token")
        except ValueError as error:
            raise self._broken(f"container endpoint: it answered with {error}") from None
        return {
            "access_key": document["AccessKeyId"],
            "secret_key": document["SecretAccessKey"],
            "token": document["Token"],
            "expiry_time": document.get("Expiration"),
            "account_id": document.get("AccountId"),
        }

    def _broken(self, reason: str) -> CredentialRetrievalError:
        return CredentialRetrievalError(provider=self.METHOD, error_msg=reason)


def _is_loopback(host: str) -> bool:
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
