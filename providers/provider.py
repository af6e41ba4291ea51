"""What a credential provider is, and how it says "not configured"."""

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

if TYPE_CHECKING:
    from .sharing import Sharing

__all__ = ["Attempt", "CredentialProvider", "NotConfigured", "NotUsable", "Trace", "Unavailable"]


class NotConfigured:
    """A provider's answer "nobody asked for me": the chain goes on.

    ``reason`` is one short clause without secrets; ``setting`` is what would
    enable the provider. Falsy, so a caller that only knows ``None`` treats it
    the same way.
    """

    __slots__ = ("reason", "setting")

    outcome: ClassVar[str] = "not configured"

    def __init__(self, reason: str, setting: str | None = None) -> None:
        self.reason = reason
        self.setting = setting

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.reason!r}, setting={self.setting!r})"


class Unavailable(NotConfigured):
    """The source may be there but did not answer (no metadata service, or a throttled one): the chain goes on."""

    __slots__ = ()

    outcome: ClassVar[str] = "unavailable"


class NotUsable(NotConfigured):
    """The provider itself is broken, not what it would ask (a package that cannot be imported): the chain goes on."""

    __slots__ = ()

    outcome: ClassVar[str] = "not usable"


class Attempt(NamedTuple):
    """One line of a resolve's trace.

    ``outcome`` is ``found``, ``not configured``, ``unavailable``, ``not usable``
    (an installed provider that cannot be imported), ``failed`` (configured and
    broken: the chain stopped here) or ``not reached``; ``elapsed`` is in
    seconds; ``setting`` is what would enable the provider.
    """

    provider: str
    outcome: str
    reason: str
    elapsed: float
    setting: str | None = None

    def __str__(self) -> str:
        text = f"{self.provider}: {self.outcome}"
        if self.reason:
            text += f", {self.reason}"
        if self.outcome != "not reached":
            text += f" ({self.elapsed * 1000:.1f} ms)"
        if self.setting and self.outcome not in ("found", "failed"):
            text += f"; to use it, {self.setting}"
        return text


class Trace(tuple[Attempt, ...]):
    """The attempts of one walk along the chain, in order; ``str()`` gives them as text, a line each."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join([self._outcome(), *(f"  {number}. {attempt}" for number, attempt in enumerate(self, 1))])

    def _outcome(self) -> str:
        for attempt in self:
            if attempt.outcome == "found":
                return f"Credentials come from {attempt.provider}."
            if attempt.outcome == "failed":
                return f"No credentials: {attempt.provider} is configured and broken, so nothing behind it is asked."
        return "No credentials: no provider has any." if self else "No provider was asked yet."


class CredentialProvider:
    """A source of credentials; subclasses give ``METHOD``, ``CANONICAL_NAME`` and ``load()``.

    ``METHOD`` names the provider in the resolver (``insert_after("env", ...)``)
    and in the credentials that it makes. ``CANONICAL_NAME`` is its name in
    profiles (``credential_source = ...``), or ``None``. ``session`` is kept for
    providers that want one.
    """

    METHOD: str = ""
    CANONICAL_NAME: str | None = None

    #: Where a provider that joins by an entry point stands: behind all of ``AFTER``, before all of ``BEFORE``.
    BEFORE: tuple[str, ...] = ()
    AFTER: tuple[str, ...] = ()

    #: The host's single flight of fetches; the resolver that asks this provider sets it.
    sharing: "Sharing | None" = None

    def __init__(self, session: Any = None) -> None:
        self.session = session

    def load(self) -> Any:
        """Return credentials, ``None`` or ``NotConfigured`` to pass on; raise to stop the chain.

        An exception means "configured and broken". May be called from any
        thread, and more than once.
        """
        return None

    def source(self) -> str | None:
        """Say what ``load()`` reads, without secrets: variables, file and profile, URL, role. Raises nothing."""
        return None

    def cache_identity(self) -> Any:
        """Return the ``EntryIdentity`` under which processes share refreshes, or ``None`` not to share.

        Everything that changes the credentials must be in it.
        """
        return None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.METHOD}>"
