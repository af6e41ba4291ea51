"""Which host, user and container this process is: what a metadata service would take it for."""

import os
from functools import cache

__all__ = ["boot_id", "container_hint", "host_attributes"]


@cache
def boot_id(path: str = "/proc/sys/kernel/random/boot_id") -> str:
    """Return the id of this boot of this host: another one after a restart, and on every other host.

    Source: random(4). Where the kernel has none, the host's name stands in.
    """
    try:
        with open(path, encoding="ascii") as file:
            found = file.read(64).strip()
    except (OSError, UnicodeDecodeError):
        found = ""
    return found or f"host {os.uname().nodename}"


def container_hint() -> str:
    """Return what differs between two containers of one host: the network namespace and the name of the host.

    A metadata service judges by the address that a request comes from, which
    belongs to the network namespace.
    """
    try:
        namespace = os.readlink("/proc/self/ns/net")
    except OSError:
        namespace = ""
    return f"{namespace} {os.uname().nodename}"


def host_attributes() -> dict[str, str]:
    """Return the attributes that the identity of an entry from a metadata source must have.

    Home folders are shared between hosts and containers, the credentials of
    an instance or a task are not. Read anew at every call: ``setns`` and
    ``seteuid`` change them.
    """
    return {"boot": boot_id(), "container": container_hint(), "uid": str(os.geteuid())}
