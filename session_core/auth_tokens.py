"""Passwords that are signatures: presigned URLs, without their scheme, that databases and caches accept for a login.

Source: "IAM database authentication" in the user guides of Amazon RDS, Aurora
DSQL, ElastiCache and MemoryDB. The tokens are secrets for as long as they hold.
"""

from collections.abc import Mapping
from typing import Any, Final

from ..components.percent import percent_encode_sequence

__all__ = ["LIFE", "auth_token"]

LIFE: Final = 900
"""Seconds for which a token admits new connections."""


def auth_token(
    client: Any,
    signing_name: str,
    host: str,
    query: Mapping[str, str],
    *,
    operation_name: str,
    region: str | None,
    expires_in: int = LIFE,
) -> str:
    """Return the token for a host (with its port if the service wants it).

    ``client`` is any client with the identity that is to log in; its events
    ``choose-signer`` and ``before-sign`` are told, with ``operation_name``.
    ``region`` is that of the host, by default the client's.
    """
    scheme = "https://"
    request = {
        "method": "GET",
        "url": f"{scheme}{host}/?{percent_encode_sequence(query)}",
        "headers": {},
        "body": b"",
        "context": {},
    }
    signer = client._request_signer
    url = signer.generate_presigned_url(
        request, operation_name, expires_in, region or client.meta.region_name, signing_name
    )
    return str(url).removeprefix(scheme)
