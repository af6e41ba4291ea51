"""A bell that rings when the holder of a lock lets go, whatever made it do so: for those who wait for that.

It is a FIFO beside the lock. The holder has a writing end open, those who wait
poll reading ends, and the kernel tells all of them at once when the writing end
is gone, also when the holder was killed. Nothing is ever written to it. A bell
is a hint: where there can be none, those who wait look by themselves.
"""

import os
import stat
from collections.abc import Callable
from typing import Final

from .after_fork import import_whole, no_fork
from .private_folder import PrivateFolder

__all__ = ["Bell"]

_OPEN: Final = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class Bell:
    """The bell ``name`` in ``folder``, as a holder (``hang``, ``ring``) or a listener (``listen``, ``wait``) has it.

    One object belongs to one thread. ``opened`` and ``closed`` hear of the
    descriptors, which a forked child has to close. Never raises ``OSError``.
    """

    __slots__ = ("_closed", "_fd", "_folder", "_name", "_opened", "_pid")

    def __init__(
        self, folder: PrivateFolder, name: str, opened: Callable[[int], object], closed: Callable[[int], object]
    ) -> None:
        self._folder = folder
        self._name = name
        self._opened = opened
        self._closed = closed
        self._fd = -1
        self._pid = 0

    def hang(self) -> None:
        """Be the one whose end rings it; the caller has just got the lock."""
        self.close()
        self._open(os.O_RDWR)  # for writing alone it cannot be opened before somebody listens

    def take_down(self) -> None:
        """Remove it, so that nothing is left in the folder; the caller still has the lock, and rings afterwards.

        Whoever comes next makes another one, and those who listen hear this one.
        """
        if self._is_open():
            try:
                self._folder.remove(self._name)
            except OSError:
                pass

    def listen(self) -> bool:
        """Begin to listen, or go on; look afterwards, then wait: nothing that happens after the look is missed."""
        if not self._is_open():
            import_whole("select")
            self._open(os.O_RDONLY)
        return self._fd >= 0

    def wait(self, seconds: float) -> bool:
        """Wait until it rings, at most so long; whether it did. To be called while listening."""
        from select import poll

        poller = poll()
        poller.register(self._fd, 0)  # the end of the writers is told without asking for it
        rang = bool(poller.poll(max(1.0, seconds * 1000.0)))
        if rang:
            self.close()  # it would ring on and on; the next holder's is another one
        return rang

    def close(self) -> None:
        """Ring, as a holder; stop to listen."""
        mine, fd, self._fd = self._is_open(), self._fd, -1
        if mine:
            with no_fork:
                self._closed(fd)
                try:
                    os.close(fd)
                except OSError:
                    pass

    def _is_open(self) -> bool:
        return self._fd >= 0 and self._pid == os.getpid()

    def _open(self, mode: int) -> None:
        self._fd, self._pid = -1, os.getpid()
        try:
            folder = self._folder.open(make=True)
        except OSError:
            return
        try:
            try:
                os.mkfifo(self._name, 0o600, dir_fd=folder)
            except FileExistsError:
                pass
            with no_fork:
                fd = os.open(self._name, _OPEN | mode, dir_fd=folder)
                self._opened(fd)
                self._fd = fd
        except (OSError, NotImplementedError):  # no FIFOs here, or not relative to a folder
            return
        finally:
            os.close(folder)
        found = os.fstat(fd)
        if not stat.S_ISFIFO(found.st_mode) or found.st_uid != os.geteuid():
            self.close()
