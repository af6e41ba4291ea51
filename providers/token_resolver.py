"""The ordered chain of token providers, and the trace that every walk along it leaves."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from ..components.errors import UnknownTokenProviderError
from .provider import Attempt, NotConfigured
from .resolver import describe_error

__all__ = ["TokenResolver"]


class TokenResolver:
    """Ask token providers in order until one has a token; the session's component ``token_provider``.

    A provider has ``METHOD`` and ``load_token(signing_name)``, which returns a
    token (an object with ``get_frozen_token()``, or text), ``None`` or
    ``NotConfigured`` to pass on, and raises to stop the chain. One with a true
    ``SCOPED`` makes a service that takes both prefer tokens to signatures.
    ``last_trace`` holds the attempts of the latest walk, in any thread.
    Changing the list while another thread resolves is safe.
    """

    def __init__(self, providers: Iterable[Any] = (), *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.providers: list[Any] = list(providers)
        self.last_trace: tuple[Attempt, ...] = ()
        self._monotonic = monotonic

    def __repr__(self) -> str:
        return f"<TokenResolver {[provider.METHOD for provider in self.providers]}>"

    def load_token(self, signing_name: str | None = None) -> Any:
        """Return the first provider's token for a service, ``None`` when none has one."""
        token, attempts, error = self._walk(signing_name)
        self.last_trace = attempts
        if error is not None:
            raise error
        return token

    def explain(self, signing_name: str | None = None) -> tuple[Attempt, ...]:
        """Walk the chain and return the attempts, with those not reached at the end; raises nothing."""
        _, attempts, _ = self._walk(signing_name)
        rest = self.providers[len(attempts) :]
        return (*attempts, *(Attempt(provider.METHOD, "not reached", "", 0.0) for provider in rest))

    def is_preferred(self, signing_name: str) -> bool:
        """Whether a token was set for this one service, which makes it preferred to signatures."""
        return any(
            getattr(provider, "SCOPED", False) and _is_token(provider.load_token(signing_name))
            for provider in self.providers
        )

    def get_provider(self, name: str) -> Any:
        """Return the provider with this ``METHOD``; raises ``UnknownTokenProviderError``."""
        return self.providers[self._offset(name)]

    def insert_before(self, name: str, token_provider: Any) -> None:
        """Put a provider right before the one named; raises ``UnknownTokenProviderError``."""
        self._insert(self._offset(name), token_provider)

    def insert_after(self, name: str, token_provider: Any) -> None:
        """Put a provider right behind the one named; raises ``UnknownTokenProviderError``."""
        self._insert(self._offset(name) + 1, token_provider)

    def remove(self, name: str) -> None:
        """Take the provider of that name out, if it is there."""
        self.providers = [provider for provider in self.providers if name != provider.METHOD]

    def _insert(self, offset: int, token_provider: Any) -> None:
        self.providers = [*self.providers[:offset], token_provider, *self.providers[offset:]]

    def _offset(self, name: str) -> int:
        for offset, provider in enumerate(self.providers):
            if name == provider.METHOD:
                return offset
        raise UnknownTokenProviderError(name=name)

    def _walk(self, signing_name: str | None) -> tuple[Any, tuple[Attempt, ...], Exception | None]:
        attempts: list[Attempt] = []
        for provider in self.providers:
            start = self._monotonic()
            try:
                answer = provider.load_token(signing_name)
            except Exception as error:
                attempts.append(Attempt(provider.METHOD, "failed", describe_error(error), self._monotonic() - start))
                return None, tuple(attempts), error
            elapsed = self._monotonic() - start
            if _is_token(answer):
                attempts.append(Attempt(provider.METHOD, "found", "", elapsed))
                return answer, tuple(attempts), None
            reason, setting = (answer.reason, answer.setting) if isinstance(answer, NotConfigured) else ("", None)
            attempts.append(Attempt(provider.METHOD, "not configured", reason, elapsed, setting))
        return None, tuple(attempts), None


def _is_token(answer: Any) -> bool:
    return answer is not None and not isinstance(answer, NotConfigured)
