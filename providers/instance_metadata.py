"""Credentials of the role attached to an EC2 instance: the ``iam-role`` provider and its IMDS client.

Sources: the EC2 user guide ("Use the Instance Metadata Service to access
instance metadata") and the AWS SDKs and Tools reference guide ("IMDS
credential provider").
"""

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from ..components.errors import InvalidIMDSEndpointError, InvalidIMDSEndpointModeError, MetadataRetrievalError
from .provider import CredentialProvider, NotConfigured, Unavailable

if TYPE_CHECKING:  # loaded at first use: most processes get no further than the environment
    from ..components.cache import EntryIdentity
    from .metadata_client import MetadataAnswer, MetadataClient, MetadataUnavailableError
    from .sharing import Sharing

__all__ = ["InstanceMetadataFetcher", "InstanceMetadataProvider"]

_IPV4: Final = "http://169.254.169.254/"
_IPV6: Final = "http://[fd00:ec2::254]/"
_TOKEN_PATH: Final = "latest/api/token"  # noqa: S105 - a path
_ROLES_PATH: Final = "latest/meta-data/iam/security-credentials/"
_EXTENDED_PATH: Final = "latest/meta-data/iam/security-credentials-extended/"
_TOKEN_SECONDS: Final = 21600
_REGION_PATH: Final = "latest/meta-data/placement/region"
_SETTINGS: Final = (
    "account_id_endpoint_mode",
    "ec2_instance_profile_name",
    "ec2_metadata_disabled",
    "ec2_metadata_service_endpoint",
    "ec2_metadata_service_endpoint_mode",
    "ec2_metadata_v1_disabled",
    "imds_use_ipv6",
)
_WITHOUT_TOKENS: Final = frozenset({403, 404, 405})


class InstanceMetadataFetcher:
    """Get the role's credentials from IMDS: version 2, and version 1 where there is nothing else.

    ``config`` has ``ec2_metadata_service_endpoint``, its ``_endpoint_mode``
    (``ipv4`` or ``ipv6``) and ``ec2_metadata_v1_disabled``; ``base_url`` wins
    over them. ``ec2_instance_profile_name`` asks for that profile by the
    extended path, whose answer names the account; ``account_id_endpoint_mode``
    ``required`` tries that path first. Version 1 is used when the token request is answered with 403,
    404 or 405, or not at all (the answer's hop limit may not reach a
    container, but the connection does). A token is used again until it ends, and never in a forked
    child. Safe in threads.
    """

    def __init__(
        self,
        timeout: float = 1.0,
        num_attempts: int = 1,
        base_url: str | None = None,
        env: Mapping[str, str] | None = None,
        user_agent: str | None = None,
        config: Mapping[str, Any] | None = None,
        *,
        client: "MetadataClient | None" = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        config = config or {}
        environ = os.environ if env is None else env
        self._disabled = _truth(config.get("ec2_metadata_disabled") or environ.get("AWS_EC2_METADATA_DISABLED"))
        self._v1_disabled = _truth(config.get("ec2_metadata_v1_disabled"))
        self._base_url = base_url
        self._config = config
        self._client = client
        self._manners = (timeout, num_attempts, user_agent)
        self._monotonic = monotonic
        self._token: tuple[str, float, int] | None = None
        self._extended = str(config.get("account_id_endpoint_mode")).lower() == "required"

    @property
    def profile_name(self) -> str | None:
        """The instance profile that the configuration names, ``None`` to ask the service for one."""
        name: str | None = self._config.get("ec2_instance_profile_name") or None
        return name

    @classmethod
    def by_settings(
        cls, setting: Callable[[str], Any], env: Mapping[str, str] | None = None, user_agent: str | None = None
    ) -> "InstanceMetadataFetcher":
        """Make a fetcher by the settings of a session, which ``setting`` gives by name."""
        return cls(
            timeout=float(setting("metadata_service_timeout") or 1),
            num_attempts=int(setting("metadata_service_num_attempts") or 1),
            env=env,
            user_agent=user_agent,
            config={name: setting(name) for name in _SETTINGS},
        )

    @property
    def disabled(self) -> bool:
        """Whether ``AWS_EC2_METADATA_DISABLED`` turned the service off."""
        return self._disabled

    @property
    def base_url(self) -> str:
        """The endpoint, ending in a slash.

        Raises ``InvalidIMDSEndpointError`` and ``InvalidIMDSEndpointModeError``.
        """
        url = self._base_url or self._config.get("ec2_metadata_service_endpoint")
        if not url:
            return self._url_of_mode()
        from urllib.parse import urlsplit

        try:
            parts = urlsplit(url)
            proper = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            proper = False
        if not proper:
            raise InvalidIMDSEndpointError(endpoint=url)
        return str(url).rstrip("/") + "/"

    def retrieve_iam_role_credentials(self) -> dict[str, Any]:
        """Return ``role_name``, ``access_key``, ``secret_key``, ``token``, ``expiry_time``, or ``{}`` for none."""
        if self._disabled:
            return {}
        try:
            return self.fetch()
        except MetadataRetrievalError:
            return {}

    def fetch(self) -> dict[str, Any]:
        """Return the credentials as above; raises ``MetadataUnavailableError`` that says why there are none."""
        base, until = self.base_url, self._metadata_client().until()
        if self.profile_name is not None:
            return self._fetch_named(base, _EXTENDED_PATH, self.profile_name, until)
        if self._extended:
            answer = self._get(base, base + _EXTENDED_PATH, until)
            if answer.status != 404:
                return self._fetch_named(base, _EXTENDED_PATH, _name_in(answer), until)
            self._extended = False  # a service without the extended path: not asked for it again
        return self._fetch_named(base, _ROLES_PATH, _name_in(self._get(base, base + _ROLES_PATH, until)), until)

    def _fetch_named(self, base: str, path: str, name: str, until: float) -> dict[str, Any]:
        from urllib.parse import quote

        answer = self._get(base, base + path + quote(name, safe=""), until)
        if answer.status == 404:
            raise _unavailable(f"it has no credentials for the instance profile {name!r}", 404)
        return {"role_name": name, **_read(_ok(answer, "the credentials"))}

    def region(self) -> str:
        """Return the region of the instance; raises ``MetadataUnavailableError`` that says why there is none."""
        base, until = self.base_url, self._metadata_client().until()
        return _ok(self._get(base, base + _REGION_PATH, until), "the region").decode("ascii", "replace").strip()

    def _url_of_mode(self) -> str:
        mode = self._config.get("ec2_metadata_service_endpoint_mode")
        if mode is None:
            return _IPV6 if _truth(self._config.get("imds_use_ipv6")) else _IPV4
        if str(mode).lower() not in ("ipv4", "ipv6"):
            raise InvalidIMDSEndpointModeError(mode=mode, valid_modes=["ipv4", "ipv6"])
        return _IPV6 if str(mode).lower() == "ipv6" else _IPV4

    def _metadata_client(self) -> "MetadataClient":
        if self._client is None:
            from .metadata_client import MetadataClient

            timeout, attempts, user_agent = self._manners
            self._client = MetadataClient(timeout=timeout, attempts=attempts, user_agent=user_agent)
        return self._client

    def _get(self, base: str, url: str, until: float) -> "MetadataAnswer":
        token = self._current_token(base, until)
        answer = self._metadata_client().request("GET", url, _token_header(token), until)
        if answer.status == 401 and token is not None:
            self._token = None  # it ended earlier than it said
            token = self._current_token(base, until)
            answer = self._metadata_client().request("GET", url, _token_header(token), until)
        return answer

    def _current_token(self, base: str, until: float) -> str | None:
        """Return an IMDSv2 token, or ``None`` to go on with version 1."""
        held = self._token
        if held is not None and self._monotonic() < held[1] and held[2] == os.getpid():
            return held[0]
        try:
            answer = self._metadata_client().request(
                "PUT", base + _TOKEN_PATH, {"x-aws-ec2-metadata-token-ttl-seconds": str(_TOKEN_SECONDS)}, until
            )
        except MetadataRetrievalError as failure:
            if getattr(failure, "kind", None) != "timeout" or self._v1_disabled:
                raise
            return None
        if answer.status in _WITHOUT_TOKENS:
            if self._v1_disabled:
                raise _unavailable(
                    f"no IMDSv2 token (status {answer.status}), and IMDSv1 is disabled", status=answer.status
                )
            return None
        token = _ok(answer, "a token").decode("ascii", "replace").strip()
        self._token = (token, self._monotonic() + _TOKEN_SECONDS * 0.9, os.getpid())
        return token


class InstanceMetadataProvider(CredentialProvider):
    """Credentials of the EC2 instance's role, from anything with ``retrieve_iam_role_credentials()``.

    With ``sharing``, the processes of a host that are the same to the
    metadata service share every fetch.
    """

    METHOD = "iam-role"
    CANONICAL_NAME = "Ec2InstanceMetadata"

    def __init__(
        self,
        iam_role_fetcher: Any,
        *,
        sharing: "Sharing | None" = None,
        clock: Callable[[], float] = time.time,
        random: Callable[[], float] | None = None,
    ) -> None:
        super().__init__()
        self._role_fetcher = iam_role_fetcher
        self._sharing = sharing
        self._clock = clock
        self._random = random

    def load(self) -> Any:
        """Fetch the first set; ``NotConfigured`` where the service is off, absent, throttled or has no role."""
        if getattr(self._role_fetcher, "disabled", False) is True:
            return NotConfigured("AWS_EC2_METADATA_DISABLED is true", "unset AWS_EC2_METADATA_DISABLED")
        from .refresh import DeferredRefreshableCredentials

        credentials = DeferredRefreshableCredentials(
            self._fetch,
            self.METHOD,
            sharing=self._sharing,
            identity=self.cache_identity(),
            clock=self._clock,
            random=self._random,
        )
        try:
            credentials.get_frozen_credentials()
        except MetadataRetrievalError as error:
            reason = f"instance metadata service: {error.kwargs.get('error_msg', '')}"
            return Unavailable(reason, "run on an EC2 instance that has a role")
        return credentials

    def source(self) -> str | None:
        """Name the endpoint; ``None`` for somebody else's fetcher."""
        fetcher = self._role_fetcher
        return f"the metadata service at {fetcher.base_url}" if isinstance(fetcher, InstanceMetadataFetcher) else None

    def cache_identity(self) -> "EntryIdentity | None":
        """Return the endpoint with what the metadata service takes us for; ``None`` for somebody else's fetcher."""
        if self._sharing is None or not isinstance(self._role_fetcher, InstanceMetadataFetcher):
            return None
        from ..components.cache import EntryIdentity
        from ..components.hostid import host_attributes

        fetcher = self._role_fetcher
        return EntryIdentity.of(
            self.METHOD, endpoint=fetcher.base_url, profile=fetcher.profile_name, **host_attributes()
        )

    def _fetch(self) -> Mapping[str, Any]:
        fetcher = self._role_fetcher
        if isinstance(fetcher, InstanceMetadataFetcher):
            return fetcher.fetch()
        found: Mapping[str, Any] = fetcher.retrieve_iam_role_credentials()
        if not found:
            raise _unavailable("it gave no credentials")
        return found


def _truth(value: Any) -> bool:
    return value is True or str(value).strip().lower() == "true"


def _token_header(token: str | None) -> dict[str, str]:
    return {} if token is None else {"x-aws-ec2-metadata-token": token}


def _unavailable(reason: str, status: int | None = None) -> "MetadataUnavailableError":
    from .metadata_client import MetadataUnavailableError

    return MetadataUnavailableError(reason, status=status)


def _ok(answer: "MetadataAnswer", what: str) -> bytes:
    if answer.status != 200:
        raise _unavailable(f"{answer.said()} when asked for {what}", status=answer.status)
    return answer.body


def _name_in(answer: "MetadataAnswer") -> str:
    """Return the name that the service lists."""
    if answer.status == 404:
        raise _unavailable("no role is attached to the instance", 404)
    name = _ok(answer, "the role").decode("utf-8", "replace").strip().partition("\n")[0].strip()
    if not name:
        raise _unavailable("no role is attached to the instance")
    return name


def _read(body: bytes) -> dict[str, Any]:
    """Read the credentials document; nothing of it is quoted in an error."""
    from .document import check_keys, read_object

    try:
        document = read_object(body)
        code = document.get("Code", "Success")
        if code != "Success":
            raise _unavailable(f"it answered with the code {str(code)[:80]} instead of credentials")
        check_keys(document, "AccessKeyId", "SecretAccessKey", "Token", "Expiration")
    except ValueError as error:
        raise _unavailable(f"it answered with {error}") from None
    found = {
        "access_key": document["AccessKeyId"],
        "secret_key": document["SecretAccessKey"],
        "token": document["Token"],
        "expiry_time": document["Expiration"],
    }
    if document.get("AccountId"):
        found["account_id"] = document["AccountId"]
    return found
