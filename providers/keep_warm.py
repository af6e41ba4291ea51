"""Keeping credentials warm: one thread of the process refreshes what is due, so that no request has to.

Requests go on with the set in use while the thread asks the source, through the
same gate, lock and cache as everybody else. It sleeps until the next refresh
point, knows its credentials by weak references, and ends with the last of them.
"""

import threading
from typing import Any, Final, Protocol
from weakref import ref

from ..components.after_fork import import_whole, renew_in_child
from ..components.forksafe import ForkSafeLock

__all__ = ["Keeper", "Kept", "keeper"]

_LOOK: Final = 15.0  # seconds: what a clock that was set, or a host that slept, is found out after
_SHORTEST: Final = 0.05  # never a busy loop, whatever the credentials say


class Kept(Protocol):
    """What can be kept warm."""

    def seconds_until_due(self) -> float | None:
        """Return the seconds until the next refresh, ``None`` while it is nothing for the thread."""

    def refresh_when_due(self) -> None:
        """Refresh if that is due and nobody else is at it. Raises nothing."""


class Keeper:
    """The thread of a process, started by the first ``keep``. Safe in threads; a forked child has none at first."""

    def __init__(self) -> None:
        self.renew()
        renew_in_child(self)

    def renew(self) -> None:
        """Forget the thread and all that it kept (a forked child calls this)."""
        self._lock = threading.Lock()
        self._kept: list[ref[Kept]] = []
        self._signal: Any = None
        self._thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is a thread now."""
        return self._thread is not None

    def keep(self, credentials: Kept) -> bool:
        """Have the thread look after these credentials, as long as somebody else holds them; look at once.

        Returns ``False`` where there can be no thread.
        """
        import_whole("queue")
        from queue import SimpleQueue

        with self._lock:
            if not any(reference() is credentials for reference in self._kept):
                self._kept.append(ref(credentials, self._wake))
            if self._thread is None:
                self._signal = SimpleQueue()
                thread = threading.Thread(target=self._live, args=(self._signal,), name="sotalia-warm", daemon=True)
                try:
                    thread.start()
                except RuntimeError:
                    return False  # the interpreter ends, or there are too many: requests refresh themselves
                self._thread = thread
        self._wake()
        return True

    def _wake(self, _: object = None) -> None:
        """Have the thread look now. Takes no lock: the garbage collector may call it anywhere."""
        signal = self._signal
        if signal is not None and signal.empty():
            signal.put(None)

    def _live(self, signal: Any) -> None:
        from _queue import Empty

        while (seconds := self._look()) is not None:
            try:
                signal.get(timeout=seconds)
            except Empty:
                pass

    def _look(self) -> float | None:
        """Refresh what is due; return the seconds until the next look, ``None`` if nothing is left to keep."""
        with self._lock:
            self._kept = [reference for reference in self._kept if reference() is not None]
            if not self._kept:
                self._thread = self._signal = None
                return None
            kept = list(self._kept)
        following = _LOOK
        for reference in kept:
            credentials = reference()
            if credentials is None:
                continue
            seconds = credentials.seconds_until_due()
            if seconds is not None and seconds <= 0:
                credentials.refresh_when_due()
                seconds = credentials.seconds_until_due()
            if seconds is not None:
                following = min(following, max(seconds, _SHORTEST))
        return following


_keeper: Keeper | None = None
_making = ForkSafeLock()


def keeper() -> Keeper:
    """Return the keeper of this process."""
    global _keeper
    if _keeper is None:
        made = Keeper()
        with _making:
            _keeper = _keeper or made
    return _keeper
