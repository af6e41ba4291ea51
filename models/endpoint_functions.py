"""The functions that endpoint rules call.

The standard library of the Smithy rules engine 1.1 and the ``aws.*`` functions
(https://smithy.io/2.0/additional-specs/rules-engine/standard-library.html). All
are pure. An argument that is not set (``None``) makes the answer ``None`` or
``False``, so that a condition on it fails.
"""

from collections.abc import Callable, Mapping
from typing import Any

__all__ = [
    "FUNCTIONS",
    "coalesce",
    "is_valid_host_label",
    "is_virtual_hostable_s3_bucket",
    "ite",
    "parse_arn",
    "parse_url",
    "split",
    "substring",
    "uri_encode",
]


def _is_label(label: str) -> bool:
    """RFC 1123: 1 to 63 letters, digits and inner hyphens."""
    return (
        0 < len(label) < 64
        and label[0] != "-" != label[-1]
        and label.isascii()
        and (label.isalnum() or label.replace("-", "").isalnum())
    )


def is_valid_host_label(value: str | None, allow_sub_domains: bool = False) -> bool:
    """Whether ``value`` is one RFC 1123 host label, or labels joined by dots where those are allowed."""
    if not value:
        return False
    if allow_sub_domains and "." in value:
        return all(map(_is_label, value.split(".")))
    return _is_label(value)


def is_virtual_hostable_s3_bucket(value: str | None, allow_sub_domains: bool = False) -> bool:
    """Whether the bucket can be the first part of a host name: lower case, 3 to 63 characters, no IP address."""
    if not value or not 3 <= len(value) <= 63 or value != value.lower():
        return False
    return is_valid_host_label(value, allow_sub_domains) and not _is_ipv4(value)


def _is_ipv4(host: str) -> bool:
    """Four groups of one to three digits: what looks like an address is no name, in range or not."""
    parts = host.split(".")
    return len(parts) == 4 and host.isascii() and all(part.isdigit() and len(part) <= 3 for part in parts)


def parse_arn(value: str | None) -> dict[str, Any] | None:
    """The parts of an ARN, the resource split at ``:`` and ``/``; ``None`` if it is not an ARN."""
    if value is None or not value.startswith("arn:"):
        return None
    parts = value.split(":", 5)
    if len(parts) < 6:
        return None
    _, partition, service, region, account, resource = parts
    if not partition or not service or not resource:
        return None
    return {
        "partition": partition,
        "service": service,
        "region": region,
        "accountId": account,
        "resourceId": resource.replace("/", ":").split(":"),
    }


def parse_url(value: str | None) -> dict[str, Any] | None:
    """The parts of an http or https URL without query and fragment; ``None`` for anything else.

    ``path`` is as given (empty where there is none) and ``normalizedPath``
    starts and ends with a slash. The specification's table has ``/`` for an
    empty ``path``; the rule sets append nothing to it, and SDKs send the same
    request for both.
    """
    if value is None:
        return None
    scheme, separator, rest = value.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in ("http", "https") or "?" in rest or "#" in rest:
        return None
    authority, slash, path = rest.partition("/")
    authority = authority.rpartition("@")[2]
    host = authority
    if authority.startswith("["):
        host, bracket, port = authority.partition("]")
        is_ip = bool(bracket) and _is_ipv6(host[1:]) and (not port or (port[0] == ":" and port[1:].isdigit()))
        if not is_ip:
            return None
    else:
        host, colon, port = authority.partition(":")
        if not host or (colon and not (port.isascii() and port.isdigit())):
            return None
        is_ip = _is_ipv4(host)
    path = slash + path
    normalized = path if path.endswith("/") else path + "/"
    return {"scheme": scheme, "authority": authority, "path": path, "normalizedPath": normalized, "isIp": is_ip}


def _is_ipv6(text: str) -> bool:
    import ipaddress  # costs 3 ms, and an IPv6 literal is rare

    try:
        ipaddress.IPv6Address(text.replace("%25", "%"))
    except ValueError:
        return False
    return True


def substring(value: str | None, start: int, stop: int, reverse: bool) -> str | None:
    """Characters ``start`` to ``stop``, from the end if ``reverse``; ``None`` if too short or not ASCII."""
    if value is None or start >= stop or len(value) < stop or not value.isascii():
        return None
    if reverse:
        return value[len(value) - stop : len(value) - start]
    return value[start:stop]


def uri_encode(value: str | None) -> str | None:
    """Percent-encode all but the unreserved characters of RFC 3986."""
    if value is None:
        return None
    if value.isalnum() and value.isascii():
        return value
    from urllib.parse import quote

    return quote(value, safe="")


def split(value: str | None, delimiter: str, limit: int) -> list[str] | None:
    """The parts of ``value``: all of them if ``limit`` is 0, else at most ``limit``."""
    if value is None:
        return None
    return value.split(delimiter, limit - 1 if limit > 0 else -1)


def coalesce(*values: Any) -> Any:
    """The first value that is set."""
    return next((value for value in values if value is not None), None)


def ite(condition: bool | None, then: Any, otherwise: Any) -> Any:
    """``then`` if the condition is true, else ``otherwise``."""
    return then if condition else otherwise


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "aws.isVirtualHostableS3Bucket": is_virtual_hostable_s3_bucket,
    "aws.parseArn": parse_arn,
    "coalesce": coalesce,
    "isValidHostLabel": is_valid_host_label,
    "ite": ite,
    "parseURL": parse_url,
    "split": split,
    "substring": substring,
    "uriEncode": uri_encode,
}
"""By the name in the rules. ``aws.partition`` needs data and is added by the compiler, which also inlines
``isSet``, ``not``, ``stringEquals``, ``booleanEquals`` and ``getAttr``."""
