"""The ordered chain of providers, and the trace that every walk along it leaves."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..components.errors import ClientError, NoCredentialsError, SotaliaError, UnknownCredentialError
from ..components.log_events import CREDENTIALS_LOADED, CREDENTIALS_NOT_FOUND, PROVIDER_FAILED
from ..components.logging import get_logger
from .provider import Attempt, CredentialProvider, NotConfigured, Trace

__all__ = ["Attempt", "CredentialProvider", "CredentialResolver", "NotConfigured", "Trace", "describe_error"]

_log = get_logger("credentials")


def describe_error(error: BaseException) -> str:
    """Return what may be shown of an error: its text if this package wrote it, else its type.

    The text of a foreign exception may quote what it choked on, a secret for
    example, so only its type (and for an ``OSError`` its system text) is shown.
    """
    if isinstance(error, SotaliaError):
        if isinstance(error, ClientError):
            code = error.response.get("Error", {}).get("Code", "Unknown")
            return f"{type(error).__name__} {code} from {error.operation_name}"
        return f"{type(error).__name__}: {error}"
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if isinstance(error.filename, str) else ""
        return f"{type(error).__name__}: {error.strerror}{where}"
    return type(error).__name__


class CredentialResolver:
    """Ask providers in order until one has credentials.

    ``providers`` is the list in order. Changing it while another thread
    resolves is safe: a walk uses the list as it was at its start.
    ``last_trace`` holds the attempts of the latest walk, in any thread.
    """

    def __init__(
        self, providers: Iterable[Any] = (), *, monotonic: Callable[[], float] = time.monotonic, sharing: Any = None
    ) -> None:
        self.providers: list[Any] = list(providers)
        self.last_trace = Trace()
        self._monotonic = monotonic
        self._sharing = sharing

    def __repr__(self) -> str:
        return f"<CredentialResolver {[provider.METHOD for provider in self.providers]}>"

    def get_provider(self, name: str) -> Any:
        """Return the provider with this ``METHOD``; raises ``UnknownCredentialError``."""
        return self.providers[self._offset(name)]

    def insert_before(self, name: str, credential_provider: Any) -> None:
        """Put a provider right before the one named; raises ``UnknownCredentialError``."""
        offset = self._offset(name)
        self.providers = [*self.providers[:offset], credential_provider, *self.providers[offset:]]

    def insert_after(self, name: str, credential_provider: Any) -> None:
        """Put a provider right behind the one named; raises ``UnknownCredentialError``."""
        offset = self._offset(name) + 1
        self.providers = [*self.providers[:offset], credential_provider, *self.providers[offset:]]

    def append(self, credential_provider: Any) -> None:
        """Put a provider at the end."""
        self.providers = [*self.providers, credential_provider]

    def replace(self, name: str, credential_provider: Any) -> None:
        """Put a provider in the place of the one named; raises ``UnknownCredentialError``."""
        offset = self._offset(name)
        self.providers = [*self.providers[:offset], credential_provider, *self.providers[offset + 1 :]]

    def remove(self, name: str) -> None:
        """Take the provider of that name out, if it is there."""
        self.providers = [provider for provider in self.providers if name != provider.METHOD]

    def load_credentials(self) -> Any:
        """Return the first provider's credentials, or ``None`` when no provider has any.

        What a configured but broken provider raises goes through, and no
        further provider is asked. ``last_trace`` then says what happened.
        """
        credentials, attempts, error = self._walk()
        self.last_trace = Trace(attempts)
        if error is not None:
            _log.warning(PROVIDER_FAILED, provider=attempts[-1].provider, reason=attempts[-1].reason)
            raise error
        if credentials is None:
            _log.info(CREDENTIALS_NOT_FOUND, tried=[attempt.provider for attempt in attempts])
        else:
            _log.info(CREDENTIALS_LOADED, provider=attempts[-1].provider, tried=len(attempts))
        return credentials

    def explain(self) -> Trace:
        """Walk the chain and return the attempts, with those not reached at the end; raises nothing.

        The sources are really asked, also those that would otherwise be asked
        at the first signature, but nothing is kept of their answers.
        """
        providers = self.providers
        found, attempts, _ = self._walk()
        if found is not None:
            attempts = [*attempts[:-1], self._proved(found, attempts[-1])]
        rest = [
            Attempt((provider.METHOD or type(provider).__name__), "not reached", "", 0.0)
            for provider in providers[len(attempts) :]
        ]
        return Trace([*attempts, *rest])

    def _proved(self, credentials: Any, attempt: Attempt) -> Attempt:
        """Return the attempt with what came of asking for the first set."""
        start = self._monotonic()
        try:
            credentials.get_frozen_credentials()
        except Exception as error:
            attempt = attempt._replace(outcome="failed", reason=describe_error(error))
        return attempt._replace(elapsed=attempt.elapsed + self._monotonic() - start)

    def no_credentials_error(self) -> NoCredentialsError:
        """Return the error that explains the latest walk."""
        return NoCredentialsError(self.last_trace)

    def _offset(self, name: str) -> int:
        for offset, provider in enumerate(self.providers):
            if name == provider.METHOD:
                return offset
        raise UnknownCredentialError(name=name)

    def _walk(self) -> tuple[Any, Sequence[Attempt], Exception | None]:
        attempts: list[Attempt] = []
        for provider in self.providers:
            name = provider.METHOD or type(provider).__name__
            start = self._monotonic()
            try:
                self._offer_sharing(provider)
                answer = provider.load()
            except Exception as error:
                attempts.append(Attempt(name, "failed", describe_error(error), self._monotonic() - start))
                return None, attempts, error
            elapsed = self._monotonic() - start
            if answer is None:
                attempts.append(Attempt(name, "not configured", "", elapsed))
            elif isinstance(answer, NotConfigured):
                attempts.append(Attempt(name, answer.outcome, answer.reason, elapsed, answer.setting))
            else:
                self._share(provider, answer)
                attempts.append(Attempt(name, "found", self._note_source(provider, answer), elapsed))
                return answer, attempts, None
        return None, attempts, None

    def _offer_sharing(self, provider: Any) -> None:
        """Let a provider that was put into the chain by hand share its first fetch, too."""
        if self._sharing is not None and getattr(provider, "sharing", self) is None:
            provider.sharing = self._sharing

    def _note_source(self, provider: Any, credentials: Any) -> str:
        """Write down with the credentials what the provider read, and return it."""
        say = getattr(provider, "source", None)
        source: Any = say() if callable(say) else None
        if source is not None and getattr(credentials, "source", source) is None:
            credentials.source = source
        return str(source or "")

    def _share(self, provider: Any, credentials: Any) -> None:
        """Let the processes of the host share the refreshes of a provider that says how to name them."""
        identity = getattr(provider, "cache_identity", None)
        share = getattr(credentials, "share", None)
        if self._sharing is None or identity is None or share is None:
            return
        if getattr(credentials, "cache_identity", None) is None and (named := identity()) is not None:
            share(self._sharing, named)
