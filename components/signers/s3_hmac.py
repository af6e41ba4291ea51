"""HMAC v1, the signature that S3 had before version 4, in headers and in the query of a URL.

Source: "Signing and authenticating REST requests (AWS signature version 2)",
Amazon S3 user guide.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

from ..aws_domains import is_of_aws
from ..errors import NoCredentialsError
from ..http import AWSRequest, Headers
from ..percent import percent_encode
from ..timestamps import format_rfc822, to_datetime
from .base import Identity, SigningOptions
from .canonical import encode_pairs, split_url
from .hmac_digest import hmac_base64

__all__ = ["S3Hmac", "S3HmacQuery", "canonical_amz_headers", "canonical_resource"]

_DEFAULT = SigningOptions()

_SUB_RESOURCES: Final = frozenset(
    {
        *("accelerate", "acl", "analytics", "cors", "defaultObjectAcl", "delete", "inventory"),
        *("lifecycle", "location", "logging", "metrics", "notification", "object-lock", "partNumber"),
        *("policy", "replication", "requestPayment", "restore", "select", "select-type", "storageClass"),
        *("tagging", "torrent", "uploadId", "uploads", "versionId", "versioning", "versions", "website"),
        *("response-cache-control", "response-content-disposition", "response-content-encoding"),
        *("response-content-language", "response-content-type", "response-expires"),
    }
)
"""The parameters of a query that are part of what is signed."""

_SESSION: Final = "x-amz-security-token"


def canonical_resource(path: str, query: str) -> str:
    """Return the path, which begins with the bucket, and the sub-resources of the query in order, decoded."""
    if not query:
        return path
    found = []
    for piece in query.split("&"):
        name, mark, value = piece.partition("=")
        if name in _SUB_RESOURCES:
            found.append((name, f"{name}={unquote(value)}" if mark else name))
    found.sort(key=lambda pair: pair[0])
    return f"{path}?{'&'.join([text for _, text in found])}" if found else path


def canonical_amz_headers(headers: Headers) -> str:
    """Return the ``x-amz-`` headers, a line each, in order."""
    fields = {
        name: " ".join(str(value).split()) if "\n" in str(value) else str(value).strip()
        for name, value in headers.lower_items()
        if name.startswith("x-amz-")
    }
    return "".join([f"{name}:{fields[name]}\n" for name in sorted(fields)])


def _string_to_sign(request: AWSRequest, date: str) -> str:
    _, _, path, query = split_url(request.url)
    if request.params:
        more = encode_pairs(request.params)
        query = f"{query}&{more}" if query else more
    return _signed_text(request, path, query, date)


def _signed_text(request: AWSRequest, path: str, query: str, date: str) -> str:
    headers = request.headers
    md5 = kind = own = ""
    if headers.fields:
        md5, kind = str(headers.get("content-md5", "")).strip(), str(headers.get("content-type", "")).strip()
        own = canonical_amz_headers(headers)
    resource = canonical_resource(_path_that_counts(request, path), query)
    return f"{request.method}\n{md5}\n{kind}\n{date}\n{own}{resource}"


def _path_that_counts(request: AWSRequest, path: str) -> str:
    """Return the path to sign: with the bucket in it, wherever the bucket is in the URL.

    For S3 a slash stands behind a bucket alone, even if it is not sent. Ceph
    keeps to what is documented, and takes the path of the URL as it came.
    """
    given = request.auth_path
    return path if not given or (given == path + "/" and not is_of_aws(request.url)) else given


class S3Hmac:
    """Sign with ``Date`` and ``Authorization`` headers; ``auth_path`` of the request names the bucket."""

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
        """Sign; see ``Signer``."""
        if identity is None:
            raise NoCredentialsError
        headers = request.headers
        for name in (_SESSION, "Date", "Authorization"):
            del headers[name]
        if identity.token:
            headers[_SESSION] = identity.token
        date = headers["Date"] = format_rfc822(now)
        # A date among the headers that are signed anyway takes the place of the other.
        text = _string_to_sign(request, "" if "x-amz-date" in headers else date)
        headers["Authorization"] = f"AWS {identity.access_key}:{hmac_base64(identity.secret_key, text, 'sha1')}"


class S3HmacQuery:
    """Presign: ``AWSAccessKeyId``, ``Expires`` and ``Signature`` in the query, and the headers that were signed."""

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
        """Sign; see ``Signer``. ``request.params`` moves into ``request.url``."""
        if identity is None:
            raise NoCredentialsError
        headers = request.headers
        if headers.fields:
            for name in (_SESSION, "Date", "Authorization"):
                del headers[name]
        scheme, authority, path, query = split_url(request.url)
        pieces = []
        if query:
            pieces = [piece for piece in query.split("&") if piece and piece.partition("=")[0] not in _QUERY_FIELDS]
        if request.params:
            pieces.append(encode_pairs(request.params))
            request.params = {}
        if identity.token:
            headers[_SESSION] = identity.token
        expires = str(int(to_datetime(now).timestamp()) + context.expires)
        text = _signed_text(request, path, "&".join(pieces), expires)
        signature = hmac_base64(identity.secret_key, text, "sha1")
        pieces += [
            f"AWSAccessKeyId={percent_encode(identity.access_key)}",
            f"Signature={signature.replace('+', '%2B').replace('/', '%2F').replace('=', '%3D')}",
            *(_moved(headers.lower_items()) if headers.fields else ()),
            f"Expires={expires}",
        ]
        request.url = f"{scheme}://{authority}{path}?{'&'.join(pieces)}"


_QUERY_FIELDS: Final = frozenset({"AWSAccessKeyId", "Signature", "Expires", _SESSION})


def _moved(fields: Iterable[tuple[str, Any]]) -> list[str]:
    """Return the headers that are part of the signature as fields of the query, so that the URL is complete."""
    return [
        f"{percent_encode(name)}={percent_encode(value)}"
        for name, value in fields
        if name.startswith("x-amz-") or name in ("content-md5", "content-type")
    ]
