"""The fleet's cache of fetched values: what an entry is, how it is named, and what a backend must do.

A cache stores one entry per identity. Readers take no lock; a writer holds the
lock of the identity, reads again, and only then fetches. ``SharedFetch``
(``components/single_flight.py``) is that procedure; ``cache_backends.open_cache`` picks a backend.
"""

import os
from collections.abc import Callable, Hashable, Mapping
from types import MappingProxyType
from typing import Any, Final, NoReturn, Protocol

__all__ = ["CacheLog", "CredentialCache", "Entry", "EntryIdentity", "ProcessLock"]

CacheLog = Callable[[str, Mapping[str, Any]], None]
"""Where a backend tells what went wrong: an event name and its fields, none of them secret."""

_CANONICAL_PREFIX: Final = b"sotalia-entry-1"


def _text(value: str | int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _netstring(text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    return b"%d:%b," % (len(raw), raw)


class EntryIdentity:
    """Everything that makes one credential another one, in a form that cannot be confused.

    ``kind`` is the provider's method name, ``attributes`` sorted pairs of text.
    Immutable and hashable, so safe in threads. Its ``repr`` shows no attribute
    value, because an external id or a policy may be private.
    """

    __slots__ = ("_canonical", "_digest", "attributes", "kind")

    kind: str
    attributes: tuple[tuple[str, str], ...]

    def __init__(self, kind: str, attributes: tuple[tuple[str, str], ...] = ()) -> None:
        pairs = tuple(sorted(attributes))
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "attributes", pairs)
        parts = [_CANONICAL_PREFIX, _netstring(kind)]
        for name, value in pairs:
            parts += (_netstring(name), _netstring(value))
        object.__setattr__(self, "_canonical", b"".join(parts))
        object.__setattr__(self, "_digest", None)

    @classmethod
    def of(cls, kind: str, **attributes: str | int | None) -> "EntryIdentity":
        """Return the identity of ``kind`` with these attributes; ``None`` means that one is not set.

        The user id of the process is added under ``uid`` unless it is given: an
        entry of one user is never an entry of another.
        """
        attributes.setdefault("uid", os.geteuid())
        return cls(kind, tuple((name, _text(value)) for name, value in attributes.items() if value is not None))

    def canonical(self) -> bytes:
        """Return the one byte string of this identity: length-prefixed parts, so no two identities share it."""
        return self._canonical  # type: ignore[attr-defined, no-any-return] # set by the constructor

    def digest(self) -> str:
        """Return the SHA-256 of ``canonical()`` in hex: the name of the entry's files."""
        digest: str | None = self._digest  # type: ignore[attr-defined] # set by the constructor
        if digest is None:
            from .after_fork import import_whole

            import_whole("hashlib")  # 5 ms with OpenSSL: not for those who never look
            from hashlib import sha256

            digest = sha256(self.canonical()).hexdigest()
            object.__setattr__(self, "_digest", digest)
        return digest

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable")

    __delattr__ = __setattr__  # type: ignore[assignment] # one answer for both

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EntryIdentity):
            return NotImplemented
        return self.canonical() == other.canonical()

    def __hash__(self) -> int:
        return hash(self.canonical())

    def __repr__(self) -> str:
        return f"<EntryIdentity {self.kind} {self.digest()[:12]}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return EntryIdentity, (self.kind, self.attributes)


class Entry:
    """What is stored for an identity: the last good value, and the last failure if there was one since.

    ``value`` is the payload (for credentials: ``access_key``, ``secret_key``,
    ``token``, ``expiry_time`` in ISO 8601, ``account_id``; empty when nothing
    was ever fetched). ``fetched_at`` is in epoch seconds, ``fetched_by`` a
    process id (0: of another host). ``failure`` is the text of the last failure, ``failure_until``
    the epoch second up to which nobody asks the source again, and
    ``failure_details`` what rebuilds the exception. ``rejected`` are access key
    ids that a service refused. Immutable; ``repr`` hides the value, and it does
    not pickle.
    """

    __slots__ = (
        "failure",
        "failure_details",
        "failure_until",
        "fetched_at",
        "fetched_by",
        "rejected",
        "value",
    )

    value: Mapping[str, Any]
    fetched_at: float
    fetched_by: int
    failure: str | None
    failure_until: float | None
    failure_details: Mapping[str, Any] | None
    rejected: tuple[str, ...]

    def __init__(
        self,
        value: Mapping[str, Any],
        fetched_at: float,
        fetched_by: int,
        failure: str | None = None,
        failure_until: float | None = None,
        rejected: tuple[str, ...] = (),
        failure_details: Mapping[str, Any] | None = None,
    ) -> None:
        put = object.__setattr__
        put(self, "value", MappingProxyType(dict(value)))
        put(self, "fetched_at", fetched_at)
        put(self, "fetched_by", fetched_by)
        put(self, "failure", failure)
        put(self, "failure_until", failure_until)
        put(self, "rejected", tuple(rejected))
        put(self, "failure_details", None if failure_details is None else MappingProxyType(dict(failure_details)))

    def to_document(self) -> dict[str, Any]:
        """Return the entry as a JSON-like document, secrets in the clear: only for sealing."""
        document: dict[str, Any] = {
            "value": dict(self.value),
            "fetched_at": self.fetched_at,
            "fetched_by": self.fetched_by,
            "rejected": list(self.rejected),
        }
        if self.failure is not None:
            document["failure"] = self.failure
            document["failure_until"] = self.failure_until
            document["failure_details"] = None if self.failure_details is None else dict(self.failure_details)
        return document

    @classmethod
    def from_document(cls, document: Any) -> "Entry":
        """Build an entry from ``to_document()``; raises ``ValueError`` for anything else."""
        if not isinstance(document, dict):
            raise ValueError("the entry is no object")
        value, fetched_at, fetched_by = document.get("value"), document.get("fetched_at"), document.get("fetched_by")
        rejected = document.get("rejected", [])
        failure, until = document.get("failure"), document.get("failure_until")
        details = document.get("failure_details")
        if not (
            isinstance(value, dict)
            and isinstance(fetched_at, (int, float))
            and isinstance(fetched_by, int)
            and isinstance(rejected, list)
            and all(isinstance(key, str) for key in rejected)
            and (failure is None or isinstance(failure, str))
            and (until is None or isinstance(until, (int, float)))
            and (details is None or isinstance(details, dict))
        ):
            raise ValueError("the entry has a member of the wrong type")
        return cls(value, fetched_at, fetched_by, failure, until, tuple(rejected), details)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable")

    __delattr__ = __setattr__  # type: ignore[assignment] # one answer for both

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entry):
            return NotImplemented
        return self.to_document() == other.to_document()

    __hash__ = None  # type: ignore[assignment] # holds a mapping

    def __repr__(self) -> str:
        failure = "" if self.failure is None else f" failed until {self.failure_until}"
        return f"<Entry of {len(self.value)} members fetched at {self.fetched_at} by {self.fetched_by}{failure}>"

    def __reduce__(self) -> NoReturn:
        from .errors import UnsupportedPickleError

        raise UnsupportedPickleError(what="Entry", reason="a pickle would hold the credentials in the clear")


class ProcessLock(Protocol):
    """The lock of one identity, exclusive between threads and processes. One object belongs to one thread.

    A lock may also have ``listen() -> bool`` and ``wait(seconds) -> bool``, as
    ``FileLock`` has them: then nobody polls for the end of somebody else's fetch.
    """

    def acquire(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds (0 tries once); ``OSError`` when no lock can be had here at all."""
        ...

    def release(self) -> None:
        """Give the lock back, if it is held, and what was opened for it; never raises, may be called twice."""
        ...


class CredentialCache(Protocol):
    """A backend. Every method may be called from any thread and any process, and after a fork."""

    @property
    def name(self) -> str:
        """The backend's name, for logs: ``file``, ``memory``, ``redis``, ``off``."""
        ...

    def read(self, identity: EntryIdentity) -> Entry | None:
        """Return the entry, taking no lock. Damaged or foreign means ``None`` and one warning; never raises."""
        ...

    def version(self, identity: EntryIdentity) -> Hashable | None:
        """Return a cheap token that differs after every write, ``None`` for no entry: what waiters poll."""
        ...

    def write(self, identity: EntryIdentity, entry: Entry) -> bool:
        """Replace the entry atomically; the caller holds the lock. ``False`` if it was not stored; never raises."""
        ...

    def remove(self, identity: EntryIdentity) -> None:
        """Forget the entry; the caller holds the lock. Never raises."""
        ...

    def lock(self, identity: EntryIdentity) -> ProcessLock:
        """Return a lock of this identity, not yet acquired."""
        ...

    def prepare(self) -> None:
        """Do what the first read of an entry costs (imports, the key) before a wait begins; never raises."""
        ...
