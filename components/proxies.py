"""Which proxy a request goes through: given ones, or those of the environment."""

from collections.abc import Mapping

__all__ = ["bypasses_proxy", "proxy_for", "without_password"]


def proxy_for(
    scheme: str, host: str, port: int | None, proxies: Mapping[str, str] | None, environ: Mapping[str, str]
) -> str | None:
    """Return the URL of the proxy for a server, or ``None`` for a direct connection.

    ``proxies`` given, even empty, is used as it is. Without it the environment
    counts: ``http_proxy``, ``https_proxy``, ``all_proxy`` and ``no_proxy``, in
    lower case before upper case. A URL without a scheme is one of ``http``.
    """
    if proxies is not None:
        found = proxies.get(scheme)
    else:
        found = _from_environment(scheme, environ)
        if found and bypasses_proxy(host, port, _read("no_proxy", environ) or ""):
            return None
    if not found:
        return None
    return found if "://" in found else "http://" + found.removeprefix("//")


def _read(name: str, environ: Mapping[str, str]) -> str | None:
    value = environ.get(name)
    return environ.get(name.upper()) if value is None else value


def _from_environment(scheme: str, environ: Mapping[str, str]) -> str | None:
    if scheme == "http" and "REQUEST_METHOD" in environ:
        # Under CGI a client's "Proxy" header arrives as HTTP_PROXY (CVE-2016-1000110).
        return environ.get("http_proxy") or environ.get("all_proxy")
    return _read(f"{scheme}_proxy", environ) or _read("all_proxy", environ)


def bypasses_proxy(host: str, port: int | None, no_proxy: str) -> bool:
    """Tell whether ``no_proxy`` (names, suffixes, addresses, networks, ``*``; each with a port or not) names a host."""
    host = host.lower().strip("[]")
    for entry in no_proxy.lower().replace(",", " ").split():
        if entry == "*":
            return True
        name, wanted = _split_port(entry)
        if wanted and wanted != str(port):
            continue
        name = name.strip("[]").removeprefix("*").lstrip(".")
        if host == name or (name and host.endswith("." + name)) or ("/" in name and _is_in_network(host, name)):
            return True
    return False


def _split_port(entry: str) -> tuple[str, str]:
    if entry.startswith("["):
        name, _, rest = entry.partition("]")
        return name, rest.removeprefix(":")
    if entry.count(":") > 1:
        return entry, ""  # an IPv6 address without brackets
    name, _, port = entry.partition(":")
    return name, port


def _is_in_network(host: str, network: str) -> bool:
    from ipaddress import ip_address, ip_network  # only a "no_proxy" with networks pays for it

    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False


def without_password(url: str) -> str:
    """Return a URL without what stands before the ``@``: for messages and logs."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        scheme, rest = "", url
    authority, slash, path = rest.partition("/")
    return f"{scheme}{mark}{authority.rpartition('@')[2]}{slash}{path}"
