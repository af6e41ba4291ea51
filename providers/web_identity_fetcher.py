"""One call of STS AssumeRoleWithWebIdentity, which nobody signs, and what names its result in the shared cache."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from ..components.cache import EntryIdentity
from .sts_call import CreateClient, ask_sts, named_arguments
from .token_file import subject_of

__all__ = ["AssumeRoleWithWebIdentityCredentialFetcher"]


class AssumeRoleWithWebIdentityCredentialFetcher:
    """Assume a role with a token of an identity provider; ``fetch_credentials`` suits ``refresh_using``.

    ``web_identity_token_loader()`` returns the token and is called for every
    fetch. ``extra_args`` are further parameters of the operation by their API
    names (``RoleSessionName``, ``DurationSeconds``, ``Policy``, ``PolicyArns``,
    ``ProviderId``). A session name that is not given is made up.
    """

    METHOD = "assume-role-with-web-identity"

    def __init__(
        self,
        client_creator: CreateClient,
        web_identity_token_loader: Callable[[], str],
        role_arn: str,
        extra_args: Mapping[str, Any] | None = None,
        *,
        region_name: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._create_client = client_creator
        self._load_token = web_identity_token_loader
        self._role_arn = role_arn
        self._arguments = dict(extra_args or {})
        self._region_name = region_name
        self._clock = clock

    def fetch_credentials(self) -> dict[str, Any]:
        """Call AssumeRoleWithWebIdentity; what STS refuses comes through as ``ClientError``."""
        from ..components.config import Config
        from ..components.unsigned import UNSIGNED

        token = self._load_token()
        client = self._create_client(
            "sts", region_name=self._region_name, config=Config(signature_version=UNSIGNED), credentials=None
        )
        parameters = {"RoleArn": self._role_arn, "WebIdentityToken": token, **self._arguments}
        return ask_sts(client, "assume_role_with_web_identity", parameters, self.METHOD, self._clock)

    def cache_identity(
        self, scope: Mapping[str, str | None] | None = None, *, token_file: str | None = None
    ) -> EntryIdentity:
        """Return everything that changes the credentials, also whom the token of this moment stands for."""
        return EntryIdentity.of(
            self.METHOD,
            role_arn=self._role_arn,
            token_file=token_file,
            token_subject=subject_of(self._load_token()),
            **named_arguments(self._arguments, scope),
        )
