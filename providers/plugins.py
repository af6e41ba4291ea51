"""Providers of other packages, found by the entry points ``sotalia.providers``.

A wheel names a class (or any callable that takes a session) in its metadata::

    [project.entry-points."sotalia.providers"]
    vault = "acme_vault:VaultProvider"

and the provider joins the chain of every session, where its ``BEFORE`` and
``AFTER`` put it (``order.fit_in``).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol

from ..components.log_events import PROVIDER_NOT_USABLE
from ..components.logging import get_logger
from .provider import CredentialProvider, NotConfigured, NotUsable

__all__ = ["GROUP", "UnusableProvider", "installed_providers"]

GROUP: Final = "sotalia.providers"

_log = get_logger("credentials")


class EntryPoint(Protocol):
    """What is needed of ``importlib.metadata.EntryPoint``."""

    @property
    def name(self) -> str:
        """The name in the wheel's metadata."""
        ...

    @property
    def value(self) -> str:
        """Where the object is, ``module:attribute``."""
        ...

    def load(self) -> Any:
        """Import the object."""


class UnusableProvider(CredentialProvider):
    """Stands in the chain for a provider that could not be made, so that every trace says so."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__()
        self.METHOD = name
        self._reason = reason

    def load(self) -> NotConfigured:
        """Pass on, and say what is wrong."""
        return NotUsable(self._reason, "mend or remove the package that brings it")


def installed_providers(session: Any, find: Callable[[], Iterable[EntryPoint]] | None = None) -> Sequence[Any]:
    """Return the providers that installed packages bring, each made with ``session``, by the names of their entries.

    One that cannot be imported or made is there as an ``UnusableProvider``:
    the chain goes on without it, its trace and one log record say why. Nothing
    is raised. Looking for entry points takes some milliseconds: it is done when
    a chain is built, not when a session or a client is made.
    """
    entries = _entry_points() if find is None else find()
    return [_made(entry, session) for entry in sorted(entries, key=lambda entry: (entry.name, entry.value))]


def _entry_points() -> Iterable[EntryPoint]:
    from ..components.after_fork import import_whole

    import_whole("importlib.metadata")
    from importlib.metadata import entry_points

    return entry_points(group=GROUP)


def _made(entry: EntryPoint, session: Any) -> Any:
    try:
        provider = entry.load()(session)
        if not getattr(provider, "METHOD", None) or not callable(getattr(provider, "load", None)):
            return _unusable(entry, "it made no provider: METHOD and load() are needed")
    except Exception as error:
        what = f"{type(error).__name__}: {error}" if isinstance(error, ImportError) else type(error).__name__
        return _unusable(entry, what)
    return provider


def _unusable(entry: EntryPoint, reason: str) -> UnusableProvider:
    _log.warning(PROVIDER_NOT_USABLE, provider=entry.name, entry_point=entry.value, reason=reason)
    return UnusableProvider(entry.name, f"the entry point {entry.name} = {entry.value!r} is broken: {reason}")
