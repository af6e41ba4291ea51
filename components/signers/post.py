"""Signed policies: what a browser's form needs to upload to S3 without a key of its own.

The fields of the form and the policy come in the context of the request, under
``s3-presign-post-fields`` and ``s3-presign-post-policy``, and are completed
there. Source: "Browser-based uploads using POST", Amazon S3 API reference.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from ..errors import NoCredentialsError
from ..http import AWSRequest
from .base import Identity, SigningOptions
from .hmac_digest import hmac_base64
from .s3express import SESSION_HEADER
from .sigv4 import Symmetric, amz_date, signing_key

__all__ = ["POST_FIELDS", "POST_POLICY", "S3ExpressPost", "S3HmacPost", "S3SigV4Post"]

POST_FIELDS: Final = "s3-presign-post-fields"
POST_POLICY: Final = "s3-presign-post-policy"

_DEFAULT = SigningOptions()


class _Post(ABC):
    """The part of a policy's signer that knows where fields and conditions go."""

    __slots__ = ()

    def sign(
        self,
        request: AWSRequest,
        identity: Identity | None,
        signing_name: str,
        region_name: str,
        now: datetime,
        context: SigningOptions = _DEFAULT,
    ) -> None:
        """Sign; see ``Signer``. Nothing but the context of the request changes."""
        if identity is None:
            raise NoCredentialsError
        fields: dict[str, Any] = request.context.get(POST_FIELDS) or {}
        policy: dict[str, Any] = {**(request.context.get(POST_POLICY) or {})}
        added = self._fields(identity, signing_name, region_name, now)
        fields.update(added[0])
        conditions = [*policy.get("conditions", ()), *[{name: value} for name, value in added[1].items()]]
        encoded = _encoded({**policy, "conditions": conditions})
        fields["policy"] = encoded
        fields.update(self._signature(identity, signing_name, region_name, now, encoded))
        request.context[POST_FIELDS] = fields
        request.context[POST_POLICY] = {**policy, "conditions": conditions}

    @abstractmethod
    def _fields(
        self, identity: Identity, signing_name: str, region_name: str, now: datetime
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Return the fields that say who signs, and those of them that are conditions of the policy."""

    @abstractmethod
    def _signature(
        self, identity: Identity, signing_name: str, region_name: str, now: datetime, policy: str
    ) -> Mapping[str, str]:
        """Return the field that holds the signature of the encoded policy."""


def _encoded(policy: Mapping[str, Any]) -> str:
    from binascii import b2a_base64
    from json import dumps

    return b2a_base64(dumps(policy).encode(), newline=False).decode()


class S3HmacPost(_Post):
    """Sign a policy with HMAC v1."""

    __slots__ = ()

    def _fields(
        self, identity: Identity, signing_name: str, region_name: str, now: datetime
    ) -> tuple[dict[str, str], dict[str, str]]:
        token = {"x-amz-security-token": identity.token} if identity.token else {}
        return {"AWSAccessKeyId": identity.access_key, **token}, token

    def _signature(
        self, identity: Identity, signing_name: str, region_name: str, now: datetime, policy: str
    ) -> Mapping[str, str]:
        return {"signature": hmac_base64(identity.secret_key, policy, "sha1")}


class S3SigV4Post(Symmetric, _Post):
    """Sign a policy with version 4."""

    __slots__ = ()

    session_field = "x-amz-security-token"

    def _fields(
        self, identity: Identity, signing_name: str, region_name: str, now: datetime
    ) -> tuple[dict[str, str], dict[str, str]]:
        date = amz_date(now)
        found = {
            "x-amz-algorithm": self.algorithm,
            "x-amz-credential": f"{identity.access_key}/{self.scope(date[:8], region_name, signing_name)}",
            "x-amz-date": date,
        }
        if identity.token:
            found[self.session_field] = identity.token
        return found, found

    def _signature(
        self, identity: Identity, signing_name: str, region_name: str, now: datetime, policy: str
    ) -> Mapping[str, str]:
        key = signing_key(identity.secret_key, amz_date(now)[:8], region_name, signing_name)
        return {"x-amz-signature": key.sign(policy)}


class S3ExpressPost(S3SigV4Post):
    """Sign a policy for a directory bucket, whose token is that of its session."""

    __slots__ = ()

    session_field = SESSION_HEADER
