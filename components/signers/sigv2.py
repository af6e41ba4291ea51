"""Signature version 2: the parameters of a query or of a form, signed among themselves.

Source: "Signature Version 2 signing process", AWS General Reference (2012).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from ..errors import NoCredentialsError
from ..http import AWSRequest
from ..timestamps import format_iso8601
from .base import Identity, SigningOptions
from .canonical import host_of, split_url
from .hmac_digest import hmac_base64

__all__ = ["SigV2", "sigv2_string_to_sign"]

_DEFAULT = SigningOptions()


class SigV2:
    """Sign the form in the body, or the parameters of the query where there is no form."""

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
        """Sign; see ``Signer``. The form or ``params`` of the request are replaced, not changed."""
        if identity is None:
            raise NoCredentialsError
        in_form = isinstance(request.data, Mapping) and bool(request.data)
        given: Any = request.data if in_form else request.params
        fields: dict[str, Any] = {name: value for name, value in dict(given).items() if name not in _ADDED}
        fields["AWSAccessKeyId"] = identity.access_key
        fields["SignatureVersion"] = "2"
        fields["SignatureMethod"] = "HmacSHA256"
        fields["Timestamp"] = format_iso8601(now.replace(microsecond=0))
        if identity.token:
            fields["SecurityToken"] = identity.token
        fields["Signature"] = hmac_base64(identity.secret_key, sigv2_string_to_sign(request, fields), "sha256")
        if in_form:
            request.data = fields
        else:
            request.params = fields


_ADDED = frozenset({"AWSAccessKeyId", "SecurityToken", "Signature", "SignatureMethod", "SignatureVersion", "Timestamp"})
"""What an earlier signature may have left."""


def sigv2_string_to_sign(request: AWSRequest, fields: Mapping[str, Any]) -> str:
    """Return the string to sign of a request with these fields."""
    scheme, authority, path, _ = split_url(request.url)
    pairs = [f"{quote(name, safe='')}={quote(str(fields[name]), safe='-_~')}" for name in sorted(fields)]
    return f"{request.method}\n{host_of(scheme, authority)}\n{path}\n{'&'.join(pairs)}"
