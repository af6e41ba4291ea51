"""How an entry lies in its file: the names of its files, and what is sealed in them.

A sealed document has the members ``identity`` (``kind`` and ``attributes``, so
that who has the key can tell what an entry is for) and ``entry``. It is sealed
for the digest of its identity, which is the name of its file: an entry opens
under no other name. Another format has another suffix, so its entries are not
seen, and processes of two releases each have their own.
"""

import re
from typing import Any, Final, NamedTuple

from .after_fork import import_whole
from .cache import Entry, EntryIdentity
from .sealing import KeyRing

__all__ = ["ENTRY_LIMIT", "SUFFIX", "Stored", "bell_of", "digest_of", "file_of", "lock_of", "open_entry", "seal_entry"]

SUFFIX: Final = ".v2"
ENTRY_LIMIT: Final = 65536
"""Bytes that a sealed entry has at most."""

_NAME: Final = re.compile(r"([0-9a-f]{64})\.(v[0-9]{1,4}|lock)")


class Stored(NamedTuple):
    """What an entry's file holds. Its ``repr`` shows no secret and no attribute."""

    identity: EntryIdentity
    entry: Entry


def file_of(identity: EntryIdentity) -> str:
    """Return the name of the entry's file."""
    return identity.digest() + SUFFIX


def lock_of(identity: EntryIdentity) -> str:
    """Return the name of the entry's lock."""
    return f"{identity.digest()}.lock"


def bell_of(identity: EntryIdentity) -> str:
    """Return the name of the bell that rings when the entry's lock is free."""
    return f".{identity.digest()}.bell"


def digest_of(name: str) -> tuple[str, str] | None:
    """Return digest and suffix of a file that is an entry or a lock, of whatever format; ``None`` for another one."""
    found = _NAME.fullmatch(name)
    return None if found is None else (found[1], f".{found[2]}")


def seal_entry(ring: KeyRing, identity: EntryIdentity, entry: Entry) -> bytes:
    """Return the bytes of the file; raises ``ValueError`` or ``TypeError`` for what cannot be written."""
    import_whole("json")
    from json import dumps

    document = {
        "identity": {"kind": identity.kind, "attributes": identity.attributes},
        "entry": entry.to_document(),
    }
    sealed = ring.seal(dumps(document).encode(), identity.digest().encode())
    if len(sealed) > ENTRY_LIMIT:
        raise ValueError(f"the entry is longer than {ENTRY_LIMIT} bytes")
    return sealed


def open_entry(ring: KeyRing, digest: str, sealed: bytes) -> Stored:
    """Return what the file named by ``digest`` holds; raises ``SealError``, or ``ValueError`` for another format."""
    import_whole("json")
    from json import loads

    document = loads(ring.open(sealed, digest.encode()))
    if not isinstance(document, dict):
        raise ValueError("the document is no object")
    return Stored(_identity_from(document.get("identity")), Entry.from_document(document.get("entry")))


def _identity_from(document: Any) -> EntryIdentity:
    if not isinstance(document, dict):
        raise ValueError("the identity is no object")
    kind, attributes = document.get("kind"), document.get("attributes")
    if not isinstance(kind, str) or not isinstance(attributes, list):
        raise ValueError("the identity has a member of the wrong type")
    pairs = []
    for pair in attributes:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
            raise ValueError("the identity has an attribute that is no pair of text")
        pairs.append((pair[0], pair[1]))
    return EntryIdentity(kind, tuple(pairs))
