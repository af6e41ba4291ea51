"""SigV4 signatures in the query of a URL: presigned URLs."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from ..errors import NoCredentialsError, ParamValidationError
from ..http import AWSRequest
from ..percent import percent_encode
from .base import Identity, SigningOptions
from .canonical import (
    canonical_headers,
    canonical_query,
    canonical_request,
    canonical_uri,
    encode_pairs,
    host_of,
    split_url,
)
from .payload import UNSIGNED_PAYLOAD, payload_hash
from .sigv4 import Symmetric, amz_date

__all__ = ["S3SigV4Query", "SigV4Query"]

_DEFAULT = SigningOptions()
_WEEK: Final = 604800
_FORM: Final = "application/x-www-form-urlencoded"

# What an earlier signature may have left in the query and in the headers.
_QUERY_FIELDS: Final = frozenset(
    {
        "x-amz-algorithm",
        "x-amz-credential",
        "x-amz-date",
        "x-amz-expires",
        "x-amz-region-set",
        "x-amz-s3session-token",
        "x-amz-security-token",
        "x-amz-signature",
        "x-amz-signedheaders",
    }
)
_HEADER_FIELDS: Final = ("Authorization", "X-Amz-Date", "X-Amz-S3session-Token", "X-Amz-Security-Token")


class SigV4Query(Symmetric):
    """Sign in the query.

    The fields of a form, and the members of a JSON document, become part of the
    query too, since whoever opens a URL sends no body.
    """

    __slots__ = ()

    def _more_fields(self, region_name: str) -> str:
        return ""

    def _uri(self, path: str, context: SigningOptions) -> str:
        return canonical_uri(path, double_encode=context.double_encode, normalize=context.normalize_path)

    def _payload(self, request: AWSRequest, context: SigningOptions) -> str:
        if context.payload != "signed":
            return UNSIGNED_PAYLOAD
        return request.headers.get("X-Amz-Content-SHA256") or payload_hash(request.body)

    def sign(
        self,
        request: AWSRequest,
        identity: Identity | None,
        signing_name: str,
        region_name: str,
        now: datetime,
        context: SigningOptions = _DEFAULT,
    ) -> None:
        """Sign; see ``Signer``. ``request.params`` moves into ``request.url``.

        ``ParamValidationError`` for a life that no server takes.
        """
        if identity is None:
            raise NoCredentialsError
        if not 0 <= context.expires <= _WEEK:
            raise ParamValidationError(
                report=f"ExpiresIn of a version 4 URL is a number of seconds from 0 to {_WEEK} (a week), "
                f"not {context.expires}"
            )
        headers = request.headers
        if headers.fields:
            for name in _HEADER_FIELDS:
                del headers[name]
        scheme, authority, path, query = split_url(request.url)
        pieces = []
        if query:
            given = [piece for piece in query.split("&") if piece]
            pieces = [piece for piece in given if piece.partition("=")[0].lower() not in _QUERY_FIELDS]
        if request.params:
            pieces.append(encode_pairs(request.params))
        if (headers.fields or request.data) and (form := _take_form(request)):
            pieces.append(form)
        payload = self._payload(request, context)
        host = host_of(scheme, authority)
        block, signed = canonical_headers(headers.fields, host) if headers.fields else (f"host:{host}\n", "host")
        timestamp = amz_date(now)
        scope = self.scope(timestamp[:8], region_name, signing_name)
        own = (
            f"X-Amz-Algorithm={self.algorithm}&X-Amz-Credential={_credential(f'{identity.access_key}/{scope}')}"
            f"&X-Amz-Date={timestamp}&X-Amz-Expires={context.expires}"
        )
        names = f"&X-Amz-SignedHeaders={signed.replace(';', '%3B')}{self._more_fields(region_name)}"
        token = f"&{self.session_header}={percent_encode(identity.token)}" if identity.token else ""
        query = "&".join([*pieces, f"{own}{names}{token}"])
        # By themselves, and of the host alone, the fields are in their canonical form.
        canonical = canonical_query(query) if pieces or names != _OF_THE_HOST else f"{own}{token}{names}"
        creq = canonical_request(request.method, self._uri(path, context), canonical, block, signed, payload)
        sealed = self.seal(identity, signing_name, region_name, timestamp, scope, creq)
        request.url = f"{scheme}://{authority}{path}?{query}&X-Amz-Signature={sealed}"
        request.params = {}


_OF_THE_HOST: Final = "&X-Amz-SignedHeaders=host"

_credential = lru_cache(256)(percent_encode)
"""From an access key id and a scope, one a day, to their field; no secrets."""


def _take_form(request: AWSRequest) -> str:
    """Take the form out of the body, and the header that announces it, or a document; return it as a query."""
    is_form = str(request.headers.get("Content-Type", "")).lower().startswith(_FORM)
    data = request.data
    if isinstance(data, Mapping):
        form = encode_pairs(data)
    elif is_form and isinstance(data, bytes | str):
        form = data.decode() if isinstance(data, bytes) else data
    elif (members := _document(data)) is not None:
        form = encode_pairs(members)
    else:
        return ""
    request.data = b""
    if is_form:
        del request.headers["Content-Type"]
    return form


def _document(data: Any) -> dict[str, Any] | None:
    """Return the members of a JSON document, ``None`` for any other body."""
    if not isinstance(data, bytes) or data[:1] != b"{":
        return None
    from json import loads  # for presigned URLs of services that speak JSON

    try:
        members = loads(data)
    except ValueError:
        return None
    return members if isinstance(members, dict) else None


class S3SigV4Query(SigV4Query):
    """Presign as S3 wants it: the path as it is, nothing of the body."""

    __slots__ = ()

    def _uri(self, path: str, context: SigningOptions) -> str:
        return canonical_uri(path, double_encode=False, normalize=False)

    def _payload(self, request: AWSRequest, context: SigningOptions) -> str:
        if request.headers.fields:
            del request.headers["X-Amz-Content-SHA256"]
        return UNSIGNED_PAYLOAD
