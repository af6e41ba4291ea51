"""Which entries may leave the host that fetched them.

What a host is given as a host (by its metadata service, its container agent,
a program that runs on it) stays there: on another host it would be somebody
else's identity. What a person signed in for stays as well, because two people
on two hosts can have the same user id and the same name of a token file.
"""

from collections.abc import Collection
from typing import Final

from .cache import EntryIdentity

__all__ = ["HOSTS_SHARE", "NEVER_SHARED", "ONE_HOST", "is_of_one_host", "may_leave_host"]

#: Providers whose entries hosts share: what names such an entry says whom STS took the caller for.
HOSTS_SHARE: Final = frozenset({"assume-role", "assume-role-with-web-identity"})

#: Providers that no setting can add: of the host itself, or renewed with a token that is good once.
NEVER_SHARED: Final = frozenset({"container-role", "custom-process", "iam-role", "login"})

#: The attribute of an identity that stays on its host without naming it.
ONE_HOST: Final = "one_host"
_OF_ONE_HOST: Final = frozenset({ONE_HOST, "boot"})  # the other one is of ``hostid.host_attributes``


def is_of_one_host(identity: EntryIdentity) -> bool:
    """Return whether the identity is one of this host."""
    return any(name in _OF_ONE_HOST for name, _ in identity.attributes)


def may_leave_host(identity: EntryIdentity, kinds: Collection[str] = HOSTS_SHARE) -> bool:
    """Return whether hosts may share this entry, if they share those of ``kinds``."""
    return identity.kind in kinds and identity.kind not in NEVER_SHARED and not is_of_one_host(identity)
