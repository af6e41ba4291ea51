"""Refreshable credentials as the keep-warm thread sees them, and what requests leave to it."""

import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from .credentials import ReadOnlyCredentials
from .refresh_facts import RefreshFacts
from .refresh_view import INITIAL, View

if TYPE_CHECKING:
    from .keep_warm import Keeper

__all__ = ["KeptWarm"]


class KeptWarm(RefreshFacts, ABC):
    """The part of refreshable credentials that a thread may refresh for everybody; see ``keep_warm``."""

    _gate: threading.Lock
    _swap_lock: threading.Lock
    _keeper: "Keeper | None" = None
    _resume_at: float | None = None

    def keep_warm(self) -> None:
        """Let a thread of the process refresh these credentials from now on, so that no request waits for it.

        The thread is a daemon, one for all credentials of the process, and lets
        go of these when nobody else holds them. There is none before the first
        set is loaded; a forked child gets its own with its first request.
        """
        from .keep_warm import keeper

        self._keeper = keeper()
        if self._view.frozen is not None:
            self._keeper.keep(self)

    @property
    def is_kept_warm(self) -> bool:
        """Whether ``keep_warm`` was called."""
        return self._keeper is not None

    def seconds_until_due(self) -> float | None:
        """Return the seconds until the next refresh; ``None`` for nothing to keep, or an error that requests raise."""
        view = self._view
        if view.frozen is None or view.expires is None or view.error is not None or not self._may_serve(view):
            return None
        return view.check_at - self._clock()

    def refresh_when_due(self) -> None:
        """Refresh if that is due and nobody else is at it; a failure waits as it does for requests. Raises nothing."""
        gate = self._gate
        if not gate.acquire(blocking=False):
            return
        try:
            seconds, view = self.seconds_until_due(), self._view
            if seconds is not None and seconds <= 0:
                self._attempt(view, self._clock() >= view.mandatory_at)
        except Exception:  # noqa: S110 - the view has it, for the requests
            pass
        finally:
            gate.release()

    def _is_left_to_keeper(self, view: View, now: float) -> bool:
        """Whether a request goes on with its set: not in the last minute, unless the source has just failed."""
        if view.frozen is None or view.error is not None or not self._may_serve(view):
            return False
        return now < view.mandatory_at or view.backoff_until is not None

    def resume(self) -> None:
        """Be kept warm again, in a child."""
        with self._swap_lock:
            at, self._resume_at = self._resume_at, None
            if at is not None and self._view.frozen is not None:
                self._view = self._view._replace(check_at=at)
        if self._keeper is not None and self._view.frozen is not None:
            self._keeper.keep(self)

    def park(self) -> None:
        """Lead the first request of a forked child to ``resume``: the thread of the parent is not there."""
        if self._keeper is not None and self._resume_at is None:
            self._resume_at = self._view.check_at
            self._view = self._view._replace(check_at=INITIAL.check_at)

    @abstractmethod
    def _attempt(self, view: View, pressing: bool) -> ReadOnlyCredentials | None:
        """Try once to replace the view; ``None`` means that it was replaced from elsewhere: look again."""

    @abstractmethod
    def _may_serve(self, view: View) -> bool:
        """Whether requests may go on with the set."""
